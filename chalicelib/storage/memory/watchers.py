"""This file keeps in memory who wants news of which ticket."""

from collections.abc import Sequence

from chalicelib.capabilities.tickets import MOST_WATCHERS
from chalicelib.storage.base import Kind
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.memory.base import MemoryDatabase, Row, Write
from chalicelib.storage.watchers import people_of, row_id, sealed_person

TABLE = "tickets"


class MemoryWatchers:
    """See `storage.watchers.DynamoWatchers`."""

    def __init__(self, database: MemoryDatabase, keys: KeyRing) -> None:
        """Take the tables."""
        self.database, self.keys = database, keys

    def watching(self, number: str, *people: str, on: bool) -> Write:
        """Return the write that has somebody wait for a ticket or wait no more, under any id."""
        keys = self.keys.now()
        entries = {sealed_person(keys, number, person) for person in people}

        def change(row: Row | None) -> Row:
            others = _who(row) - entries
            return {"who": others | entries if on else others}

        def has_room(row: Row | None) -> bool:
            return not on or len(_who(row)) < MOST_WATCHERS

        return Write("watchers", Kind.UPDATE, TABLE, row_id(number), change, has_room)

    def of(self, numbers: Sequence[str]) -> dict[str, list[str]]:
        """Return the people who wait for news of tickets."""
        keys = self.keys.now()
        with self.database.calling("get"):
            rows = {number: self.database.row(TABLE, row_id(number)) for number in numbers}
        return {
            number: people_of(keys, number, _who(row)) for number, row in rows.items() if _who(row)
        }

    def close(self, numbers: Sequence[str]) -> None:
        """Forget who waited for tickets that are finished for good."""
        with self.database.calling("batch"):
            for number in numbers:
                self.database.tables[TABLE].pop(row_id(number), None)


def _who(row: Row | None) -> frozenset[str]:
    return frozenset((row or {}).get("who", ()))
