"""This file keeps counters in memory, and the month's set of who used OWL at all."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.capabilities.subscribers import Profile
from chalicelib.capabilities.usage import Count
from chalicelib.ports import Clock, Refused
from chalicelib.storage.base import Kind
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.memory.base import MemoryDatabase, Row, Write, saved
from chalicelib.storage.memory.sessions import MemorySessions
from chalicelib.telecom.messages import Party

COUNTERS, USERS = "counters", "users_month"


class MemoryUsage:
    """See `storage.usage.Usage`."""

    def __init__(
        self, database: MemoryDatabase, keys: KeyRing, sessions: MemorySessions, clock: Clock
    ) -> None:
        """Take the tables."""
        self.database, self.keys, self.sessions, self.clock = database, keys, sessions, clock
        self.zone = ZoneInfo(database.settings.timezone)

    def is_counted(self, party: Party, channel: str) -> bool:
        """Whether a party is in this month's set, as part of a call."""
        return self.database.row(USERS, self._user(party, channel)) is not None

    def count_user(self, party: Party, channel: str, profile: Profile) -> None:
        """Put a party into this month's set; one call."""
        key = self._user(party, channel)
        row = {"district": profile.district, "sex": profile.sex}
        self.database.write(Write("user", Kind.SAVE, USERS, key, saved(row)))

    def count(self, session: str, counts: Sequence[Count]) -> None:
        """Add a session to the counters, once whoever reports it; one call."""
        writes = [*self.sessions.mark_seen("usage", session), *self.counting(counts)]
        try:
            self.database.commit(writes)
        except Refused:
            return

    def counting(self, counts: Sequence[Count]) -> list[Write]:
        """Return the writes that add 1 to each cell of today."""
        day = f"{self._now():%Y-%m-%d}"
        return [_adding(f"{day} {count.cell}") for count in counts]

    def _user(self, party: Party, channel: str) -> str:
        mark = self.keys.now().monthly("user", party.gateway, party.id)[0]
        return f"{self._now():%Y-%m} {channel} {mark}"

    def _now(self) -> datetime:
        return self.clock.now().astimezone(self.zone)


def _adding(cell: str) -> Write:
    def change(row: Row | None) -> Row:
        return {"n": (row or {"n": 0})["n"] + 1}

    return Write("counter", Kind.UPDATE, COUNTERS, cell, change)
