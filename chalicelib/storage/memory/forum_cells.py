"""This file keeps the rows of forums in memory; see `storage.forum_cells`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.storage.base import Kind
from chalicelib.storage.forum_cells import ANY, THERE, Cell, Key
from chalicelib.storage.memory.base import (
    Condition,
    MemoryDatabase,
    Row,
    Write,
    is_absent,
    kept,
    saved,
)

SEPARATOR = "\0"


class MemoryForumCells:
    """Rows in memory."""

    def __init__(self, database: MemoryDatabase) -> None:
        """Take the tables."""
        self.database = database

    def peek(self, table: str, key: Key) -> Cell | None:
        """Return a row, as part of a call."""
        row = self.database.row(table, SEPARATOR.join(key))
        return Cell(key[-1], json.loads(row["body"]), row["edition"]) if row else None

    def read(self, table: str, keys: Sequence[Key]) -> list[Cell | None]:
        """Return rows by key; one call."""
        with self.database.calling("get"):
            return [self.peek(table, one) for one in keys]

    def of(self, table: str, first: str) -> list[Cell]:
        """Return every row under a first key, by its second."""
        with self.database.calling("query"):
            keys = sorted(one.split(SEPARATOR) for one in self.database.tables[table])
            rows = [self.peek(table, tuple(one)) for one in keys if one[0] == first]
        return [one for one in rows if one is not None]

    def put(
        self, table: str, key: Key, body: Mapping[str, Any], was: int | None, what: str
    ) -> Write:
        """Return the write of a row: absent before, of the edition read, or whatever it was."""
        row = {"body": json.dumps(body, ensure_ascii=False), "edition": max(was or 0, 0) + 1}
        return Write(what, Kind.SAVE, table, SEPARATOR.join(key), saved(row), _condition(was))

    def check(self, table: str, key: Key, was: int, what: str) -> Write:
        """Return the condition that a row is of the edition read."""
        return Write(what, Kind.CHECK, table, SEPARATOR.join(key), kept, _condition(was))

    def next_number(self, key: str) -> int:
        """Return a number that nobody had under this key; one call."""
        with self.database.calling("write"):
            row = self.database.tables["numbers"].get(key, {"count": 0})
            self.database.tables["numbers"][key] = {"count": row["count"] + 1}
            return int(row["count"]) + 1

    def commit(self, writes: Sequence[Write]) -> None:
        """Do all writes or none."""
        self.database.commit(writes)


def _condition(was: int | None) -> Condition:
    if was is None:
        return is_absent

    def same(row: Row | None) -> bool:
        return was == ANY or (row is not None and was in (THERE, row["edition"]))

    return same
