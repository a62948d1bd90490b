"""This file stores who wants news of which ticket, sealed at both ends.

A ticket's row holds people's ids, a person's row holds ticket numbers, each sealed with a key
that only who holds the contacts key can make. So a copy of the tables tells nobody who waits for
what, and whoever forgets a person finds every ticket of theirs.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice
from typing import Any

from pynamodb.expressions.condition import size

from chalicelib.capabilities.tickets import MOST_WATCHERS
from chalicelib.storage.base import Database, Kind, Write, answering
from chalicelib.storage.keys import KeyRing, Keys
from chalicelib.storage.seals import resealed, unsealed
from chalicelib.storage.tickets import TicketRow

READ_AT_ONCE = 100


class DynamoWatchers:
    """See `capabilities.ticket_news.Watchers`."""

    def __init__(self, database: Database, keys: KeyRing) -> None:
        """Bind the table."""
        self.database, self.keys = database, keys
        self.rows = database.bound(TicketRow)

    def watching(self, number: str, *people: str, on: bool) -> Write:
        """Return the write that has somebody wait for a ticket or wait no more, under any id.

        To wait is refused as `watchers` where too many do.
        """
        keys, row = self.keys.now(), self.rows(row_id(number))
        entry = {sealed_person(keys, number, person) for person in people}
        who = self.rows.who
        changes: list[Any] = [who.add(entry) if on else who.delete(entry)]
        some = size(who)  # type: ignore[no-untyped-call]  # pynamodb's own
        room = who.does_not_exist() | (some < MOST_WATCHERS) if on else None
        return Write("watchers", Kind.UPDATE, lambda t: t.update(row, changes, room), self.rows)

    def of(self, numbers: Sequence[str]) -> dict[str, list[str]]:
        """Return the people who wait for news of tickets."""
        found: dict[str, list[str]] = {}
        keys, left = self.keys.now(), iter(dict.fromkeys(numbers))
        while part := list(islice(left, READ_AT_ONCE)):
            rows = self.database.get([(self.rows, (row_id(number),)) for number in part])
            for number, row in zip(part, rows, strict=True):
                if row is not None and row.who:
                    found[number] = people_of(keys, number, row.who)
        return found

    def close(self, numbers: Sequence[str]) -> None:
        """Forget who waited for tickets that are finished for good."""
        with answering(), self.rows.batch_write() as batch:
            for number in numbers:
                batch.delete(self.rows(row_id(number)))


def row_id(number: str) -> str:
    """Return the id of the row of those who wait for a ticket."""
    return f"watch#{number}"


def sealed_person(keys: Keys, number: str, person: str) -> str:
    """Return a person's id as it stands at a ticket: the same each time, open to few."""
    return resealed(keys.of(person).lasting("watchers", number), person)


def people_of(keys: Keys, number: str, who: Iterable[str]) -> list[str]:
    """Return the people behind the entries of a ticket, in a fixed order."""
    found = {
        person
        for each in keys.both
        for person in map(partial(unsealed, each.lasting("watchers", number)), who)
    }
    return sorted(filter(None, found))


def sealed_number(keys: Keys, person: str, number: str) -> str:
    """Return a ticket's number as it stands at a person."""
    return resealed(keys.of(person).lasting("watched", person), number)


def numbers_of(keys: Keys, person: str, watched: Iterable[str]) -> list[str]:
    """Return the tickets that a person waits for."""
    key = keys.of(person).lasting("watched", person)
    return sorted(filter(None, map(partial(unsealed, key), watched)))
