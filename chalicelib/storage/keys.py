"""This file keeps a stage's keys, and turns parties, sessions and messages into opaque ids."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.capabilities.ballots import LINGER
from chalicelib.capabilities.subscribers import mark_in
from chalicelib.errors import CivicError, Unavailable
from chalicelib.ports import Clock
from chalicelib.settings import Settings
from chalicelib.storage import contacts
from chalicelib.storage.base import Database
from chalicelib.telecom.messages import Party

CONTACTS, ECHO, WEBHOOKS, PEPPER = "contacts", "echo", "webhooks", "pepper"
SENDER, SENDER_PUBLIC = "sender", "sender-public"
BOX, BOX_PUBLIC = "box", "box-public"
REVIEWERS, REVIEWERS_PUBLIC = "reviewers", "reviewers-public"
PAIRS = ((SENDER, SENDER_PUBLIC), (BOX, BOX_PUBLIC), (REVIEWERS, REVIEWERS_PUBLIC))
WEBHOOK_KEYS = (CONTACTS, ECHO, WEBHOOKS, PEPPER, SENDER_PUBLIC, BOX_PUBLIC, REVIEWERS_PUBLIC)
# What a list of people needs: who somebody is, and how their number is sealed.
OFFICE_KEYS = (CONTACTS, SENDER_PUBLIC)
# What opens ballots, and what seals their comments again to who may read them.
TALLY_KEYS = (BOX, REVIEWERS_PUBLIC)
# The secrets of a gateway that is a file stand in a row of their own.
OF_A_GATEWAY = f"{WEBHOOKS}-"
MINUTE = timedelta(minutes=1)
FRESH, AGAIN = 10 * MINUTE, MINUTE
# A function that never read its keys can serve nobody, so it tries sooner.
AT_ONCE = timedelta(seconds=1)


class KeyRow(Model):
    """One key: `id` is a name or `period-YYYY-MM`."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "keys"

    id = UnicodeAttribute(hash_key=True)
    value = BinaryAttribute(legacy_encoding=False)


class KeysMissing(CivicError):
    """A key that this function needs is not in the table."""


def secrets_row(gateway: str) -> str:
    """Return the id of the row with a gateway's secrets."""
    return OF_A_GATEWAY + gateway


def period_of(day: datetime) -> str:
    """Return the id of the key of a moment's month; the moment is in the stage's time zone."""
    return f"period-{day:%Y-%m}"


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The keys of one moment. `periods` has the month's, and last month's for 48 hours.

    `values` holds named keys only, so that a month's key is gone with its period. While the
    contacts key is renewed two are valid: the one of `values` is what people are written under,
    and the other's are `beside` it. `mark` is what ids by the first begin with.
    """

    values: Mapping[str, bytes]
    periods: tuple[bytes, ...]
    month: str
    read_at: datetime
    mark: str = ""
    beside: "Keys | None" = None
    turns: datetime | None = None
    is_moved: bool = False

    @property
    def before(self) -> "Keys | None":
        """The keys that somebody may still be known by, where people are written under newer."""
        return self.beside if self.turns is None else None

    @property
    def both(self) -> "tuple[Keys, ...]":
        """These keys alone, or while two are valid both, the older first."""
        if self.beside is None:
            return (self,)
        return (self.beside, self) if self.turns is None else (self, self.beside)

    def of(self, person: str) -> "Keys":
        """Return the keys that somebody's id is by."""
        if self.beside is None or mark_in(person) == self.mark:
            return self
        return self.beside

    def person(self, party: Party) -> str:
        """Return the key of a party's row, which nobody turns back into a number without it."""
        return self.mark + _id(self.values[CONTACTS], "person", party.gateway, party.id)

    def lasting(self, *parts: str) -> bytes:
        """Return a 32-byte key for sealing something for as long as people are kept."""
        return _mac(self.values[CONTACTS], ("seal", *parts))

    def peppered(self, *parts: str) -> bytes:
        """Return 32 bytes that nobody can make of the parts without the stage's pepper."""
        return _mac(self.values[PEPPER], parts)

    def monthly(self, *parts: str) -> list[str]:
        """Return the ids of something of this month; during the overlap also last month's."""
        return [_id(period, *parts) for period in self.periods]

    def sealing(self, *parts: str) -> list[bytes]:
        """Return 32-byte keys for sealing something of this month, as `monthly`."""
        return [_mac(period, ("seal", *parts)) for period in self.periods]

    def is_webhook_secret(self, kind: str, given: str, row: str = WEBHOOKS) -> bool:
        """Whether the secret in a callback's path is right for this kind of webhook.

        The key holds a line for each valid secret: `kind:secret`, or `*:secret` for all kinds.
        Two lines of a kind are valid at once while a secret is being changed. Every line is
        compared in constant time.
        """
        matches, typed = False, given.encode()
        # A gateway whose secrets were not made yet admits nobody.
        for line in self.values.get(row, b"").split(b"\n"):
            for_kind, _, secret = line.partition(b":")
            same = bool(secret) and hmac.compare_digest(typed, secret)
            matches |= same and for_kind in (b"*", kind.encode())
        return matches

    def settings(self, row: str) -> dict[str, str]:
        """Return what else a gateway's row holds: what its signatures are made with, by name."""
        lines = self.values.get(row, b"").decode().split("\n")
        return {name: value for name, _, value in (one.partition(":") for one in lines)}


