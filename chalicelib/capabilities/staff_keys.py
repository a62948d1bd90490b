"""This file holds the keys by which programs ask the API: for a person, or for a system.

A key is `owl_`, an id, and a secret of 32 random octets, of which only a digest is kept: whoever
lost it makes another. It holds no more than its holder may, and for no longer than 90 days.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from chalicelib.capabilities.ledger_cells import Cells, Place, changed
from chalicelib.capabilities.staff import Person
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.ports import Clock

LONGEST_DAYS, DAYS = 90, 30
# So many keys of a stage, and of each holder, are listed; who makes many keeps nobody from it.
MOST_KEYS, MOST_EACH = 2_000, 20
ID_OCTETS, SECRET_OCTETS = 5, 32
TOKEN = re.compile(r"owl_([0-9a-f]{10})_([A-Za-z0-9_-]{43})")
LABEL = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
SYSTEM = "system:"
# A key that ended is listed so long, for who wonders why a program stopped.
KEPT = 30 * 86_400


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key. `holder` is who it stands for as they were at `looked`; times are Unix seconds.

    A system's holder is called `system:` and its label, and is of one role.
    """

    id: str
    label: str
    holder: Person
    scopes: tuple[str, ...]
    made_by: str
    made: int
    until: int
    looked: int
    revoked: int = 0

    @property
    def is_system(self) -> bool:
        """Whether it stands for no person."""
        return self.holder.name.startswith(SYSTEM)

    def lasts(self, now: int) -> bool:
        """Whether it opens anything."""
        return not self.revoked and now < self.until


@dataclass(frozen=True, slots=True)
class Wish:
    """What a key is to be: its label, what it may do, and for how many days."""

    label: str
    scopes: tuple[str, ...]
    days: int


class ApiKeys:
    """The keys of a stage."""

    def __init__(self, cells: Cells, clock: Clock) -> None:
        """Take the rows."""
        self.cells, self.clock = cells, clock

    def make(self, holder: Person, wish: Wish, made_by: str) -> tuple[ApiKey, str]:
        """Make a key; return it with its text, which nobody can ask for again.

        Raises:
            NotAcceptable: the label, the scopes or the days are none, or there are too many keys.
        """
        _check(wish)
        now, secret = self.now(), secrets.token_urlsafe(SECRET_OCTETS)
        until = now + int(timedelta(days=wish.days).total_seconds())
        id_ = secrets.token_hex(ID_OCTETS)
        # Who makes one was looked at up to a quarter of an hour ago: its first use looks again.
        looked = now if holder.name.startswith(SYSTEM) else 0
        key = ApiKey(id_, wish.label, holder, wish.scopes, made_by, now, until, looked)
        self._list(key, self._out_of_the_way(holder.name))
        changed(self.cells, _place(id_), lambda _: _row(key, _digest(secret)))
        return key, f"owl_{id_}_{secret}"

    def opened(self, token: str) -> ApiKey | None:
        """Return the key of a text; None where it opens nothing."""
        found = TOKEN.fullmatch(token)
        if found is None:
            return None
        (cell,) = self.cells.read([_place(found[1])])
        digest = _digest(found[2])
        if not hmac.compare_digest(digest, str(cell.value.get("digest", ""))):
            return None
        key = _key(cell.value)
        return key if key.lasts(self.now()) else None

    def noted(self, key: ApiKey, holder: Person) -> ApiKey:
        """Keep who the holder is now, so that they are not asked after at every request."""
        now = replace(key, holder=holder, looked=self.now())
        changed(
            self.cells,
            _place(key.id),
            # One that was revoked at the same moment stays so.
            lambda row: {**row, "holder": plain(holder), "looked": now.looked} if row else None,
        )
        return now

    def listed(self) -> list[ApiKey]:
        """Return every key, those that ended lately too, by when they end."""
        (index,) = self.cells.read([INDEX])
        ids = sorted(index.value.get("keys", {}))
        cells = self.cells.read([_place(one) for one in ids]) if ids else []
        return sorted((_key(one.value) for one in cells if one.value), key=lambda one: one.until)

    def revoke(self, id_: str) -> ApiKey:
        """Let a key open nothing any more.

        Raises:
            NotFound: there is no such key.
        """
        found = {one.id: one for one in self.listed()}
        if id_ not in found:
            raise NotFound(f"there is no key {id_}: see the list of keys")
        now = self.now()
        changed(self.cells, _place(id_), lambda row: {**row, "revoked": row.get("revoked") or now})
        return replace(found[id_], revoked=now)

    def revoke_all(self, name: str) -> None:
        """Let no key of somebody open anything any more."""
        for key in self.of(name):
            self.revoke(key.id)

    def of(self, name: str) -> list[ApiKey]:
        """Return the keys of somebody that open something, by when they end."""
        now = self.now()
        return [one for one in self.listed() if one.holder.name == name and one.lasts(now)]

    def _out_of_the_way(self, name: str) -> set[str]:
        """Return which ended keys of somebody make place on the list for one more.

        Raises:
            NotAcceptable: they have as many as one may.
        """
        mine, now = [one for one in self.listed() if one.holder.name == name], self.now()
        ended = [one.id for one in mine if not one.lasts(now)]
        if len(mine) - len(ended) >= MOST_EACH:
            raise NotAcceptable(f"{name} has {MOST_EACH} keys already: end one before another")
        return set(ended[: max(0, len(mine) + 1 - MOST_EACH)])

    def _list(self, key: ApiKey, without: set[str]) -> None:
        now = self.now()

        def listed(row: Mapping[str, Any]) -> Mapping[str, Any]:
            kept = {
                id_: at
                for id_, at in row.get("keys", {}).items()
                if at + KEPT > now and id_ not in without
            }
            if len(kept) >= MOST_KEYS:
                raise NotAcceptable(f"there are {len(kept)} keys: let some end before another")
            return {"keys": {**kept, key.id: key.until}}

        changed(self.cells, INDEX, listed)

    def now(self) -> int:
        """Return this moment as keys keep it."""
        return int(self.clock.now().timestamp())


INDEX = Place("console", "keys")


def _check(wish: Wish) -> None:
    if not LABEL.fullmatch(wish.label):
        raise NotAcceptable(
            f"'{wish.label}' is no label of a key: write 2 to 40 of a-z, 0-9 and dash"
        )
    if not 1 <= wish.days <= LONGEST_DAYS:
        raise NotAcceptable(f"a key is good for 1 to {LONGEST_DAYS} days, not {wish.days}")
    if not wish.scopes:
        raise NotAcceptable("a key that may do nothing is none: choose what it may do")


def plain(person: Person) -> dict[str, Any]:
    """Return somebody as a row keeps them."""
    return {**asdict(person), "roles": sorted(person.roles)}


def _row(key: ApiKey, digest: str) -> dict[str, Any]:
    row = {**asdict(key), "holder": plain(key.holder), "scopes": list(key.scopes)}
    return {**row, "digest": digest, "expires": key.until + KEPT}


def _key(row: Mapping[str, Any]) -> ApiKey:
    holder = {**row["holder"], "roles": frozenset(row["holder"]["roles"])}
    fields = {one: row[one] for one in ("id", "label", "made_by", "made", "until", "looked")}
    return ApiKey(
        holder=Person(**holder),
        scopes=tuple(row["scopes"]),
        revoked=int(row.get("revoked", 0)),
        **fields,
    )


def _place(id_: str) -> Place:
    return Place("console", f"key/{id_}")


def _digest(secret: str) -> str:
    # The secret is as random as the digest is long, so nothing slower is needed.
    return hashlib.sha256(secret.encode()).hexdigest()
