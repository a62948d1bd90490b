"""This file stores tickets by number; an alias is a row that points to one."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model

from chalicelib.capabilities.tickets import Change, Ticket, finished_on
from chalicelib.storage.base import Database, answering
from chalicelib.storage.parts import READ_AT_ONCE, WRITE_AT_ONCE, in_parts

# Tickets that are neither ready nor rejected stand under this word instead of a month.
WAITING = "waiting"


class ByEnd(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # pynamodb's own
    """Tickets by the month in which they were finished; the rows of aliases are not in it."""

    class Meta:
        """As in the template."""

        index_name = "by-end"
        projection = IncludeProjection(["body"])

    ended = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class TicketRow(Model):
    """One ticket as JSON in `body`, an alias `of` one, or `who` wait for news of one."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "tickets"

    id = UnicodeAttribute(hash_key=True)
    of = UnicodeAttribute(null=True)
    body = UnicodeAttribute(null=True)
    who = UnicodeSetAttribute(null=True)
    ended = UnicodeAttribute(null=True)
    by_end = ByEnd()


class DynamoTickets:
    """See `capabilities.tickets.TicketStore`."""

    def __init__(self, database: Database) -> None:
        """Bind the table."""
        self.database = database
        self.rows = database.bound(TicketRow)

    def key(self, number: str) -> tuple[type[Model], tuple[str, ...]]:
        """Return what `Database.get` needs to read a ticket or an alias."""
        return self.rows, (number,)

    def resolved(self, row: TicketRow | None) -> Ticket | None:
        """Return the ticket of a row; an alias costs one more read."""
        if row is None:
            return None
        if row.of:
            (row,) = self.database.get([self.key(row.of)])
        return _decoded(row.body) if row is not None and row.body else None

    def canonical(self, number: str) -> str:
        """Return the number that an alias stands for, any other as it is; one call."""
        (row,) = self.database.get([self.key(number)])
        return str(row.of) if row is not None and row.of else number

    def find(self, number: str) -> Ticket | None:
        """Return a ticket by its number or an alias."""
        (row,) = self.database.get([self.key(number)])
        return self.resolved(row)

    def find_many(self, numbers: Sequence[str]) -> dict[str, Ticket]:
        """Return the tickets that are there, by the number asked for."""
        return dict(pair for part in in_parts(self._read, numbers, READ_AT_ONCE) for pair in part)

    def save_many(self, tickets: Iterable[Ticket]) -> None:
        """Store tickets with their aliases, in batches."""
        rows = [row for ticket in tickets for row in self._rows(ticket)]
        in_parts(self._write, rows, WRITE_AT_ONCE)

    def ended(self, month: str) -> Iterator[Ticket]:
        """Give the tickets that were finished in a month as `2026-11`, or that are `waiting`."""
        with answering():
            for row in self.rows.by_end.query(month):
                yield _decoded(row.body)

    def _read(self, numbers: Sequence[str]) -> list[tuple[str, Ticket]]:
        rows = self.database.get([self.key(number) for number in numbers])
        pairs = ((number, self.resolved(row)) for number, row in zip(numbers, rows, strict=True))
        return [(number, ticket) for number, ticket in pairs if ticket is not None]

    def _rows(self, ticket: Ticket) -> Iterator[TicketRow]:
        yield self.rows(ticket.number, body=_encoded(ticket), ended=_ended(ticket))
        for alias in ticket.aliases:
            yield self.rows(alias, of=ticket.number)

    def _write(self, rows: Sequence[TicketRow]) -> None:
        with answering(), self.rows.batch_write() as batch:
            for row in rows:
                batch.save(row)


def _ended(ticket: Ticket) -> str:
    day = finished_on(ticket)
    return f"{day:%Y-%m}" if day else WAITING


def _encoded(ticket: Ticket) -> str:
    return json.dumps(
        {
            "number": ticket.number,
            "office": ticket.office,
            "service": ticket.service,
            "status": ticket.status,
            "received_on": ticket.received_on.isoformat(),
            "due_on": ticket.due_on.isoformat() if ticket.due_on else None,
            "updated_on": ticket.updated_on.isoformat(),
            "missing": ticket.missing,
            "aliases": ticket.aliases,
            "history": [[one.status, one.on.isoformat(), one.reason] for one in ticket.history],
        },
        ensure_ascii=False,
    )


def _decoded(body: str) -> Ticket:
    plain = json.loads(body)
    return Ticket(
        number=plain["number"],
        office=plain["office"],
        service=plain["service"],
        status=plain["status"],
        received_on=date.fromisoformat(plain["received_on"]),
        due_on=date.fromisoformat(plain["due_on"]) if plain["due_on"] else None,
        updated_on=date.fromisoformat(plain["updated_on"]),
        missing=tuple(plain["missing"]),
        aliases=tuple(plain["aliases"]),
        history=tuple(
            Change(status, date.fromisoformat(on), reason)
            for status, on, reason in plain["history"]
        ),
    )
