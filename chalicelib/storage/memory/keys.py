"""This file keeps keys in memory, for rings that read them as functions do."""

from collections.abc import Callable, Mapping, Sequence

from chalicelib.ports import Clock, Refused
from chalicelib.storage.base import Kind
from chalicelib.storage.key_maker import KeyMaker
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.memory.base import MemoryDatabase, Write, gone, is_absent, saved

TABLE = "keys"


class MemoryKeyRing(KeyRing):
    """See `storage.keys.KeyRing`."""

    def __init__(
        self,
        database: MemoryDatabase,
        clock: Clock,
        names: tuple[str, ...],
        beside: tuple[str, ...] = (),
    ) -> None:
        """Read nothing yet."""
        self.memory = database
        self._begin(database.settings, clock, names, beside)

    def _values(self, wanted: Sequence[str]) -> dict[str, bytes]:
        with self.memory.calling("get"):
            rows = {name: self.memory.row(TABLE, name) for name in wanted}
        return {name: row["value"] for name, row in rows.items() if row is not None}


class MemoryKeyMaker(KeyMaker):
    """See `storage.key_maker.KeyMaker`."""

    def __init__(self, database: MemoryDatabase) -> None:
        """Take the tables."""
        self.memory = database
        self._begin(database.settings)

    def ensure(self, name: str, make: Callable[[], bytes]) -> bool:
        """Create a key unless it is there; True when it was created."""
        change = saved({"value": make()})
        return self.memory.write(Write("key", Kind.SAVE, TABLE, name, change, is_absent))

    def ensure_both(self, keys: Mapping[str, bytes]) -> bool:
        """Create a pair of keys unless one is there; never half of it."""
        try:
            self.memory.commit(
                [
                    Write("key", Kind.SAVE, TABLE, name, saved({"value": value}), is_absent)
                    for name, value in keys.items()
                ]
            )
        except Refused:
            return False
        return True

    def _destroy(self, name: str) -> bool:
        write = Write("key", Kind.DELETE, TABLE, name, gone, lambda row: row is not None)
        return self.memory.write(write)
