"""This file tests the locks: whole, by hash, without a host, and what is known of their faults."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from infra import audit, libraries
from infra.lock import EXTRAS, LICENCES, WHOLE

ROOT = Path(__file__).parent.parent.parent
NAMED = re.compile(r"^([a-z0-9][a-z0-9.-]*)(?:\[[a-z,]+\])?==([^ ;]+)")
TODAY = date(2026, 11, 28)


def locked(name: str) -> dict[str, str]:
    """Return the version of every package of a lock."""
    lines = (libraries.LOCKS / f"{name}.txt").read_text().splitlines()
    return {found[1]: found[2] for line in lines if (found := NAMED.match(line))}


def wanted(*extras: str) -> set[str]:
    """Return what the lists of packages ask for, as name==version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    plain = [one for one in lines if one and not one.startswith("#")]
    return {*plain, *(one for name in extras for one in project["optional-dependencies"][name])}


@pytest.mark.parametrize("name", ["functions", *EXTRAS])
def test_a_lock_holds_what_is_asked_for_with_hashes_and_no_host(name: str) -> None:
    text = (libraries.LOCKS / f"{name}.txt").read_text()
    extras = [] if name == "functions" else name.split("-")
    held = {f"{one}=={version}" for one, version in locked(name).items()}
    assert wanted(*extras) <= held, "make lock"
    assert "://" not in text
    for entry in re.split(r"\n(?=[a-z0-9])", text.strip()):
        assert "--hash=sha256:" in entry, entry.partition("\n")[0]


@pytest.mark.parametrize("name", ["functions", "run-dev", "run"])
def test_a_smaller_lock_has_the_versions_of_the_largest(name: str) -> None:
    assert locked(name).items() <= locked(WHOLE).items()


def test_the_licence_of_every_library_of_the_zip_is_told() -> None:
    rows = [line.split(" | ") for line in LICENCES.read_text().splitlines() if "|" in line][2:]
    told = {name.removeprefix("| ").replace("_", "-"): version for name, version, _ in rows}
    left_out = {"responses", "pyyaml", "pycparser"}
    assert told == {
        name: version for name, version in locked("functions").items() if name not in left_out
    }
    assert all(licence.strip(" |") for _, _, licence in rows)


def test_a_library_that_is_not_the_one_of_the_lock_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    text = (libraries.LOCKS / "functions.txt").read_text()
    (entry,) = re.findall(r"^six==(?:.*\n)(?: .*\n)+", text, re.MULTILINE)
    lock.write_text(re.sub(r"sha256:\w{8}", "sha256:00000000", entry))
    with pytest.raises(libraries.NotFetched, match=r"(?i)hash"):
        libraries.fetch(tmp_path / "out", "arm64", lock)


def a_report(**package: object) -> dict[str, object]:
    """Return what pip-audit tells of one package."""
    return {"dependencies": [{"name": "flask", "version": "3.1.3", **package}]}


FAULT = {"id": "PYSEC-2026-1", "fix_versions": ["3.1.4"]}
WHY = '[[fault]]\npackage = "flask"\nid = "PYSEC-2026-1"\nreason = "not used"\nuntil = {}\n'


def test_a_known_fault_fails_until_it_is_explained_and_again_after_its_day() -> None:
    found = a_report(vulns=[FAULT])
    code, lines = audit.judged(found, "", TODAY)
    assert code == audit.FOUND
    assert lines[0].startswith("flask 3.1.3: PYSEC-2026-1; mended in 3.1.4. Take that")
    assert audit.judged(found, WHY.format("2026-11-28"), TODAY)[0] == audit.CLEAN
    assert audit.judged(found, WHY.format("2026-11-27"), TODAY)[0] == audit.FOUND


def test_a_package_of_which_nothing_is_known_is_not_called_clean() -> None:
    told = a_report(skip_reason="not found")
    assert audit.judged(told, "", TODAY)[0] == audit.NOT_AUDITED
    assert audit.judged(a_report(vulns=[]), "", TODAY)[0] == audit.CLEAN


def test_every_explanation_is_whole() -> None:
    for one in tomllib.loads(audit.EXPLAINED.read_text()).get("fault", []):
        assert one.keys() == {"package", "id", "reason", "until"}


def test_the_zip_describes_every_service_that_a_function_calls() -> None:
    made = re.compile(r"client_of\(\s*\"([a-z-]+)\"")
    files = (one for one in ROOT.glob("chalicelib/**/*.py") if one.parent.name != "cli")
    called = {name for file in files for name in made.findall(file.read_text())}
    assert {"cognito-idp", "secretsmanager"} <= called
    assert called <= libraries.SERVICES
