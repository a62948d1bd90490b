"""This file conducts one run: it starts processes, moves time on when all wait, and kills."""

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from chalicelib.capabilities.ledger import OVER, PAUSED, PLANNED, Head
from infra.local.emulator import Emulator
from infra.local.state import State
from tests.faults.clock import MovedClock
from tests.faults.fleet import Fleet, PretendGateway
from tests.faults.judge import Judgement, judged
from tests.faults.queues import TICKS, Queues
from tests.faults.town import REGION, Town
from tests.faults.worker import SENDER, TICKER

# A gateway that is a file, and takes one person a post.
FILE = "jasmin"
MINUTE, HOUR = 60.0, 3600.0
LONGEST_STEP, LONGEST = 600.0, 60 * HOUR
LOOK_SECONDS, LOOK_AT_HEAD = 0.004, 0.25
# A run that stands still is a fault of the run or of the product: it says so, it does not hang.
PATIENCE = 240.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where runs take place: the emulator's address, a folder, who is told how it goes."""

    endpoint: str
    folder: Path
    say: Callable[[str], None] = lambda _: None


@contextmanager
def emulator(folder: Path) -> Iterator[Place]:
    """Run an emulator for as long as runs need it; its state is not kept."""
    state = State(folder / "state")
    state.prepare(fresh=True)
    child = Emulator(state, REGION)
    try:
        child.wait_ready()
        yield Place(child.url, folder)
    finally:
        child.process.kill()
        child.process.wait()
        if child.process.stdin:
            child.process.stdin.close()


