"""This file is what a measurement gives: one figure beside its goal."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Literal

ROUNDS = 3
Sense = Literal["at most", "at least", "exactly", "told"]
# Says what is being measured, for whoever waits.
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `row` is the row of the table of goals; `unit` is empty for a ratio.

    What is only `told` has no goal. `spread` is the least and the most of the rounds.
    """

    row: int
    name: str
    value: float
    goal: float = 0.0
    sense: Sense = "at most"
    unit: str = ""
    spread: tuple[float, ...] = ()

    @property
    def is_met(self) -> bool:
        """Whether the goal is met; what is only told always is."""
        if self.sense == "at most":
            return self.value <= self.goal
        if self.sense == "at least":
            return self.value >= self.goal
        return self.sense == "told" or self.value == self.goal


def of_rounds(row: int, name: str, rounds: list[float], goal: float, **more: str) -> Figure:
    """Return the median of the rounds as a figure; `more` is its sense and its unit."""
    spread = (min(rounds), max(rounds))
    return Figure(row, name, median(rounds), goal, spread=spread, **more)  # type: ignore[arg-type]
