"""This file sends one message to so many people in the twin, minute by minute, as a stage would."""

import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chalicelib.capabilities.broadcasts import Order
from chalicelib.capabilities.ledger import Chunk, Head
from chalicelib.capabilities.ledger_sum import quick
from chalicelib.storage.seals import sealed_to_sender
from tests.scale.disk import DiskDatabase, DiskReader
from tests.sending import Stage, an_order

TEXTS = {"en": "Forum on Saturday", "km": "វេទិកានៅថ្ងៃសៅរ៍", "km-Latn": "Vetika thngai sao"}
# One in so many said STOP since they joined.
STOPPED, FIRST, A_SECOND = 50, 12_000_000, 20.0
KIBI = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Figures:
    """What sending to so many people came to.

    `units` are write units with the reports, `calls_before` the database's calls without them.
    """

    people: int
    kind: str
    cpu_seconds: float
    peak_bytes: int
    posts: int
    posts_wanted: int
    accepted: int
    most_copies: int
    units: int
    calls: dict[str, int]
    calls_before: int
    minutes: int
    adds_up: bool

    def plain(self) -> dict[str, Any]:
        """Return the figures with those for each person."""
        return {
            **asdict(self),
            "cpu_a_person": self.cpu_seconds / self.people,
            "units_a_person": self.units / self.accepted,
            "calls_a_person": self.calls_before / self.accepted,
        }


class Log:
    """The gateway's own log: how often each number got a message, and what is to be reported."""

    def __init__(self, people: int) -> None:
        self.copies, self.fresh = bytearray(people), list[tuple[str, str]]()

    def append(self, entry: tuple[str, str, str]) -> None:
        """Note one message."""
        number, _, message_id = entry
        self.copies[int(number.removeprefix("+855")) - FIRST] += 1
        self.fresh.append((number, message_id))

    def drained(self) -> Iterator[tuple[str, str]]:
        """Give what was accepted since the last time."""
        while self.fresh:
            yield self.fresh.pop()


class Sink(Counter[str]):
    """Takes what nobody reads again, and counts it."""

    def append(self, _one: object) -> None:
        """Count one."""
        self["all"] += 1


class Run:
    """One message to so many people."""

    def __init__(self, people: int, kind: str, folder: Path) -> None:
        self.people, self.kind = people, kind
        self.database = DiskDatabase(folder / f"{kind}-{people}-{time.monotonic_ns()}.db")
        self.stage = Stage(database=self.database, size=50, a_second=A_SECOND)
        self.stage.planner.reader = DiskReader(self.database)
        self.log = self.stage.gateway.log = Log(people)
        self.stage.queue.ever = self.stage.events = Sink()
        self.each = Counter[str]()
        self.stopped = 0
        self._join()
        self.database.calls.clear()
        self.cpu, self.minutes, self.apart = 0.0, 0, 0

    def _join(self) -> None:
        rows, languages = self.database.tables["people"], tuple(TEXTS)
        for n in range(self.people):
            number, language = f"+855{FIRST + n}", languages[n % len(languages)]
            opted_out = n % STOPPED == 0
            rows[self.stage.id_of(number)] = {
                "number": sealed_to_sender(self.stage.keys.now(), number),
                "commune": "021201",
                "language": language,
                "opted_out": opted_out,
            }
            self.each[language] += not opted_out

    def steps(self) -> Iterator[None]:
        """Plan it, let it go, and send it; each step is a minute of the stage or less."""
        self._timed(self._let_go)
        yield
        while not self._apart(lambda: self.stage.books.head("b1")).ended_at:
            self.minutes += 1
            self._timed(self._minute)
            yield

    def figures(self) -> Figures:
        """Return what it came to."""
        head = self.stage.books.head("b1")
        cells = self.stage.chunks.cells_of(head)
        found = quick(head, (Chunk.of(cell.value) for _, cell in cells))
        writes = (self.stage.cells, self.stage.recipients, self.stage.addressees)
        return Figures(
            people=self.people,
            kind=self.kind,
            cpu_seconds=self.cpu,
            peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBI,
            posts=self.stage.gateway.posts,
            posts_wanted=sum(-(-n // head.size) for n in self.each.values()),
            accepted=sum(self.log.copies),
            most_copies=max(self.log.copies),
            units=sum(one.units for one in writes),
            calls=dict(self.database.calls),
            calls_before=self.database.calls.total() - self.apart,
            minutes=self.minutes,
            adds_up=found.adds_up and found.audience == self.people,
        )

    def _let_go(self) -> Head:
        return self.stage.let_go(the_order(self.kind))

    def _minute(self) -> None:
        """Let the tick and the workers do what they do in a minute, and every report come."""
        ends = self.stage.clock.seconds() + 60
        self.stage.sweeper.tick()
        while self.stage.clock.seconds() < ends and self.stage.work(1):
            self._apart(self._report)
        self.stage.clock.forward(seconds=max(0.0, ends - self.stage.clock.seconds()))

    def _report(self) -> None:
        for number, message_id in self.log.drained():
            self.stage.report(number, message_id)

    def _apart(self, do: Callable[[], Any]) -> Any:
        """Do what is no part of sending: its calls are counted by themselves."""
        before = self.database.calls.total()
        done = do()
        self.apart += self.database.calls.total() - before
        return done

    def _timed(self, do: Callable[[], Any]) -> Any:
        begun = time.process_time()
        done = do()
        self.cpu += time.process_time() - begun
        return done


def the_order(kind: str) -> Order:
    """Return a message of a kind; of an invitation the question is open for who gets it."""
    agreed = {"approved_by": "sok"}
    if kind == "invitation":
        return an_order(kind="forum", texts=TEXTS, facts=agreed, opens="001 2026-12-05")
    return an_order(kind=kind, texts=TEXTS, facts=agreed)
