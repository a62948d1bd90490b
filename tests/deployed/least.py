"""This file shows that no permission is idle: `make least-privilege` takes each away and looks.

Each is taken from its role alone, and the function is asked for what needs it: something must fail
then. Where nothing does, nothing needs it, and it does not belong in the policy.
"""

import argparse
import shutil
import sys
import time
from collections.abc import Sequence
from functools import partial

from tests.deployed import acts_phone, packages, probes
from tests.deployed.bench import Bench
from tests.deployed.desk import hired
from tests.deployed.emulator import bare_python
from tests.deployed.grounds import BARE, FOLDER, say, stage
from tests.deployed.prober import Prober
from tests.deployed.probes_console import Console
from tests.deployed.probes_phone import Phone
from tests.deployed.rights import Right, Role, chosen
from tests.deployed.scene import Scene
from tests.faults.town import Town
from tests.gateways.callbacks import TICK

SEED = 21
# The tally goes from month to month, so it is last.
ORDER = ("console", "webhooks", "delivery", "sender", "tick", "tally")
# Of the staff, who adds others: a visit of those who came first may be over.
KEEPER = "keeper"


def main() -> int:
    """Deploy a stage, probe its permissions, and print the table."""
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
        scene = Scene(one)
        acts_phone.an_administrator_signs_in(scene)
        acts_phone.services_are_published(scene)
        acts_phone.staff_sign_in(scene)
        say(f"{time.monotonic() - begun:6.1f} s  deployed, and staff signed in")
        functions = [asked.function] if asked.function else ORDER
        idle = table(scene, functions, few=asked.few, seed=asked.seed)
    say(f"{time.monotonic() - begun:6.1f} s in all")
    return bool(idle)


def table(
    scene: Scene, functions: Sequence[str] = ORDER, *, few: bool = False, seed: int = SEED
) -> list[Right]:
    """Probe the permissions of a deployed stage, print the table, and return the idle ones.

    The stage has its services and staff; its triggers are taken off, and time passes.
    """
    begun = time.monotonic()
    roles = {name: Role(scene.stage, name) for name in functions}
    rights = [right for role in roles.values() for right in role.rights()]
    wanted = chosen(rights, few=few, seed=seed)
    say(f"{len(wanted)} of {len(rights)} permissions are probed")
    probers, idle = _probers(scene, roles), list[Right]()
    for name, prober in probers.items():
        of_it = [right for right in wanted if right.function == name]
        idle += [right for right in of_it if not _is_needed(prober, right)]
        prober.all_well()
    for right in rights:
        if right.why_not and not few:
            say(f"{'':8} {right.function:9} {right.shown:64} {right.why_not}")
    took = time.monotonic() - begun
    say(f"{took:.0f} s: {len(wanted) - len(idle)} needed, {len(idle)} idle")
    for right in idle:
        say(f"IDLE     {right.function:9} {right.sid}: {right.shown}")
    return idle


def _is_needed(prober: Prober, right: Right) -> bool:
    begun = time.monotonic()
    fault = prober.fault(right)
    took = time.monotonic() - begun
    say(f"{took:6.1f} s {right.function:9} {right.shown:64} {fault or 'NOTHING FAILED'}")
    return bool(fault)


def _probers(scene: Scene, roles: dict[str, Role]) -> dict[str, Prober]:
    stage = scene.stage
    queue = {"OWL_QUEUE_CHUNKS": stage.queue("chunks")}
    town = Town(stage.name, stage.cloud.url, FOLDER / "town", stage.clock, queue)
    bench = Bench(stage, town)
    keeper = hired(stage, KEEPER, "admin")
    all_ = {
        "console": Console(bench, {**scene.staff, KEEPER: keeper}, keeper.browser).probes,
        "webhooks": Phone(bench).probes,
        "delivery": [partial(probes.delivery, bench)],
        "sender": [partial(probes.sender, bench), partial(probes.sender_of_chunks, bench)],
        "tick": [partial(probes.tick, bench)],
        "tally": [partial(probes.tally, bench)],
    }
    # These let days pass, and nobody is known in a month whose keys were not made.
    keys_are_made = partial(bench.invoked, "tally", TICK)
    ready = dict.fromkeys(("tick", "tally"), keys_are_made)
    return {
        name: Prober(bench, role, all_[name], ready.get(name, lambda: None))
        for name, role in roles.items()
    }


if __name__ == "__main__":
    sys.exit(main())
