"""This file makes the table of the delivery standard: days taken against those stated."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from statistics import median

from chalicelib.capabilities import working_days
from chalicelib.capabilities.catalogue import Catalogue
from chalicelib.capabilities.tickets import Ticket, finished_on
from chalicelib.reports.shown import Key
from chalicelib.reports.sources import Source
from chalicelib.reports.tables import Column, Query, Row, Table, divided, in_order, share, value_of

NINE_TENTHS = 0.9
MORE = "more_documents"
NUMBERS = ("finished", "median", "p90", "stated", "late")
LEFT = (MORE, "waiting", "overdue")


@dataclass(slots=True)
class Taken:
    """The applications of one row."""

    days: list[int] = field(default_factory=list)
    late: int = 0
    more: int = 0
    waiting: int = 0
    overdue: int = 0


def standard(query: Query, source: Source) -> Table:
    """Return the working days that applications took, and how many were late."""
    known, found = source.catalogue, defaultdict[Key, Taken](Taken)
    for month in query.period.months:
        for ticket in _chosen(source.finished(month), query, month):
            _ended(found[_key(ticket, query, month)], ticket, known)
    if "month" not in query.by:
        for ticket in _chosen(source.waiting(), query, ""):
            if ticket.received_on <= query.period.last:
                _waits(found[_key(ticket, query, "")], ticket, known, source.today)
    rows = [_row(key, found[key], query, known) for key in sorted(found, key=in_order)]
    columns = (
        *map(Column, NUMBERS),
        Column("late_share", "share"),
        *map(Column, LEFT),
    )
    return Table((*divided(query.by), *columns), rows)


def _at(ticket: Ticket, month: str) -> dict[str, str]:
    return {"service": ticket.service, "office": ticket.office, "month": month}


def _chosen(tickets: Iterable[Ticket], query: Query, month: str) -> Iterable[Ticket]:
    for ticket in tickets:
        at = _at(ticket, month)
        if all(value_of(at, name) == value for name, value in query.only.items()):
            yield ticket


def _key(ticket: Ticket, query: Query, month: str) -> Key:
    return tuple(value_of(_at(ticket, month), name) for name in query.by)


def _ended(taken: Taken, ticket: Ticket, known: Catalogue) -> None:
    on = finished_on(ticket) or ticket.updated_on
    days = working_days.between(ticket.received_on, on, known.is_holiday)
    taken.days.append(days)
    taken.late += _is_late(ticket, on, days, known)
    taken.more += _needed_more(ticket)


def _waits(taken: Taken, ticket: Ticket, known: Catalogue, today: date) -> None:
    days = working_days.between(ticket.received_on, today, known.is_holiday)
    taken.waiting += 1
    taken.overdue += _is_late(ticket, today, days, known)
    taken.more += _needed_more(ticket)


def _is_late(ticket: Ticket, on: date, days: int, known: Catalogue) -> bool:
    """Whether it was later than the day that was promised, or where none was, than is stated."""
    if ticket.due_on is not None:
        return on > ticket.due_on
    stated = _stated(ticket.service, known)
    return stated is not None and days > stated


def _stated(service: str, known: Catalogue) -> int | None:
    one = known.services.get(service)
    return one.days.max if one is not None and one.days is not None else None


def _needed_more(ticket: Ticket) -> bool:
    return any(one.status == MORE for one in ticket.history)


def _row(key: Key, taken: Taken, query: Query, known: Catalogue) -> Row:
    days, by = sorted(taken.days), query.by
    stated = _stated(key[by.index("service")], known) if "service" in by else None
    middle = median(days) if days else None
    return (
        *key,
        len(days),
        middle,
        _rank(days, NINE_TENTHS),
        stated,
        taken.late,
        share(taken.late, len(days)),
        taken.more,
        taken.waiting,
        taken.overdue,
    )


def _rank(values: Sequence[int], part: float) -> int | None:
    """Return the value that so large a part of the sorted values does not exceed."""
    return values[ceil(part * len(values)) - 1] if values else None
