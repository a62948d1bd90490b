"""This file names people anew in the ledger: lists, audiences, caps, doubts, messages sent."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.capabilities.ledger_cells import Cell, Place, Table
from chalicelib.ports import Refused
from chalicelib.storage.base import Database, Kind, Write
from chalicelib.storage.cells import BroadcastRow, DynamoCells, cell_of
from chalicelib.storage.contacts_people import PeopleMove
from chalicelib.storage.contacts_walks import To, Walk
from chalicelib.storage.delivery import RecipientRow
from chalicelib.storage.forget_messages import FORGOTTEN, named_in, nobody, renamed


class NamesWalk(Walk):
    """Whom chunks are for, or whom an order names."""

    def __init__(self, database: Database, people: PeopleMove, table: Table, ending: str) -> None:
        """Take a table of the ledger, and how the ids of its rows that name people end."""
        super().__init__(database, people)
        self.cells, self.table, self.ending = DynamoCells(database), table, ending
        self.name = f"people of {table}"

    def rows(self) -> Iterator[Cell]:
        """Give the rows that name people, of messages that are over too."""
        model = self.cells.rows[self.table]
        for row in model.scan(model.id.contains(self.ending), consistent_read=True):
            if row.id.endswith(self.ending):
                yield cell_of(Place(self.table, row.id), row)

    def named(self, row: Cell) -> Sequence[str]:
        """Return who is named by the older key."""
        return [one for one in named_in(row) if self.is_old(one)]

    def rewrite(self, row: Cell, to: To) -> None:
        """Write the same list with the new ids, everybody in their place."""
        new = {one: to[one] or nobody() for one in self.named(row) if one in to}
        if self.cells.write(row, renamed(row, lambda one: new.get(one, one))) is None:
            raise Refused("names")


class CountsWalk(Walk):
    """Rows under a person's own id: when they got messages, and which perhaps never came."""

    def __init__(self, database: Database, people: PeopleMove, table: Table, before: str) -> None:
        """Take a table of the ledger, and what stands before the ids of people in it."""
        super().__init__(database, people)
        self.cells, self.table, self.before = DynamoCells(database), table, before
        self.model: Any = self.cells.rows[table]
        self.name = f"counts of {table}"

    def rows(self) -> Iterator[BroadcastRow]:
        """Give the rows by the older key."""
        old = ~self.model.id.startswith(self.before + self.pair.newer.mark)
        old = old & self.model.id.startswith(self.before) if self.before else old
        yield from self.model.scan(old, consistent_read=True)

    def named(self, row: BroadcastRow) -> Sequence[str]:
        """Return whose row it is."""
        person = str(row.id).removeprefix(self.before)
        return [person] if self.is_old(person) else []

    def rewrite(self, row: BroadcastRow, to: To) -> None:
        """Put what it holds into the row by the new id; whoever is not known needs none."""
        (person,) = self.named(row)
        model, where, writes = self.model, to[person], []
        as_read = model.version == row.version
        writes.append(Write("older", Kind.DELETE, lambda t: t.delete(row, as_read), model))
        if where is not None:
            (there,) = self.cells.read([Place(self.table, self.before + where)])
            value = merged(cell_of(there.place, row).value, there.value)
            writes.append(self.cells.change(there, value))
        self.database.commit(writes)


class MessagesWalk(Walk):
    """The messages that reports may come for: each says whose it is."""

    name = "messages sent"

    def __init__(self, database: Database, people: PeopleMove) -> None:
        """Bind the table."""
        super().__init__(database, people)
        self.model = database.bound(RecipientRow)

    def rows(self) -> Iterator[RecipientRow]:
        """Give the messages by the older key."""
        party = self.model.party
        old = ~party.startswith(self.pair.newer.mark) & ~party.startswith(FORGOTTEN)
        yield from self.model.scan(party.exists() & old, consistent_read=True)

    def named(self, row: RecipientRow) -> Sequence[str]:
        """Return whose message it is."""
        return [row.party] if self.is_old(row.party) else []

    def rewrite(self, row: RecipientRow, to: To) -> None:
        """Say whose it is by the new id; its state is left alone."""
        party, old = self.model.party, row.party
        row.update([party.set(to[old] or nobody())], condition=party == old)


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return what two rows of one person say together: lists joined, later times kept."""
    both = {**old, **new}
    for name in old.keys() & new.keys():
        a, b = old[name], new[name]
        if isinstance(a, list):
            both[name] = sorted({*a, *b})
        elif isinstance(a, dict):
            both[name] = {**a, **b}
        elif name == "expires":
            both[name] = max(a, b)
    return both
