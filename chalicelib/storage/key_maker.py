"""This file makes a stage's keys and destroys those of past months; only the tally may."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from pynamodb.exceptions import DeleteError, PutError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from chalicelib.capabilities.ballots import LINGER
from chalicelib.ports import Refused
from chalicelib.settings import Settings
from chalicelib.storage.base import Database, Kind, Write, answering
from chalicelib.storage.keys import (
    CONTACTS,
    ECHO,
    PAIRS,
    PEPPER,
    WEBHOOKS,
    KeyRow,
    period_of,
    secrets_row,
)

WEBHOOK_KINDS = ("ussd", "ussd-events", "sms", "delivery-reports", "opt-outs")
# How many past months the tally destroys the key of, however long it did not run.
PAST_MONTHS = 24
LOCAL_SECRET = "local-secret"  # noqa: S105 - printed by the local run, refused elsewhere


class KeyMaker:
    """Creates keys and destroys those of past months. Only the tally and the local run may."""

    def __init__(self, database: Database) -> None:
        """Bind the table."""
        self.database, self.rows = database, database.bound(KeyRow)
        self._begin(database.settings)

    def _begin(self, settings: Settings) -> None:
        self.zone = ZoneInfo(settings.timezone)

    def ensure(self, name: str, make: Callable[[], bytes]) -> bool:
        """Create a key unless it is there; True when it was created."""
        try:
            with answering():
                self.rows(name, value=make()).save(self.rows.id.does_not_exist())
        except PutError:
            return False
        return True

    def ensure_both(self, keys: Mapping[str, bytes]) -> bool:
        """Create a pair of keys unless one is there; never half of it."""
        absent = self.rows.id.does_not_exist()
        rows = [self.rows(name, value=value) for name, value in keys.items()]
        try:
            self.database.commit(
                [Write("key", Kind.SAVE, partial(_put, row, absent), self.rows) for row in rows]
            )
        except Refused:
            return False
        return True

    def turn(self, now: datetime) -> tuple[list[str], list[str]]:
        """Create this and next month's period keys, destroy those over 48 hours past.

        Returns:
            The ids created and destroyed.
        """
        local = now.astimezone(self.zone)
        upcoming = (local.replace(day=28) + timedelta(days=5)).replace(day=1)
        wanted = [period_of(local), period_of(upcoming)]
        made = [name for name in wanted if self.ensure(name, lambda: secrets.token_bytes(32))]
        past = [name for name in _months_before(local) if name != period_of(local - LINGER)]
        return made, [name for name in past if self._destroy(name)]

    def _destroy(self, name: str) -> bool:
        """Destroy a key by its name; the tally may not list what else the table holds."""
        try:
            with answering():
                self.rows(name, value=b"").delete(self.rows.id.exists())
        except DeleteError:
            return False
        return True


def _months_before(day: datetime) -> list[str]:
    months = []
    for _ in range(PAST_MONTHS):
        day = day.replace(day=1) - timedelta(days=1)
        months.append(period_of(day))
    return months


def _put(row: KeyRow, condition: Condition, transaction: TransactWrite) -> None:
    transaction.save(row, condition)


def ensure_keys(
    database: Database,
    now: datetime,
    folder: Path | None = None,
    gateways: Sequence[str] = (),
) -> None:
    """Make every key a stage needs; with a folder, a laptop's keys live on in it.

    The folder lets `make run` find its people again after the emulator lost its memory. The
    `gateways` are those that are files.
    """
    make_keys(KeyMaker(database), now, folder, gateways)


def make_keys(
    maker: KeyMaker,
    now: datetime,
    folder: Path | None = None,
    gateways: Sequence[str] = (),
) -> None:
    """Make every key a stage needs, wherever the maker keeps them."""
    from nacl.public import PrivateKey  # noqa: PLC0415 - only who makes keys needs it

    for private, public in PAIRS:
        pair = _kept(folder, private, lambda: bytes(PrivateKey.generate()))
        maker.ensure_both({private: pair, public: bytes(PrivateKey(pair).public_key)})
    for name in (CONTACTS, ECHO, PEPPER):
        made = _kept(folder, name, lambda: secrets.token_bytes(32))
        maker.ensure(name, lambda made=made: made)  # type: ignore[misc]  # bound in the loop
    for row in (WEBHOOKS, *(secrets_row(one) for one in gateways)):
        maker.ensure(row, lambda: _webhook_secrets(local=folder is not None).encode())
    maker.turn(now)


def _webhook_secrets(*, local: bool) -> str:
    if local:
        return f"*:{LOCAL_SECRET}"
    return "\n".join(f"{kind}:{secrets.token_hex(32)}" for kind in WEBHOOK_KINDS)


def _kept(folder: Path | None, name: str, make: Callable[[], bytes]) -> bytes:
    if folder is None:
        return make()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / name
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(make())
    return file.read_bytes()
