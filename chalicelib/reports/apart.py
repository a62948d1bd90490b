"""This file divides what is told of few people by one thing at a time: of two they would be known.

Each division is a sum of its own of the same people, so none says anything of another.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from chalicelib.errors import NotAcceptable
from chalicelib.reports.shown import Key, shown
from chalicelib.reports.sources import Source
from chalicelib.reports.tables import DIGITS, Part, Query

MONTH, OFFICE = "month", "office"
# The counts of a month by all that is known of them, in the order of a table's dimensions.
Counted = Callable[[Source, str], Counter[Key]]
Published = tuple[list[Part], bool]


def narrowed(query: Query, dimensions: Sequence[str]) -> Query:
    """Return a query of one thing: what is chosen from is what is divided, unless told.

    Raises:
        NotAcceptable: two things are asked for.
    """
    by = query.by or tuple(query.only) or (dimensions[0],)
    named = sorted({_told(one) for one in (*by, *query.only)} - {MONTH})
    if len(named) > 1:
        raise NotAcceptable(
            f"these are too few people for {' and '.join(named)} at once: ask for one of them"
        )
    return replace(query, by=by)


def divided_by_one(
    query: Query, source: Source, dimensions: Sequence[str], counted: Counted
) -> Published:
    """Return what is published of a period by the one thing that a narrowed query asks for."""
    named = [_told(one) for one in (*query.by, *query.only) if one != MONTH]
    parts: list[Part] = []
    hidden = False
    for month in source.closed(query.period.months):
        told, left = by_one(source, month, (named or dimensions)[0], dimensions, counted)
        parts, hidden = [*parts, *told], hidden or left
    return parts, hidden


def _told(name: str) -> str:
    return OFFICE if name in DIGITS else name


def by_one(
    source: Source, month: str, name: str, dimensions: Sequence[str], counted: Counted
) -> Published:
    """Return what is published of a month by one dimension."""
    at, sums = dimensions.index(name), Counter[Key]()
    for key, n in counted(source, month).items():
        sums[month, key[at]] += n
    told = shown(sums, 1)
    return [Part({MONTH: month, name: key[1]}, n) for key, n in told.groups.items()], told.hidden
