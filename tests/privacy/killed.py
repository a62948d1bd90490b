"""This file holds counts to what citizens were thanked for, while processes are killed."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chalicelib.storage.ballots import token_of
from chalicelib.storage.keys import TALLY_KEYS, OwnKeyRing
from chalicelib.storage.scores import DynamoBallotBox
from infra.local.emulator import Emulator
from infra.local.state import State
from tests.builders import a_ballot, a_party
from tests.privacy.child import OFFICES, a_world
from tests.world import World

AT_ONCE, MONTH, LONGEST = 4, "2026-11", 2.5
Say = Callable[[str], None]


@dataclass(frozen=True)
class Counted:
    """What came of a run: who was thanked, what is counted, and what was killed."""

    thanked: int
    counted: int
    tokens: int
    killed: int
    lost: int

    @property
    def is_exact(self) -> bool:
        """Whether each thanked phone was counted once, and nothing else was."""
        return self.lost == 0 and self.counted == self.tokens >= self.thanked > 0


@contextmanager
def an_emulator(folder: Path) -> Iterator[str]:
    """Give the address of an emulator of its own."""
    state = State(folder)
    state.prepare(fresh=True)
    child = Emulator(state, "ap-southeast-1")
    with child.process:
        child.wait_ready()
        yield child.url
        child.stop()


def run(folder: Path, *, shares: int, kills: int, seed: int, say: Say) -> Counted:
    """Rate in processes of which half are killed once, then count while counters are killed."""
    chance, log = random.Random(seed), folder / "thanked.log"
    with an_emulator(folder / "emulator") as url:
        world, stage = a_world(url, "killed"), "killed"
        dead = _rated(lambda at: _child("rate", url, stage, str(log), str(at)), shares, chance, say)
        dead += _killed(lambda: _child("count", url, stage), kills, chance, say)
        for _ in range(2):
            assert _child("count", url, stage).wait() == 0
        thanked = {tuple(line.split()) for line in log.read_text().splitlines()}
        return _judged(world, thanked, dead)


def _child(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.privacy.child", *arguments])


def _rated(
    begin: Callable[[int], subprocess.Popen[bytes]], shares: int, chance: random.Random, say: Say
) -> int:
    """Run every share to its end, each second one killed first; return how many were."""
    dead = 0
    for at in range(0, shares, AT_ONCE):
        some = range(at, min(at + AT_ONCE, shares))
        running = {one: begin(one) for one in some}
        time.sleep(chance.uniform(1, LONGEST))
        for one in list(some)[::2]:
            running[one].kill()
            running[one].wait()
            running[one], dead = begin(one), dead + 1
        assert [child.wait() for child in running.values()] == [0] * len(running)
        say(f"rated: {min(at + AT_ONCE, shares)} of {shares} shares, {dead} killed")
    return dead


def _killed(
    begin: Callable[[], subprocess.Popen[bytes]], kills: int, chance: random.Random, say: Say
) -> int:
    """Start counters two at a time and kill them; return how many were."""
    for at in range(0, kills, 2):
        running = [begin(), begin()]
        time.sleep(chance.uniform(0.5, LONGEST))
        for one in running:
            one.kill()
            one.wait()
        say(f"counted: {at + 2} of {kills} counters killed")
    return kills


def _judged(world: World, thanked: set[tuple[str, ...]], killed: int) -> Counted:
    box = DynamoBallotBox(world.database, OwnKeyRing(world.database, world.clock, TALLY_KEYS))
    tokens = {row.id for row in box.tokens.scan()}
    asked = {
        token_of(world.keys, a_party(number=phone), a_ballot(office=office))
        for phone, office in thanked
    }
    counted = sum(n for cell, n in box.cells(MONTH).items() if "#waiting#" in cell)
    assert {cell.split("#")[2] for cell in box.cells(MONTH)} == set(OFFICES)
    return Counted(len(thanked), counted, len(tokens), killed, len(asked - tokens))
