"""This file stores counts of what was done, and the month's set of who used OWL at all."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from string import ascii_letters, digits
from typing import Any
from zoneinfo import ZoneInfo

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.capabilities.subscribers import Profile
from chalicelib.capabilities.usage import Count
from chalicelib.ports import Clock, Refused
from chalicelib.storage.base import Database, Kind, Write, answering
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.sessions import Sessions
from chalicelib.telecom.messages import Party

KEPT_MONTHS = 13
CHANNELS = ("ussd", "sms")
# A user's shard is the first letter of their mark, which is base64.
SHARDS = ascii_letters + digits + "-_"


class CounterRow(Model):
    """One cell of one day."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "counters"

    day = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    n = NumberAttribute(default=0)


class UserRow(Model):
    """That a party used OWL this month on a channel; nothing about what for.

    `month` carries a shard, so that a busy month is not one partition. `district` and `sex` are
    what the party had said of itself by then.
    """

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "users_month"

    month = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    district = UnicodeAttribute(null=True)
    sex = UnicodeAttribute(null=True)
    expires = NumberAttribute()


def swept_at(now: datetime) -> datetime:
    """Return a month's end, the same for everything of this month: it tells no day or hour."""
    years, month = divmod(now.month + KEPT_MONTHS, 12)
    return datetime(now.year + years, month + 1, 1, tzinfo=now.tzinfo)


class Usage:
    """The counters of a stage."""

    def __init__(self, database: Database, keys: KeyRing, sessions: Sessions, clock: Clock) -> None:
        """Bind the tables."""
        self.database, self.keys, self.sessions, self.clock = database, keys, sessions, clock
        self.zone = ZoneInfo(database.settings.timezone)
        self.counters = database.bound(CounterRow)
        self.users = database.bound(UserRow)

    def user_key(self, party: Party, channel: str) -> tuple[type[Model], tuple[str, ...]]:
        """Return what to read to know whether a party is in this month's set."""
        mark = self.keys.now().monthly("user", party.gateway, party.id)[0]
        return self.users, (f"{self._now():%Y-%m}#{mark[0]}", f"{channel}#{mark}")

    def traces(self, party: Party) -> list[tuple[type[Model], tuple[str, ...]]]:
        """Return what to read for a party in the sets of this month, and of last month's key."""
        now = self._now()
        months = [f"{day:%Y-%m}" for day in (now, now.replace(day=1) - timedelta(days=1))]
        marks = self.keys.now().monthly("user", party.gateway, party.id)
        return [
            (self.users, (f"{month}#{mark[0]}", f"{channel}#{mark}"))
            for month, mark in zip(months, marks, strict=False)
            for channel in CHANNELS
        ]

    def count_user(self, party: Party, channel: str, profile: Profile) -> None:
        """Put a party into this month's set; again changes nothing."""
        _, (month, user) = self.user_key(party, channel)
        row = self.users(month, user, expires=int(swept_at(self._now()).timestamp()))
        row.district, row.sex = profile.district or None, profile.sex or None
        with answering():
            row.save()

    def count(self, session: str, counts: Sequence[Count]) -> None:
        """Add a session to the counters, once whoever reports it."""
        writes = [*self.sessions.mark_seen("usage", session), *self.counting(counts)]
        try:
            self.database.commit(writes)
        except Refused:
            return

    def counting(self, counts: Sequence[Count]) -> list[Write]:
        """Return the writes that add 1 to each cell of today."""
        day = f"{self._now():%Y-%m-%d}"
        return [self._adding(day, count) for count in counts]

    def _adding(self, day: str, count: Count) -> Write:
        row = self.counters(day, count.cell)
        changes: list[Any] = [self.counters.n.add(1)]
        return Write("counter", Kind.UPDATE, lambda t: t.update(row, changes), self.counters)

    def _now(self) -> datetime:
        return self.clock.now().astimezone(self.zone)
