"""This file stores what outlives a hop: open menus over SMS, messages seen, submits done."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from chalicelib.ports import Clock
from chalicelib.storage.base import Database, Kind, Write
from chalicelib.storage.keys import KeyRing, period_of
from chalicelib.storage.seals import opened_with, sealed_with
from chalicelib.telecom.messages import Party

MENU_OPEN = timedelta(minutes=30)
SEEN_FOR = timedelta(hours=48)
SUBMIT_FOR = timedelta(days=1)
# The session of a menu over SMS: it has none of its own.
SMS = "sms"
Wanted = tuple[type[Model], tuple[str, ...]]


class TalkRow(Model):
    """The inputs of one open menu, sealed with a key derived from its party."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "talk"

    id = UnicodeAttribute(hash_key=True)
    typed = BinaryAttribute(legacy_encoding=False)
    at = NumberAttribute()
    expires = NumberAttribute()


class SeenRow(Model):
    """That a message or a session was dealt with; nothing about it."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "seen"

    id = UnicodeAttribute(hash_key=True)
    expires = NumberAttribute()


class SubmitRow(Model):
    """That a submit was done, and the answer it got."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "submits"

    id = UnicodeAttribute(hash_key=True)
    answer = UnicodeAttribute()
    expires = NumberAttribute()


class Sessions:
    """Short-lived rows under this month's key. Expired ones count as gone; TTL is a broom."""

    def __init__(self, database: Database, keys: KeyRing, clock: Clock) -> None:
        """Bind the tables."""
        self.keys, self.clock = keys, clock
        self.talk = database.bound(TalkRow)
        self.seen = database.bound(SeenRow)
        self.submits = database.bound(SubmitRow)

    def talk_keys(self, party: Party, session: str = SMS) -> list[Wanted]:
        """Return what to read for a party's open menu, over SMS or in a session."""
        return [(self.talk, (one,)) for one in self._talk_ids(party, session)]

    def open_menu(
        self, party: Party, rows: Sequence[TalkRow | None]
    ) -> tuple[tuple[str, ...] | None, datetime | None]:
        """Return the inputs of what was read for an open menu, and when the last came."""
        live = next((row for row in rows if self.is_live(row)), None)
        return self.typed(party, live) if live is not None else (None, None)

    def seen_keys(self, *parts: str) -> list[Wanted]:
        """Return what to read for something that may have been dealt with."""
        return [(self.seen, (one,)) for one in self.keys.now().monthly("seen", *parts)]

    def seen_until(self, rows: Sequence[SeenRow | None]) -> datetime | None:
        """Return when something that was dealt with is forgotten; None where it is not known."""
        live = [row.expires for row in rows if row is not None and self.is_live(row)]
        return datetime.fromtimestamp(float(max(live)), UTC) if live else None

    def is_live(self, row: SeenRow | TalkRow | None) -> bool:
        """Whether a row is there and has not expired."""
        return row is not None and row.expires > self.clock.now().timestamp()

    def typed(self, party: Party, row: TalkRow) -> tuple[tuple[str, ...] | None, datetime]:
        """Return the inputs of an open menu and when the last came."""
        at = datetime.fromtimestamp(float(row.at), UTC)
        for key in self.keys.now().sealing("talk", party.gateway, party.id):
            opened = opened_with(key, row.typed)
            if opened is not None:
                return tuple(json.loads(opened)), at
        return None, at

    def keep_typed(
        self,
        party: Party,
        inputs: Sequence[str] | None,
        read: datetime | None,
        session: str = SMS,
    ) -> list[Write]:
        """Return the writes that keep the inputs for 30 minutes, or forget them.

        `read` is when the last came of the menu that was read, None where none was open. They
        are refused when another message wrote to the menu since.
        """
        (current, as_read), *past = self._talks_as_read(party, read, session)
        forgetting = [self._forgetting(one, still) for one, still in past]
        if inputs is None:
            return [self._forgetting(current, as_read), *forgetting]
        row, now = self.talk(current), self.clock.now()
        key = self.keys.now().sealing("talk", party.gateway, party.id)[0]
        row.typed = sealed_with(key, json.dumps(list(inputs)))
        row.at, row.expires = now.timestamp(), _epoch(now + MENU_OPEN)
        return [Write("talk", Kind.SAVE, lambda t: t.save(row, as_read), self.talk), *forgetting]

    def mark_seen(
        self, *parts: str, until: datetime | None = None, again: timedelta | None = None
    ) -> list[Write]:
        """Return the writes that remember something, for 48 hours unless told.

        They are refused when it is remembered from less than `again` ago.
        """
        current, *past = self.keys.now().monthly("seen", *parts)
        until = until or self.clock.now() + SEEN_FOR
        row = self.seen(current, expires=_epoch(until))
        gone = self.seen.id.does_not_exist()
        gone |= self.seen.expires <= _epoch(until - (again or SEEN_FOR))
        first = Write("seen", Kind.SAVE, lambda t: t.save(row, gone), self.seen)
        return [first, *(self._checking("seen", self.seen, one, gone) for one in past)]

    def once(self, party: Party, session: str, transcript: str, answer: str) -> list[Write]:
        """Return the writes that let one submit of a session through, keeping its answer."""
        current, *past = self._submit_ids(party, session, transcript)
        row = self.submits(current, answer=answer)
        row.expires = _epoch(self.clock.now() + SUBMIT_FOR)
        absent = self.submits.id.does_not_exist()
        first = Write("submit", Kind.SAVE, lambda t: t.save(row, absent), self.submits)
        return [first, *(self._checking("submit", self.submits, one, absent) for one in past)]

    def answer_keys(self, party: Party, session: str, transcript: str) -> list[Wanted]:
        """Return what to read for the answer that a submit was given before."""
        ids = self._submit_ids(party, session, transcript)
        return [(self.submits, (one,)) for one in ids]

    def _talks_as_read(
        self, party: Party, read: datetime | None, session: str
    ) -> list[tuple[str, Condition]]:
        """Return the ids of a party's menu, each with the condition that it is still as read."""
        closed = self.talk.id.does_not_exist()
        closed |= self.talk.expires <= _epoch(self.clock.now())
        ids = self._talk_ids(party, session)
        if read is None:
            return [(one, closed) for one in ids]
        place = place_of(self.keys, read)
        same = self.talk.at == read.timestamp()
        return [(one, same if at == place else closed) for at, one in enumerate(ids)]

    def _forgetting(self, key: str, condition: Condition) -> Write:
        row = self.talk(key)
        return Write("talk", Kind.DELETE, lambda t: t.delete(row, condition), self.talk)

    def _checking(self, what: str, model: type[Model], key: str, condition: Condition) -> Write:
        return Write(
            what,
            Kind.CHECK,
            lambda t: t.condition_check(model, key, condition=condition),
            model,
        )

    def _submit_ids(self, party: Party, session: str, transcript: str) -> list[str]:
        parts = ("submit", party.gateway, party.id, session, transcript)
        return self.keys.now().monthly(*parts)

    def _talk_ids(self, party: Party, session: str) -> list[str]:
        return self.keys.now().monthly("talk", party.gateway, party.id, session)


def place_of(keys: KeyRing, written: datetime) -> int:
    """Return which of the monthly ids a row has that was written then: 0, last month's is 1."""
    return int(period_of(written.astimezone(keys.zone)) != keys.now().month)


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
