"""This file is one row with one seed: how large it is, and what it came to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.faults.judge import Judgement
from tests.faults.run import Place, Run

NUMBERS = count(1)


@dataclass(slots=True)
class Found:
    """What a row came to with one seed; `missed` are the demands that are not met."""

    people: int = 0
    copies: int = 0
    lost: int = 0
    unknown: int = 0
    missed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, one: Judgement) -> Judgement:
        """Add the judgement of a message; two copies and a lost person are never allowed."""
        self.people = max(self.people, one.people)
        self.copies += one.copies
        self.lost += one.lost
        self.unknown += one.unknown
        self.missed += [f"{one.order}: {one.copies} people got two"] * bool(one.copies)
        self.missed += [f"{one.order}: {one.lost} people are lost"] * bool(one.lost)
        return one


@dataclass(slots=True)
class Case:
    """A row to play: where, with which seed, how large."""

    place: Place
    seed: int
    people: int
    kills: int
    each_step: int
    found: Found = field(default_factory=Found)

    @contextmanager
    def run(self, *, people: int | None = None, **told: Any) -> Iterator[Run]:
        """Give a run of a stage of its own; what it misses counts for the row."""
        name = f"f{next(NUMBERS)}"
        with Run(self.place, name, self.seed, people=people or self.people, **told) as run:
            yield run
            self.found.missed += run.missed

    def judge(self, run: Run, *order_ids: str) -> list[Judgement]:
        """Judge messages of a run."""
        return [self.found.take(run.judged(one)) for one in order_ids]

    def require(self, said: str, *, that: bool) -> None:
        """Demand something of the row."""
        if not that:
            self.found.missed.append(said)

    def note(self, said: str) -> None:
        """Say something worth a look beside the figures."""
        self.found.notes.append(said)


Play = Callable[[Case], None]
