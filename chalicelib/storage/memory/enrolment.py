"""This file keeps the consents of a list in memory."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from chalicelib.capabilities.subscribers_import import LIST, Standing
from chalicelib.capabilities.subscribers_sheet import Entry
from chalicelib.storage.base import Kind
from chalicelib.storage.enrolment import day_of, enrolled_as
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.memory.base import MemoryDatabase, Row, Write
from chalicelib.storage.memory.people import TABLE
from chalicelib.storage.seals import sealed_to_sender
from chalicelib.telecom import msisdn
from chalicelib.telecom.messages import Party


class MemoryEnrolment:
    """See `capabilities.subscribers_import.PeopleStore`."""

    def __init__(self, database: MemoryDatabase, keys: KeyRing, gateway: str) -> None:
        """Take the tables."""
        self.database, self.keys, self.gateway = database, keys, gateway
        self.zone = ZoneInfo(database.settings.timezone)

    def key(self, number: str) -> str:
        """Return the key of the person with a number in E.164."""
        return enrolled_as(self.keys.now(), Party(self.gateway, number, number))

    def find_many(self, ids: Sequence[str]) -> dict[str, Standing]:
        """Return the people who are there."""
        with self.database.calling("get"):
            rows = {one: self.database.row(TABLE, one) for one in ids}
        return {one: self._standing(row) for one, row in rows.items() if row is not None}

    def enrol_many(self, entries: Sequence[Entry]) -> None:
        """Store consents with commune and number; a language only where none was chosen."""
        for entry in entries:
            self.database.write(self._enrolling(entry))

    def _standing(self, row: Row) -> Standing:
        return Standing(
            row.get("commune", ""),
            row.get("language"),
            day_of(row.get("consented_at"), self.zone),
            row.get("consented_by", ""),
            bool(row.get("opted_out")),
        )

    def _enrolling(self, entry: Entry) -> Write:
        sealed = sealed_to_sender(self.keys.now(), entry.number)
        said = {
            "commune": entry.commune,
            "consented_at": entry.consented_on.isoformat(),
            "consented_by": LIST,
            "network": msisdn.network(entry.number),
        }

        def change(row: Row | None) -> Row:
            there = row or {}
            language = there.get("language") or entry.language
            spoken = {"language": language} if language else {}
            return {"number": sealed, **there, **said, **spoken}

        return Write("person", Kind.UPDATE, TABLE, entry.id, change)
