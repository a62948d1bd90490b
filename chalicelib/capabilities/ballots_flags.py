"""This file flags offices that were rated unusually often in a month: many SIMs can stuff a box."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from chalicelib.capabilities.ballots import DIMENSIONS
from chalicelib.capabilities.ballots_release import K
from chalicelib.capabilities.ballots_tally import RATE, SEPARATOR

TIMES = 5


@dataclass(frozen=True, slots=True, order=True)
class Flag:
    """That an office was rated unusually often in a month; how often is not told."""

    month: str
    office: str


def flagged(months: Mapping[str, Mapping[str, int]]) -> list[Flag]:
    """Return the offices with more than five times the ballots of their median month before.

    `months` are the counters of closed months. An office without a month before is compared with
    nothing, and of fewer ballots than are published nothing is told.
    """
    before: dict[str, list[int]] = {}
    found: list[Flag] = []
    for month in sorted(months):
        for office, n in sorted(_ballots(months[month]).items()):
            past = before.setdefault(office, [])
            if past and n >= K and n > TIMES * median(past):
                found.append(Flag(month, office))
            past.append(n)
    return found


def _ballots(cells: Mapping[str, int]) -> Counter[str]:
    """Return how many ballots each office got: each answers every question once."""
    found: Counter[str] = Counter()
    for cell, n in cells.items():
        kind, *named = cell.split(SEPARATOR)
        if kind == RATE and named[2] == DIMENSIONS[0]:
            found[named[1]] += n
    return found
