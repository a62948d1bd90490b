"""This file keeps in memory what outlives a hop: open menus, messages seen, submits done."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.ports import Clock
from chalicelib.storage.base import Kind
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.memory.base import (
    Condition,
    MemoryDatabase,
    Row,
    Write,
    gone,
    is_absent,
    kept,
    saved,
)
from chalicelib.storage.sessions import MENU_OPEN, SEEN_FOR, SMS, SUBMIT_FOR, place_of
from chalicelib.telecom.messages import Party

TALK, SEEN, SUBMITS = "talk", "seen", "submits"


class MemorySessions:
    """See `storage.sessions.Sessions`."""

    def __init__(self, database: MemoryDatabase, keys: KeyRing, clock: Clock) -> None:
        """Take the tables."""
        self.database, self.keys, self.clock = database, keys, clock

    def typed(
        self, party: Party, session: str = SMS
    ) -> tuple[tuple[str, ...], datetime] | tuple[None, None]:
        """Return the inputs of an open menu and when the last came, as part of a call."""
        for one in self._talk_ids(party, session):
            row = self.database.row(TALK, one)
            if row is not None and self._is_live(row):
                return row["typed"], row["at"]
        return None, None

    def seen_until(self, *parts: str) -> datetime | None:
        """Return when something that was dealt with is forgotten, as part of a call."""
        rows = [self.database.row(SEEN, one) for one in self.keys.now().monthly("seen", *parts)]
        return max((row["expires"] for row in rows if row and self._is_live(row)), default=None)

    def keep_typed(
        self,
        party: Party,
        inputs: Sequence[str] | None,
        read: datetime | None,
        session: str = SMS,
    ) -> list[Write]:
        """Return the writes that keep the inputs for 30 minutes, or forget them."""
        (current, as_read), *past = self._talks_as_read(party, read, session)
        forgetting = [_forgetting(one, still) for one, still in past]
        if inputs is None:
            return [_forgetting(current, as_read), *forgetting]
        now = self.clock.now()
        row = {"typed": tuple(inputs), "at": now, "expires": now + MENU_OPEN}
        return [Write("talk", Kind.SAVE, TALK, current, saved(row), as_read), *forgetting]

    def mark_seen(
        self, *parts: str, until: datetime | None = None, again: timedelta | None = None
    ) -> list[Write]:
        """Return the writes that remember something, for 48 hours unless told."""
        current, *past = self.keys.now().monthly("seen", *parts)
        until = until or self.clock.now() + SEEN_FOR
        free = until - (again or SEEN_FOR)

        def is_gone(old: Row | None) -> bool:
            return old is None or old["expires"] <= free

        first = Write("seen", Kind.SAVE, SEEN, current, saved({"expires": until}), is_gone)
        return [first, *(_checking("seen", SEEN, one, is_gone) for one in past)]

    def once(self, party: Party, session: str, transcript: str, answer: str) -> list[Write]:
        """Return the writes that let one submit of a session through, keeping its answer."""
        current, *past = self._submit_ids(party, session, transcript)
        row = {"answer": answer, "expires": self.clock.now() + SUBMIT_FOR}
        first = Write("submit", Kind.SAVE, SUBMITS, current, saved(row), is_absent)
        return [first, *(_checking("submit", SUBMITS, one, is_absent) for one in past)]

    def answered(self, party: Party, session: str, transcript: str) -> str:
        """Return the answer that a submit was given before; one call."""
        with self.database.calling("get"):
            rows = [
                self.database.row(SUBMITS, one)
                for one in self._submit_ids(party, session, transcript)
            ]
        return next(str(row["answer"]) for row in rows if row is not None)

    def _is_live(self, row: Row | None) -> bool:
        return row is not None and row["expires"] > self.clock.now()

    def _talks_as_read(
        self, party: Party, read: datetime | None, session: str
    ) -> list[tuple[str, Condition]]:
        place = None if read is None else place_of(self.keys, read)

        def closed(row: Row | None) -> bool:
            return not self._is_live(row)

        def same(row: Row | None) -> bool:
            return row is not None and row["at"] == read

        ids = self._talk_ids(party, session)
        return [(one, same if at == place else closed) for at, one in enumerate(ids)]

    def _submit_ids(self, party: Party, session: str, transcript: str) -> list[str]:
        return self.keys.now().monthly("submit", party.gateway, party.id, session, transcript)

    def _talk_ids(self, party: Party, session: str) -> list[str]:
        return self.keys.now().monthly("talk", party.gateway, party.id, session)


def _forgetting(key: str, holds: Condition) -> Write:
    return Write("talk", Kind.DELETE, TALK, key, gone, holds)


def _checking(what: str, table: str, key: str, holds: Condition) -> Write:
    return Write(what, Kind.CHECK, table, key, kept, holds)
