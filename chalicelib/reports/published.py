"""This file says what a table tells of the months it may not or not fully tell of."""

from collections.abc import Iterable, Mapping

from chalicelib.reports.shown import POOLED
from chalicelib.reports.sources import Source
from chalicelib.reports.tables import Part, Query, Table, counted

Notes = list[tuple[str, Mapping[str, str]]]


def told(parts: Iterable[Part], query: Query, source: Source, *, hidden: bool) -> Table:
    """Return the table of what is published of a period, and what to know of the rest."""
    parts = list(parts)
    few = hidden or any(is_pooled(one) for one in parts)
    sure = not few and not open_months(query, source)
    made = counted(parts, query, hidden=hidden, sure=sure)
    return Table(made.columns, made.rows, made.total, notes_on(query, source, few=few))


def notes_on(query: Query, source: Source, *, few: bool) -> Notes:
    """Return the notes on few people, and on months that are not closed."""
    waits = open_months(query, source)
    notes: Notes = [("few", {})] * few
    return [*notes, ("open", {"months": ", ".join(waits)})] if waits else notes


def open_months(query: Query, source: Source) -> list[str]:
    """Return the months of a period of which nothing is published yet."""
    closed = source.closed(query.period.months)
    return [one for one in query.period.months if one not in closed]


def is_pooled(part: Part) -> bool:
    """Whether some cells are put together in it."""
    return POOLED in part.at.values()


def noted(table: Table, notes: Iterable[tuple[str, Mapping[str, str]]]) -> Table:
    """Return a table with more notes."""
    return Table(table.columns, table.rows, table.total, [*table.notes, *notes])
