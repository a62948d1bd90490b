"""This file says which words that nothing understood are told of, and which only as a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.capabilities.usage import INFORMATION, NOT_UNDERSTOOD, Count

# One day's word of one phone adds 1, so that nobody's word of two days is told of.
SHOWN_FROM = 3
MOST_SHOWN = 100
# The tables do not say how many SMS were not understood where these are fewer; nor does this.
FEWEST = 10


@dataclass(frozen=True, slots=True, order=True)
class Slip:
    """A word that was not understood, and the action of the keyword that was meant by it."""

    word: str
    keyword: str


class Missed(NamedTuple):
    """What was not understood in a month: slips with their times, most first, and other SMS.

    `others` is None where the month's SMS that were not understood are fewer than ten.
    """

    month: str
    slips: tuple[tuple[Slip, int], ...]
    others: int | None


def is_missed(count: Count) -> bool:
    """Whether a cell counts SMS that were not understood."""
    return (count.kind, count.question) == (INFORMATION, NOT_UNDERSTOOD)


def missed(month: str, slips: Mapping[Slip, int], times: int) -> Missed:
    """Return what is told of a month's slips, where so many SMS were not understood in all."""
    often = sorted((-n, slip) for slip, n in slips.items() if n >= SHOWN_FROM)[:MOST_SHOWN]
    others = max(0, times + sum(n for n, _ in often))
    few = 0 < times < FEWEST
    return Missed(month, tuple((slip, -n) for n, slip in often), None if few else others)
