"""This file divides what is told of few people by one thing at a time: of two they would be known.

Each division is a sum of its own of the same people, so none says anything of another. The first
dimension is what they said: where all of a month said the same, whoever is known to be among them
is known to have said it, so fewer than twenty of them are in no number.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from chalicelib.errors import NotAcceptable
from chalicelib.reports.shown import K, Key, shown
from chalicelib.reports.sources import Source
from chalicelib.reports.tables import DIGITS, Part, Query

MONTH, OFFICE = "month", "office"
# What of one is known of the other: a complaint that is answered is not late. They have one sum.
TOGETHER = (("state", "late"),)
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
    source: Source,
    month: str,
    name: str,
    dimensions: Sequence[str],
    counted: Counted,
    *,
    k: int = K,
) -> Published:
    """Return what is published of a month by one dimension."""
    names = next((some for some in TOGETHER if name in some), (name,))
    places, sums = [dimensions.index(one) for one in names], Counter[Key]()
    cells = counted(source, month)
    for key, n in cells.items():
        sums[month, *(key[at] for at in places)] += n
    is_alike = len({key[0] for key, n in cells.items() if n}) == 1
    told = shown(sums, 1, 2 * k if is_alike else k)
    parts = [
        Part(dict(zip((MONTH, *names), key, strict=True)), n) for key, n in told.groups.items()
    ]
    return parts, told.hidden
