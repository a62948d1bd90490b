"""This file holds how often a party may guess at tickets and codes before it must wait."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Verdict = Literal["asked_before", "free", "paused"]


class Tried(NamedTuple):
    """What a party tried today: opaque marks of the values, and its misses by hour.

    `asked` numbers what was noted, so that two questions at once are not both decided by it.
    """

    marks: frozenset[str] = frozenset()
    misses: Mapping[int, int] = {}
    asked: int = 0


def verdict(tried: Tried, mark: str, hour: int, *, an_hour: int, a_day: int) -> Verdict:
    """Say whether a value may be looked up.

    One asked before is answered as before, so a replayed session costs nothing and a pause
    cannot be told from its answers (engine rule E7).
    """
    if mark in tried.marks:
        return "asked_before"
    if tried.misses.get(hour, 0) >= an_hour or sum(tried.misses.values()) >= a_day:
        return "paused"
    return "free"
