"""This file makes the tables of messages to many, with their price, and of what staff did."""

from typing import TYPE_CHECKING

from chalicelib.capabilities.masking import masked
from chalicelib.reports.sources import Sent, Source
from chalicelib.reports.tables import Column, Query, Row, Table, Value, divided, in_order

if TYPE_CHECKING:
    from chalicelib.reports.shown import Key

COUNTED = ("people", "sent", "delivered", "failed", "rejected", "unsure", "parts")
PRICED = ("cheapest", "dearest")
# What is known before the gateway answers, by the network of a number; the rest is not.
BY_OPERATOR = ("people", "parts")
OPERATOR = "operator"
ROWS = ("rows", "taken", "refused")


def messages(query: Query, source: Source) -> Table:
    """Return what became of the messages to many, in how many parts, for what price."""
    found: dict[Key, list[Sent]] = {}
    for one in source.messages(query.period):
        at = {"kind": one.kind, "language": one.language, OPERATOR: one.network}
        if all(at[name] == value for name, value in query.only.items()):
            # What is told by network has the price, the rest has what became of it.
            names = [name for name in query.by if one.network or name != OPERATOR]
            if len(names) == len(query.by):
                found.setdefault(tuple(at[name] for name in names), []).append(one)
    rows = [_sent_row(key, found[key], query) for key in sorted(found, key=in_order)]
    every = [one for some in found.values() for one in some]
    total = _sent_row(("total", *(None,) * (len(query.by) - 1)), every, query)
    columns = (*map(Column, COUNTED), *(Column(one, "money") for one in PRICED))
    return Table((*divided(query.by), *columns), rows, total)


def audit(query: Query, source: Source) -> Table:
    """Return what staff did: files taken, fees changed, complaints read."""
    rows: list[Row] = []
    for day in query.period.days():
        deeds = [(one.who, one.what, one.details) for one in source.deeds(day)]
        for who, what, details in sorted(deeds, key=lambda one: (one[1], one[0], str(one[2]))):
            counts: list[Value] = [details.get(name) for name in ROWS]
            more = "; ".join(f"{name} {one}" for name, one in details.items() if name not in ROWS)
            rows.append((day.isoformat(), masked(who), what, *counts, masked(more)))
    columns = (
        *(Column("day", "word"), Column("who", "text"), Column("what", "text")),
        *map(Column, ROWS),
        Column("details", "text"),
    )
    return Table(columns, rows)


def _sent_row(key: Row, some: list[Sent], query: Query) -> Row:
    """Return one row: what became of people, and the price, which is known by network alone."""
    planned = [one for one in some if one.network]
    told = [one for one in some if not one.network]
    by_network = OPERATOR in query.by
    counts: list[Value] = [
        None
        if by_network and name not in BY_OPERATOR
        else sum(getattr(one, name) for one in (planned if by_network else told))
        for name in COUNTED
    ]
    prices = [round(float(sum(getattr(one, name) for one in planned)), 2) for name in PRICED]
    return (*key, *counts, *prices)
