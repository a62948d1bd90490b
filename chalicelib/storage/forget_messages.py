"""This file takes one citizen out of the messages to many: whom they were for, who got them."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from chalicelib.capabilities.ledger import PLANNING, Chunk, Head
from chalicelib.capabilities.ledger_books import Books
from chalicelib.capabilities.ledger_cells import Cell, Place
from chalicelib.capabilities.ledger_chunks import Chunks, Name
from chalicelib.capabilities.ledger_places import body_place
from chalicelib.ports import Clock
from chalicelib.storage.base import Database, answering
from chalicelib.storage.cells import DynamoCells
from chalicelib.storage.delivery import DynamoRecipients, RecipientRow
from chalicelib.telecom.messages import Party

# Messages of so many months are looked through.
MONTHS = 120
AT_ONCE = 100
LIST, FORGOTTEN = "/people", "forgotten-"


@dataclass(slots=True)
class Addressed:
    """Messages that name a person: each keeps its sums, and a name that is nobody's.

    Messages found once are looked at again though the list that led to them names nobody now.
    """

    cells: DynamoCells
    books: Books
    chunks: Chunks
    recipients: DynamoRecipients
    person: Callable[[Party], str]
    name: str = "messages to many"
    messages: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, database: Database, clock: Clock, person: Callable[[Party], str]) -> "Addressed":
        """Look through the messages of a stage; `person` gives the id that they are kept by."""
        cells = DynamoCells(database)
        books = Books(cells, clock, database.settings.chunk)
        return cls(cells, books, Chunks(cells, clock), DynamoRecipients(database, clock), person)

    def count(self, party: Party) -> int:
        """Count the lists that name the person, and the messages that went to them."""
        person = self.person(party)
        lists = 0
        for cell in self._naming(person):
            self._note(cell, person)
            lists += 1
        return lists + sum(1 for _ in self._delivered(person))

    def erase(self, party: Party) -> None:
        """Put nobody in the person's place; a list that changed meanwhile stays, and is counted."""
        person = self.person(party)
        for cell in self._naming(person):
            self._note(cell, person)
            for row in self._delivered(person):
                with answering():
                    row.update([self.recipients.rows.party.set(nobody())])
            self.cells.write(cell, renamed(cell, lambda one: nobody() if one == person else one))

    def _note(self, cell: Cell, person: str) -> None:
        """Remember which messages went to somebody whom a list names."""
        if not cell.place.id.endswith(LIST):
            return
        (state,) = self.cells.read([Name.of(cell.place.id.removesuffix(LIST)).state])
        chunk, at = Chunk.of(state.value), str(cell.value["people"].index(person))
        ids = [chunk.results.get("sent", {}).get(at), chunk.found.get(at)]
        self.messages.update((chunk.gateway, one) for one in ids if one)

    def _delivered(self, person: str) -> Iterator[RecipientRow]:
        for gateway, message_id in sorted(self.messages):
            row = self.recipients.row(gateway, message_id)
            if row is not None and row.party == person:
                yield row

    def _naming(self, person: str) -> Iterator[Cell]:
        """Give every row that names the person: the audience of an order, the list of a chunk."""
        places = (place for head in self._heads() for place in self._places(head))
        while some := list(islice(places, AT_ONCE)):
            yield from (cell for cell in self.cells.read(some) if person in named_in(cell))

    def _heads(self) -> Iterator[Head]:
        ids = iter([*self.books.open_ids(), *self._ended_ids()])
        while some := list(islice(ids, AT_ONCE)):
            yield from (head for head in self.books.heads(some) if head is not None)

    def _ended_ids(self) -> Iterable[str]:
        today = self.books.clock.now().date()
        for month in _months(today):
            yield from self.books.ended_ids(month)

    def _places(self, head: Head) -> Iterator[Place]:
        """Give the rows of each edit of a message; how many lists an old one has is not kept."""
        for epoch in range(1, head.epoch + 1):
            yield body_place(head.id, epoch)
            known = epoch == head.epoch and head.state != PLANNING
            lists = head.chunks if known else self._written(replace(head, epoch=epoch))
            yield from (Name(head.id, epoch, n).people for n in range(lists))

    def _written(self, head: Head) -> int:
        return sum(1 for _ in self.chunks.batches(head))


def named_in(cell: Cell) -> Iterable[str]:
    """Return whom a row names: the audience of an order, or the list of a chunk."""
    named: Iterable[str] = cell.value.get("audience", cell.value).get("people", ())
    return named


def renamed(cell: Cell, name: Callable[[str], str]) -> dict[str, object]:
    """Return a row with other names for people, as many: an audience of none is another one."""
    people = [name(one) for one in named_in(cell)]
    if "audience" in cell.value:
        return {**cell.value, "audience": {**cell.value["audience"], "people": people}}
    return {**cell.value, "people": people}


def nobody() -> str:
    """Return a name that no number has; each is another, for nobody stands in a message twice."""
    return f"{FORGOTTEN}{secrets.token_hex(8)}"


def _months(today: date) -> Iterator[str]:
    """Give months as messages are listed by them, this one first."""
    last = today.year * 12 + today.month - 1
    for n in range(last, last - MONTHS, -1):
        yield f"{n // 12}-{n % 12 + 1:02}"
