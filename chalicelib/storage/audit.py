"""This file stores what staff did, by day; rows are only ever added."""

import json
import secrets
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from chalicelib.capabilities.audit import Deed
from chalicelib.ports import Clock
from chalicelib.storage.base import Database, answering


class AuditRow(Model):
    """One deed; `id` is random, `details` is JSON."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "audit"

    day = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    at = UnicodeAttribute()
    who = UnicodeAttribute()
    what = UnicodeAttribute()
    details = UnicodeAttribute()


class DynamoAudit:
    """See `capabilities.audit.AuditLog`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Bind the table."""
        self.rows = database.bound(AuditRow)
        self.clock = clock
        self.zone = ZoneInfo(database.settings.timezone)

    def note(self, deed: Deed) -> None:
        """Note a deed of this moment."""
        now = self.clock.now().astimezone(self.zone)
        row = self.rows(
            f"{now:%Y-%m-%d}",
            secrets.token_hex(8),
            at=now.isoformat(timespec="seconds"),
            who=deed.who,
            what=deed.what,
            details=json.dumps(deed.details, ensure_ascii=False, sort_keys=True),
        )
        with answering():
            row.save(self.rows.id.does_not_exist())

    def of_day(self, day: date) -> Iterator[Deed]:
        """Give the deeds of a day, in no order."""
        with answering():
            for row in self.rows.query(day.isoformat()):
                yield Deed(row.who, row.what, json.loads(row.details))
