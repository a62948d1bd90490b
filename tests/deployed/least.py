"""This file shows that no permission is idle: `make least-privilege` takes each away and looks.

Each is taken from its role alone, and the function is asked for all that it does: something must
fail then. Where nothing does, nothing needs it, and it does not belong in the policy.
"""

import argparse
import shutil
import sys
import time
from functools import partial

from tests.deployed import acts_phone, packages, probes
from tests.deployed.bench import Bench
from tests.deployed.emulator import bare_python
from tests.deployed.grounds import BARE, FOLDER, say, stage
from tests.deployed.probes_console import Console
from tests.deployed.rights import Probe, Right, Role, chosen, probed
from tests.deployed.scene import ADMIN, Scene
from tests.deployed.stage import Deployed
from tests.faults.town import Town
from tests.gateways.callbacks import TICK

SEED = 20
# The tally goes from month to month, so it is last.
ORDER = ("console", "webhooks", "delivery", "sender", "tick", "tally")


def main() -> int:
    """Probe permissions, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.deployed.least", description=__doc__)
    parser.add_argument("--few", action="store_true", help="one permission of each function")
    parser.add_argument("--function", choices=ORDER, help="those of one function")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of --few ({SEED})")
    asked = parser.parse_args()
    begun = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    python = bare_python(BARE)
    package = packages.built(FOLDER / "package")
    with stage(python, "least") as one:
        one.deploy(one.cloud.put(package))
        one.begin()
        functions = [asked.function] if asked.function else ORDER
        roles = {name: Role(one, name) for name in functions}
        rights = [right for role in roles.values() for right in role.rights()]
        wanted = chosen(rights, few=asked.few, seed=asked.seed)
        say(f"{len(wanted)} of {len(rights)} permissions are probed")
        idle = _probed(one, roles, wanted)
    for right in rights:
        if right.why_not:
            say(f"{'':8} {right.function:9} {right.shown:64} {right.why_not}")
    say(f"{time.monotonic() - begun:.0f} s: {len(wanted) - len(idle)} needed, {len(idle)} idle")
    for right in idle:
        say(f"IDLE     {right.function:9} {right.sid}: {right.shown}")
    return bool(idle)


def _probed(one: Deployed, roles: dict[str, Role], wanted: list[Right]) -> list[Right]:
    """Probe permissions; return those that nothing needed."""
    scene = Scene(one)
    queue = {"OWL_QUEUE_CHUNKS": one.queue("chunks")}
    town = Town(one.name, one.cloud.url, FOLDER / "town", one.clock, queue)
    acts_phone.an_administrator_signs_in(scene)
    acts_phone.services_are_published(scene)
    acts_phone.staff_sign_in(scene)
    bench = Bench(one, town)
    all_ = _probes(bench, scene)
    idle = []
    for name, role in roles.items():
        _all_well(name, all_[name])
        idle += _of_one(bench, role, all_[name], [one for one in wanted if one.function == name])
        # A probe that fails by itself would have shown everything to be needed.
        _all_well(name, all_[name])
    return idle


def _of_one(bench: Bench, role: Role, asks: list[Probe], wanted: list[Right]) -> list[Right]:
    idle = []
    for right in wanted:
        begun = time.monotonic()
        fault = probed(role, right, asks, partial(bench.restart, right.function))
        if right.function == "tally":
            # The keys of a month that it could not make are missed by all others.
            bench.stage.invoke("tally", TICK)
        idle += [] if fault else [right]
        took = time.monotonic() - begun
        verdict = fault or "NOTHING FAILED"
        say(f"{took:6.1f} s {right.function:9} {right.shown:64} {verdict}")
    return idle


def _all_well(name: str, asks: list[Probe]) -> None:
    faults = [fault for probe in asks if (fault := probe())]
    assert not faults, f"{name} fails with all of its rights: {faults}"


def _probes(bench: Bench, scene: Scene) -> dict[str, list[Probe]]:
    console = Console(bench, scene.staff, scene.staff[ADMIN].browser)
    return {
        "console": console.probes,
        "webhooks": [partial(probes.webhooks, bench), partial(probes.webhooks_at_the_turn, bench)],
        "delivery": [partial(probes.delivery, bench)],
        "sender": [partial(probes.sender, bench), partial(probes.sender_of_chunks, bench)],
        "tick": [partial(probes.tick, bench)],
        "tally": [partial(probes.tally, bench)],
    }


if __name__ == "__main__":
    sys.exit(main())
