"""This file makes the published table of complaints: of what, where, how far and how late."""

from collections import Counter
from statistics import median

from chalicelib.capabilities.ballots_tally import SEPARATOR
from chalicelib.reports.apart import by_one, divided_by_one, narrowed
from chalicelib.reports.published import noted, told
from chalicelib.reports.shown import K, Key
from chalicelib.reports.sources import Source
from chalicelib.reports.tables import Part, Query, Table

COMPLAINTS, WEEKS = "complaints", "answered-in"
DIMENSIONS = ("kind", "office", "state", "late")


def complaints(query: Query, source: Source) -> Table:
    """Return how many complaints there were, by one thing at a time."""
    query = narrowed(query, DIMENSIONS)
    parts, hidden = divided_by_one(query, source, DIMENSIONS, _complained)
    weeks = [one for month in source.closed(query.period.months) for one in _weeks(source, month)]
    notes = [("weeks", {"n": f"{median(weeks):g}"})] if len(weeks) >= K else []
    return noted(told(parts, query, source, hidden=hidden), notes)


def by_office(source: Source, month: str) -> tuple[list[Part], bool]:
    """Return what is published of the complaints of a closed month by office."""
    return by_one(source, month, "office", DIMENSIONS, _complained)


def _complained(source: Source, month: str) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for cell, n in source.cells(month).items():
        kind, *named = cell.split(SEPARATOR)
        if kind == COMPLAINTS:
            found[tuple(named)] += n
    return found


def _weeks(source: Source, month: str) -> list[int]:
    """Return after how many weeks each complaint was answered, where ten or more were."""
    cells = (cell.split(SEPARATOR) for cell in source.cells(month))
    named = [one[1] for one in cells if one[0] == WEEKS]
    found = [int(one) for one in named for _ in range(source.cells(month)[f"{WEEKS}#{one}"])]
    return found if len(found) >= K else []
