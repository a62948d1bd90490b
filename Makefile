# Everything a person does here. Needs make and Python 3.11 or newer with venv; the rest it installs
# itself, into .venv. It must also work with GNU make 3.81, which macOS has.
PYTHON_HERE = .venv/bin/python
EXTRAS ?= run,dev
comma = ,
# A .venv whose Python was removed or upgraded since must be made again.
$(shell .venv/bin/python -c '' 2>/dev/null || rm -f .venv/with-*)
DEV = .venv/with-$(subst $(comma),-,$(EXTRAS))

.PHONY: help run test check bench scale mutants privacy faults e2e least-privilege package deploy lock audit format clean

help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: .venv/with-run ## start the whole product on this machine (PORT=8000; FRESH=1 starts over)
	@$(PYTHON_HERE) -m infra.local $(if $(filter-out 0,$(FRESH)),--fresh)

# Files keep their order: by the number of their tests the longest would come last and alone.
test: $(DEV) ## run every test
	$(PYTHON_HERE) -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: $(DEV) ## check format, style, types, layers and menus
	$(PYTHON_HERE) -m ruff format --check .
	$(PYTHON_HERE) -m ruff check .
	$(PYTHON_HERE) -m mypy
	.venv/bin/lint-imports
	.venv/bin/owl menus check

bench: $(DEV) ## measure every figure of speed beside its goal (ARGS=hops for a part; --json)
	$(PYTHON_HERE) -m tests.bench $(ARGS)

scale: $(DEV) ## count what sending to 100,000 people costs (ARGS=--json; seven minutes)
	$(PYTHON_HERE) -m tests.scale $(ARGS)

mutants: $(DEV) ## break what people rely on, one thing at a time, and show that tests see each
	$(PYTHON_HERE) -m tests.mutants

privacy: $(DEV) ## kill processes that rate and count; try every number of Cambodia on a dump (PART=100: a hundredth)
	$(PYTHON_HERE) -m tests.privacy

faults: $(DEV) ## kill, break and disturb sending as in the fault matrix, with real processes (SIZE=medium)
	$(PYTHON_HERE) -m tests.faults --size $(or $(SIZE),full)

e2e: $(DEV) ## play everything a stage does on the packaged artefact, in an emulator of AWS with its rights enforced
	$(PYTHON_HERE) -m tests.deployed

least-privilege: $(DEV) ## take each permission from its function alone, in the emulator: something must fail (FEW=1: one of each function)
	$(PYTHON_HERE) -m tests.deployed.least $(if $(filter-out 0,$(FEW)),--few)

package: .venv/with-run ## build the zip and the template for AWS, under build/
	$(PYTHON_HERE) -m infra.build

deploy: .venv/with-run ## show what a stage of infra/stages.toml would become, ask, deploy it (STAGE=prod)
	@test -n "$(STAGE)" || { echo "which stage? make deploy STAGE=prod, by its name in infra/stages.toml"; exit 2; }
	@$(PYTHON_HERE) -m infra.deploy $(STAGE) $(if $(filter-out 0,$(YES)),--yes)

lock: $(DEV) ## write the locks of all packages anew, after a change of pyproject.toml or requirements.txt
	$(PYTHON_HERE) -m infra.lock

audit: $(DEV) ## ask whether a locked package has a known fault
	$(PYTHON_HERE) -m infra.audit

format: $(DEV) ## put the code into its format
	$(PYTHON_HERE) -m ruff check --fix --quiet . ; $(PYTHON_HERE) -m ruff format .

clean: ## remove .venv and what was built; .local is kept
	rm -rf .venv build .chalice/deployments .chalice/deployed .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage

# The stamps say which extras .venv holds; a changed list of packages installs again.
.venv/with-run: pyproject.toml infra/locks/run.txt
	@sh infra/local/venv.sh run
	@touch $@

$(DEV): pyproject.toml infra/locks/$(subst $(comma),-,$(EXTRAS)).txt
	@sh infra/local/venv.sh $(EXTRAS)
	@touch .venv/with-run $@
