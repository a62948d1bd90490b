"""This file gives a stage an emulator, a pretend gateway and a clock of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.build import ROOT
from tests.deployed.cloud import Cloud
from tests.deployed.emulator import emulator
from tests.deployed.stage import Deployed
from tests.faults.clock import MovedClock
from tests.faults.fleet import PretendGateway
from tests.faults.town import own_credentials

FOLDER, BARE = ROOT / "build" / "deployed", ROOT / "build" / "emulator"


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
            yield Deployed(name, Cloud(url), gateway, clock, folder)
    finally:
        gateway.stop()


def say(words: str) -> None:
    """Say how it goes, at once."""
    print(words, flush=True)
