"""This file keeps the tables of the twin in memory on disk, so that what is measured is sending.

A hundred thousand rows in memory would hide what planner and workers hold themselves.
"""

import pickle
import sqlite3
from collections import Counter
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

from chalicelib.capabilities.broadcasts import Audience
from chalicelib.capabilities.subscribers import Member
from chalicelib.settings import Settings
from chalicelib.storage.memory.base import MemoryDatabase

# Kibibytes that the database file may hold in memory, whatever its size.
CACHE = 256


class Table(MutableMapping[str, Any]):
    """One table of a file: rows by key."""

    def __init__(self, file: sqlite3.Connection, name: str) -> None:
        self.file, self.name = file, f'"{name}"'
        file.execute(f"CREATE TABLE {self.name} (key TEXT PRIMARY KEY, row BLOB) WITHOUT ROWID")

    def __getitem__(self, key: str) -> Any:
        found = self._found("SELECT row FROM {} WHERE key = ?", key)
        if found is None:
            raise KeyError(key)
        return pickle.loads(found[0])

    def __setitem__(self, key: str, row: Any) -> None:
        self._found("INSERT OR REPLACE INTO {} VALUES (?, ?)", key, pickle.dumps(row))

    def __delitem__(self, key: str) -> None:
        self._found("DELETE FROM {} WHERE key = ?", key)

    def __iter__(self) -> Iterator[str]:
        for (key,) in self.file.execute(f"SELECT key FROM {self.name} ORDER BY key"):
            yield key

    def __len__(self) -> int:
        found = self._found("SELECT COUNT(*) FROM {}")
        return int(found[0]) if found else 0

    def _found(self, statement: str, *values: Any) -> Any:
        return self.file.execute(statement.format(self.name), values).fetchone()


class Tables(dict[str, Table]):
    """Tables by name, each made when it is asked for first."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.file = sqlite3.connect(path, isolation_level=None)
        self.file.execute("PRAGMA journal_mode = OFF")
        self.file.execute("PRAGMA synchronous = OFF")
        self.file.execute(f"PRAGMA cache_size = -{CACHE}")

    def __missing__(self, name: str) -> Table:
        self[name] = Table(self.file, name)
        return self[name]


class Calls(Counter[str]):
    """Counts calls by kind."""

    def append(self, call: str) -> None:
        """Count one."""
        self[call] += 1


class DiskDatabase(MemoryDatabase):
    """The twin's tables in a file."""

    def __init__(self, path: Path) -> None:
        super().__init__(Settings())
        self.tables: Any = Tables(path)
        self.calls: Any = Calls()


class DiskReader:
    """The people of the file as an audience, row by row."""

    def __init__(self, database: DiskDatabase) -> None:
        self.people = database.tables["people"]

    def members(self, audience: Audience) -> Iterator[Member]:
        """Give everyone of the communes named."""
        for id_ in self.people:
            row = self.people[id_]
            if row["commune"].startswith(audience.communes):
                yield Member(
                    id_,
                    row["commune"],
                    row["language"],
                    consented=True,
                    opted_out=row["opted_out"],
                )
