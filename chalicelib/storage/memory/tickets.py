"""This file keeps tickets in memory by number and alias."""

from collections.abc import Iterable, Sequence

from chalicelib.capabilities.tickets import Ticket
from chalicelib.storage.memory.base import MemoryDatabase, Row

TABLE = "tickets"


class MemoryTickets:
    """See `capabilities.tickets.TicketStore`."""

    def __init__(self, database: MemoryDatabase) -> None:
        """Take the tables."""
        self.database = database

    def canonical(self, number: str) -> str:
        """Return the number that an alias stands for, any other as it is; one call."""
        return str(self._row(number).get("of", number))

    def find(self, number: str) -> Ticket | None:
        """Return a ticket by its number or an alias; one call, two for an alias."""
        row = self._row(number)
        if "of" in row:
            row = self._row(row["of"])
        return row.get("ticket")

    def find_many(self, numbers: Sequence[str]) -> dict[str, Ticket]:
        """Return the tickets that are there, by the number asked for."""
        found = {number: self.find(number) for number in numbers}
        return {number: ticket for number, ticket in found.items() if ticket is not None}

    def save_many(self, tickets: Iterable[Ticket]) -> None:
        """Store tickets with their aliases, replacing what was there."""
        for ticket in tickets:
            with self.database.calling("batch"):
                rows = self.database.tables[TABLE]
                rows[ticket.number] = {"ticket": ticket}
                rows.update({alias: {"of": ticket.number} for alias in ticket.aliases})

    def _row(self, number: str) -> Row:
        with self.database.calling("get"):
            return self.database.row(TABLE, number) or {}
