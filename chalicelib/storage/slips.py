"""This file stores words that almost were keywords, each month anew, in the table of counters.

A word has one place of a month, so that they cannot become many, whatever is texted. Where
another word came to its place first, it is not kept: the SMS that were not understood are counted
beside, and it is one of these.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.models import Model

from chalicelib.capabilities.usage_slips import Slip
from chalicelib.ports import Clock
from chalicelib.storage.base import Database, answering
from chalicelib.storage.usage import swept_at

# So many hexadecimal digits name a place: there are 4,096.
DIGITS = 3


class SlipRow(Model):
    """One place of a month."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "counters"

    day = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    word = UnicodeAttribute()
    keyword = UnicodeAttribute()
    n = NumberAttribute(default=0)
    expires = NumberAttribute()


def of_month(month: str) -> str:
    """Return under which key the slips of a month stand."""
    return f"slips#{month}"


def place_of(month: str, word: str) -> str:
    """Return the place of a word, another one each month: who met there part again."""
    return sha256(f"{month} {word}".encode()).hexdigest()[:DIGITS]


class DynamoSlips:
    """The slips of a stage; months are those of its time zone."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Bind the table."""
        self.clock, self.zone = clock, ZoneInfo(database.settings.timezone)
        self.rows = database.bound(SlipRow)

    def count(self, slip: Slip) -> None:
        """Add 1 to a slip of this month, unless its place is taken; one call."""
        month, row = f"{self._now():%Y-%m}", self.rows
        here = self.rows(of_month(month), place_of(month, slip.word))
        named = [row.word.set(slip.word), row.keyword.set(slip.keyword)]
        expiring = row.expires.set(int(swept_at(self._now()).timestamp()))
        free = row.word.does_not_exist() | (row.word == slip.word)
        try:
            with answering():
                here.update([*named, expiring, row.n.add(1)], condition=free)
        except UpdateError:
            return

    def counted(self, month: str) -> Mapping[Slip, int]:
        """Return how often each slip of a month was counted; one call."""
        now = self.clock.now().timestamp()
        with answering():
            rows = [row for row in self.rows.query(of_month(month)) if row.expires > now]
        return {Slip(row.word, row.keyword): int(row.n) for row in rows}

    def _now(self) -> datetime:
        return self.clock.now().astimezone(self.zone)