class Run:
    """One row with one seed: a stage of its own, a gateway, queues, workers and a clock."""

    def __init__(
        self, place: Place, name: str, seed: int, *, people: int, endpoint: str = "", **told: str
    ) -> None:
        self.place = place
        self.name, self.seed, self.chance = name, seed, random.Random(f"{name} {seed}")
        self.folder = place.folder / name
        self.folder.mkdir(parents=True)
        self.clock = MovedClock(self.folder / "clock")
        # As in the design at 10,000 people; a smaller audience has as many chunks.
        self.size = int(told.pop("chunk", 0)) or max(5, min(50, people // 200))
        told = {"OWL_CHUNK": str(self.size), **told}
        self.town = Town(name, place.endpoint, self.folder, self.clock, told)
        self.gateway = PretendGateway(self.folder / "gateway.jsonl", self.town.environ)
        self.environ = {**self.town.environ, "OWL_GATEWAY_URL": f"{self.gateway.url}/version1"}
        self.environ |= {"OWL_ENDPOINT": endpoint} if endpoint else {}
        if self.town.gateway == FILE:
            keys = {"url": self.gateway.url, "username": "u", "password": "p", "dlr_url": "none"}
            self.environ["OWL_GATEWAY_KEY"] = json.dumps({FILE: keys})
        self.queues = Queues(self.clock, self.chance)
        self.fleet = Fleet(self.queues, self.environ, self.folder / "workers.log")
        self.tick_at, self.step, self.ticks = 0.0, MINUTE, 1
        self.longest_step = LONGEST_STEP
        self.missed: list[str] = []
        self.moved = time.monotonic()
        self.town.people(people)

    def __enter__(self) -> Self:
        self.gateway.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.fleet.end()
        self.gateway.stop()
        self.queues.close()

    def require(self, said: str, *, that: bool) -> None:
        """Note a demand of the matrix that is not met."""
        if not that:
            self.missed.append(said)

    def staff(self, senders: int = 2, **told: Any) -> None:
        """Start the workers: some senders, and the minute's tick."""
        self.fleet.start(TICKER, hasty=bool(told.get("hasty")))
        for _ in range(senders):
            self.fleet.start(SENDER, **told)

    def let_go(self, order_id: str, each: Callable[[], None] | None = None, **values: Any) -> None:
        """Draft, plan, approve and release a message."""
        self.town.plan(self.town.order(order_id, **values))
        self.until(lambda: self.town.head(order_id).state == PLANNED, each)
        self.town.approve(order_id)

    def until(self, done: Callable[[], bool], each: Callable[[], None] | None = None) -> None:
        """Let the processes work and time move on until something holds.

        `each` is done at every look; without it nobody is expected to die.
        """
        self.moved = looked = time.monotonic()
        self.ends_at = self.clock.seconds() + LONGEST
        while True:
            (each or self.all_live)()
            if self.queues.is_quiet():
                if done():
                    return
                self._move_on()
            elif time.monotonic() - looked > LOOK_AT_HEAD:
                looked = time.monotonic()
                self._tell()
                if done():
                    return
            assert self.clock.seconds() < self.ends_at, f"{self.name}: it does not end"
            if time.monotonic() - self.moved > PATIENCE:
                raise AssertionError(f"{self.name}: nothing moves: {self.queues.workers}")
            time.sleep(LOOK_SECONDS)

    def all_live(self) -> None:
        """Be sure that nobody died."""
        assert not self.fleet.reaped(), f"{self.name}: a worker died that should not"

    def quieten(self) -> None:
        """Let the processes do all that they can do now."""
        until = time.monotonic() + PATIENCE
        while not self.queues.is_quiet():
            assert time.monotonic() < until, f"{self.name}: never quiet: {self.queues.workers}"
            time.sleep(LOOK_SECONDS)

    def finish(self, order_id: str, each: Callable[[], None] | None = None) -> Head:
        """Let a message end; whoever looks at a pause lets it go on."""

        def ended() -> bool:
            head = self.town.head(order_id)
            if head.state == PAUSED:
                self.town.resume(order_id)
            return bool(head.ended_at)

        self.until(ended, each)
        return self.town.head(order_id)

    def settle(self, *order_ids: str) -> None:
        """Let 72 hours pass, and the messages be closed."""
        for _ in range(13):
            self.clock.forward(6 * HOUR)
            self.tick()
            self.quieten()
        for one in order_ids:
            head = self.town.head(one)
            self.require(f"{one} is not closed after 72 hours", that=head.closed)
            self.require(f"{one} is not over", that=head.state in OVER)

    def judged(self, order_id: str) -> Judgement:
        """Judge a message by the gateway's log."""
        found = judged(self.town, self.gateway.log_lines(), order_id)
        self.missed += [f"{order_id}: {one}" for one in found.faults]
        return found

    def alarms(self, kind: str) -> int:
        """Count the alarms of a kind that workers raised."""
        return self._told(event="alarm", kind=kind)

    def outcomes(self, outcome: str) -> int:
        """Count how often a chunk came to something, as workers told."""
        return self._told(event="chunk_sent", outcome=outcome)

    def _tell(self) -> None:
        posts, at = len(self.gateway.log_lines()), self.clock.now()
        self.place.say(f"{posts:,} posts, {self.fleet.killed} killed, clock {at:%d %H:%M:%S}")

    def _told(self, **wanted: str) -> int:
        log = self.fleet.log
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        told = [json.loads(one) for one in lines if one.startswith('{"event": ')]
        return sum(wanted.items() <= one.items() for one in told)

    def _move_on(self) -> None:
        """Move time to what comes next: a message, the end of a sleep, or the tick."""
        next_at, now = self.queues.next_at(), self.clock.seconds()
        if next_at is not None and next_at <= self.tick_at:
            self.clock.forward(next_at - now)
            self.step = MINUTE
        else:
            self.clock.forward(self.tick_at - now)
            self.tick()
        self.moved = time.monotonic()
        self.queues.wake()

    def tick(self) -> None:
        """Put a minute's tick on its queue, as often as it fires at once."""
        for _ in range(self.ticks):
            self.queues.put(TICKS, "{}")
        self.tick_at = self.clock.seconds() + self.step
        self.step = min(self.step * 1.5, self.longest_step)
