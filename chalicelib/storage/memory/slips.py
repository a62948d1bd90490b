"""This file keeps words that almost were keywords in memory, each month anew."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.capabilities.usage_slips import Slip
from chalicelib.ports import Clock
from chalicelib.storage.base import Kind
from chalicelib.storage.memory.base import MemoryDatabase, Row, Write
from chalicelib.storage.memory.usage import COUNTERS
from chalicelib.storage.slips import of_month, place_of
from chalicelib.storage.usage import swept_at


class MemorySlips:
    """See `storage.slips.DynamoSlips`."""

    def __init__(self, database: MemoryDatabase, clock: Clock) -> None:
        """Take the tables."""
        self.database, self.clock = database, clock
        self.zone = ZoneInfo(database.settings.timezone)

    def count(self, slip: Slip) -> None:
        """Add 1 to a slip of this month, unless its place is taken; one call."""
        now = self._now()
        month, expires = f"{now:%Y-%m}", swept_at(now)
        place = f"{of_month(month)} {place_of(month, slip.word)}"

        def change(row: Row | None) -> Row:
            return {"slip": slip, "n": (row or {"n": 0})["n"] + 1, "expires": expires}

        def is_free(row: Row | None) -> bool:
            return row is None or row["slip"].word == slip.word

        self.database.write(Write("slip", Kind.UPDATE, COUNTERS, place, change, is_free))

    def counted(self, month: str) -> Mapping[Slip, int]:
        """Return how often each slip of a month was counted; one call."""
        now = self._now()
        with self.database.calling("query"):
            rows = [
                row
                for key, row in self.database.tables[COUNTERS].items()
                if key.startswith(f"{of_month(month)} ") and row["expires"] > now
            ]
        return {row["slip"]: row["n"] for row in rows}

    def _now(self) -> datetime:
        return self.clock.now().astimezone(self.zone)