class KeyRing:
    """The keys a function may read, kept while they are fresh and the month is the same."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        names: tuple[str, ...],
        beside: tuple[str, ...] = (),
    ) -> None:
        """Read nothing yet; who lacks a key `beside` the others does without it."""
        self.database, self.rows = database, database.bound(KeyRow)
        self._begin(database.settings, clock, names, beside)

    def _begin(
        self,
        settings: Settings,
        clock: Clock,
        names: tuple[str, ...],
        beside: tuple[str, ...] = (),
    ) -> None:
        self.clock, self.names, self.beside = clock, names, beside
        self.zone = ZoneInfo(settings.timezone)
        self.kept: Keys | None = None
        self.tried_at: datetime | None = None
        # Of which keys it is known that they are this moment's, and for how long.
        self.sure: Keys | None = None
        self.since = self.until = datetime.min.replace(tzinfo=UTC)

    def now(self) -> Keys:
        """Return the keys of this moment, read again after 10 minutes or at a month's turn.

        Raises:
            Unavailable: the database did not answer.
            KeysMissing: the stage's keys were never made, or this month's was not.
        """
        moment, kept = self.clock.now(), self.kept
        if kept is not None and kept is self.sure and self.since <= moment < self.until:
            return kept
        now = moment.astimezone(self.zone)
        if kept is None or kept.month != period_of(now) or now - kept.read_at > FRESH:
            kept = self._reread(now, kept)
        if len(kept.periods) > 1 and period_of(now - LINGER) == kept.month:
            kept = replace(kept, periods=kept.periods[:1])
        if kept.turns is not None and kept.turns <= moment:
            kept = _turned(kept)
        # Months, their overlaps and contacts keys turn on a full minute: nothing changes before.
        self.since = moment.replace(second=0, microsecond=0)
        self.until = min(self.since + MINUTE, kept.read_at.astimezone(UTC) + FRESH)
        self.kept = self.sure = kept
        return kept

    def admits(self, kind: str, secret: str, row: str = WEBHOOKS) -> bool:
        """Whether a callback's secret is right, asked of the keys at hand.

        For a secret they do not hold they are read again, at most once a minute: a new one is
        soon known, and whoever guesses causes no calls.

        Raises:
            Unavailable: no keys could be read yet, so nobody can tell.
            KeysMissing: the stage's keys were never made.
        """
        kept = self.kept
        if kept is not None and kept.is_webhook_secret(kind, secret, row):
            return True
        return self._read_again().is_webhook_secret(kind, secret, row)

    def _read_again(self) -> Keys:
        now = self.clock.now().astimezone(self.zone)
        wait = AGAIN if self.kept else AT_ONCE
        if self.tried_at is None or now - self.tried_at >= wait:
            try:
                self.kept = self._tried(now)
            except (Unavailable, KeysMissing):
                if self.kept is None:
                    raise
        if self.kept is None:
            raise Unavailable("the keys could not be read a moment ago")
        return self.kept

    def _reread(self, now: datetime, kept: Keys | None) -> Keys:
        """Read the keys; while the database does not answer, go on with this month's."""
        try:
            return self._tried(now)
        except Unavailable:
            if kept is None or kept.month != period_of(now):
                raise
        return replace(kept, read_at=now - FRESH + AGAIN)

    def _tried(self, now: datetime) -> Keys:
        self.tried_at = now
        return self._read(now)

    def _read(self, now: datetime) -> Keys:
        months = list(dict.fromkeys([period_of(now), period_of(now - LINGER)]))
        values = self._values([*self.names, *self.beside, *months])
        missing = [name for name in [*self.names, months[0]] if name not in values]
        if missing:
            raise KeysMissing(f"keys missing: {', '.join(missing)}: run the tally once")
        periods = tuple(values[month] for month in months if month in values)
        named = {one: values[one] for one in (*self.names, *self.beside) if one in values}
        return _made(named, periods, months[0], now)

    def _values(self, wanted: Sequence[str]) -> dict[str, bytes]:
        rows = self.database.get([(self.rows, (name,)) for name in wanted])
        return {row.id: row.value for row in rows if row is not None}


class OwnKeyRing(KeyRing):
    """Named keys without a period's: a function that opens numbers cannot tell who asked what."""

    def _read(self, now: datetime) -> Keys:
        values = self._values(self.names)
        missing = [name for name in self.names if name not in values]
        if missing:
            raise KeysMissing(f"keys missing: {', '.join(missing)}: run the tally once")
        return _made(values, (), period_of(now), now)


def _made(
    values: Mapping[str, bytes], periods: tuple[bytes, ...], month: str, now: datetime
) -> Keys:
    """Return the keys of a moment, of the contacts keys the older before the newer."""
    if CONTACTS not in values:
        return Keys(values, periods, month, now)
    item = contacts.read(values[CONTACTS])
    keys = [
        Keys({**values, CONTACTS: key}, (), month, now, contacts.mark_of(number))
        for number, key in item.keys
    ]
    first = replace(keys[0], periods=periods)
    if len(keys) == 1:
        return first
    turns = datetime.fromtimestamp(item.turns, UTC)
    return replace(first, beside=keys[1], turns=turns, is_moved=item.moved)


def _turned(keys: Keys) -> Keys:
    """Return keys of which the newer is written under; those of months stay with what is used."""
    newer, older = keys.beside, replace(keys, periods=(), beside=None, turns=None)
    if newer is None:
        return keys
    return replace(newer, periods=keys.periods, beside=older, is_moved=keys.is_moved)


def _mac(key: bytes, parts: tuple[str, ...]) -> bytes:
    # Lengths stand before the parts, so that no two lists of parts give the same bytes.
    message = b"".join(len(p.encode()).to_bytes(4, "big") + p.encode() for p in parts)
    return hmac.digest(key, message, "sha256")


def _id(key: bytes, *parts: str) -> str:
    return urlsafe_b64encode(_mac(key, parts)).decode().rstrip("=")
