"""This file plays everything a stage does, on the package that AWS would run: `make e2e`."""

import argparse
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from infra.build import ROOT
from tests.deployed import packages
from tests.deployed.cloud import Cloud
from tests.deployed.emulator import bare_python, emulator
from tests.deployed.play import ACTS, NOT_SHOWN, played
from tests.deployed.scene import Scene
from tests.deployed.stage import Deployed
from tests.deployed.upgrade import changed_in_the_middle
from tests.faults.clock import MovedClock
from tests.faults.fleet import PretendGateway
from tests.faults.town import own_credentials

PEOPLE = 1_000
FOLDER, BARE = ROOT / "build" / "deployed", ROOT / "build" / "emulator"


def main() -> int:
    """Make what is deployed, play the acts, and say what was not shown."""
    parser = argparse.ArgumentParser(prog="python -m tests.deployed", description=__doc__)
    parser.parse_args()
    begun = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    say("making the package and the emulator's own environment")
    with ThreadPoolExecutor() as pool:
        bare = pool.submit(bare_python, BARE)
        older = pool.submit(packages.before, FOLDER / "older", FOLDER / "tree")
        new = packages.built(FOLDER / "package")
        python = bare.result()
        say(f"{time.monotonic() - begun:6.1f} s  made")
        with stage(python, "proof") as one:
            one.deploy(one.cloud.put(new))
            one.begin()
            say(f"{time.monotonic() - begun:6.1f} s  deployed by CloudFormation, rights enforced")
            failed = played(Scene(one), ACTS, say)
        with stage(python, "upgrade") as one:
            templates = [one.cloud.put(package) for package in (older.result(), new)]
            failed += played(Scene(one), [changed_in_the_middle(one, templates, PEOPLE)], say)
    for line in NOT_SHOWN:
        say(f"not shown: {line}")
    say(f"{time.monotonic() - begun:6.1f} s in all: {len(failed) or 'none'} failed")
    if not failed:
        shutil.rmtree(FOLDER, ignore_errors=True)
    return bool(failed)


@contextmanager
def stage(python: Path, name: str) -> Iterator[Deployed]:
    """Run an emulator and a pretend gateway; give a stage that is not deployed yet."""
    folder = FOLDER / name
    folder.mkdir()
    clock = MovedClock(folder / "clock")
    told = {"OWL_CLOCK_FILE": str(clock.file)}
    gateway = PretendGateway(folder / "gateway.jsonl", told)
    gateway.start()
    told |= {"OWL_GATEWAY_URL": f"{gateway.url}/version1"}
    try:
        with own_credentials(), emulator(python, folder / "emulator", told) as url:
            yield Deployed(name, Cloud(url), gateway, clock)
    finally:
        gateway.stop()


def say(words: str) -> None:
    """Say how it goes, at once."""
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
