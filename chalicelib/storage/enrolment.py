"""This file stores the consents of a list: one update a person, which never touches a STOP."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pynamodb.exceptions import UpdateError

from chalicelib.capabilities.subscribers_import import LIST, Standing
from chalicelib.capabilities.subscribers_sheet import Entry
from chalicelib.errors import NotAcceptable
from chalicelib.storage.base import Database, answering
from chalicelib.storage.keys import KeyRing, Keys
from chalicelib.storage.parts import READ_AT_ONCE, WRITE_AT_ONCE, in_parts
from chalicelib.storage.people import PersonRow
from chalicelib.storage.seals import sealed_to_sender
from chalicelib.telecom import msisdn
from chalicelib.telecom.messages import Party

MOVING = (
    "people are being moved to a new contacts key: import again ten minutes after "
    "`owl keys contacts move` is through"
)


class DynamoEnrolment:
    """See `capabilities.subscribers_import.PeopleStore`; people of one gateway."""

    def __init__(self, database: Database, keys: KeyRing, gateway: str) -> None:
        """Bind the table."""
        self.database, self.keys, self.gateway = database, keys, gateway
        self.rows = database.bound(PersonRow)
        self.zone = ZoneInfo(database.settings.timezone)

    def key(self, number: str) -> str:
        """Return the key of the person with a number in E.164.

        Raises:
            NotAcceptable: people are being moved to another key.
        """
        return enrolled_as(self.keys.now(), Party(self.gateway, number, number))

    def find_many(self, ids: Sequence[str]) -> dict[str, Standing]:
        """Return the people who are there."""
        return dict(pair for part in in_parts(self._read, ids, READ_AT_ONCE) for pair in part)

    def enrol_many(self, entries: Sequence[Entry]) -> None:
        """Store consents with commune and number; a language only where none was chosen."""
        in_parts(self._write, entries, WRITE_AT_ONCE)

    def _read(self, ids: list[str]) -> list[tuple[str, Standing]]:
        rows = self.database.get([(self.rows, (one,)) for one in ids])
        return [(row.id, self._standing(row)) for row in rows if row is not None]

    def _standing(self, row: PersonRow) -> Standing:
        return Standing(
            row.commune or "",
            row.language,
            day_of(row.consented_at, self.zone),
            row.consented_by or "",
            bool(row.opted_out),
        )

    def _write(self, entries: list[Entry]) -> None:
        for entry in entries:
            self._enrol(entry)

    def _enrol(self, entry: Entry) -> None:
        rows = self.rows
        sealed = sealed_to_sender(self.keys.now(), entry.number)
        changes: list[Any] = [
            rows.commune.set(entry.commune),
            rows.consented_at.set(entry.consented_on.isoformat()),
            rows.consented_by.set(LIST),
            rows.number.set(rows.number | sealed),
            rows.network.set(msisdn.network(entry.number)),
        ]
        if entry.language:
            changes.append(rows.language.set(rows.language | entry.language))
        try:
            with answering():
                rows(entry.id).update(changes, condition=rows.moved.does_not_exist())
        except UpdateError:
            raise NotAcceptable(MOVING) from None


def enrolled_as(keys: Keys, party: Party) -> str:
    """Return the id under which a list puts somebody.

    Raises:
        NotAcceptable: people are being moved to another key, so some stand under either.
    """
    if keys.before is not None and not keys.is_moved:
        raise NotAcceptable(MOVING)
    return keys.person(party)


def day_of(moment: str | None, zone: ZoneInfo) -> date | None:
    """Return the day of a consent: a list tells a day, a phone a moment."""
    if not moment:
        return None
    at = datetime.fromisoformat(moment)
    return at.date() if at.tzinfo is None else at.astimezone(zone).date()
