"""This file tests until when a notice may go out."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.capabilities.broadcasts import fresh_until
from chalicelib.capabilities.ledger_window import Hours

ZONE = ZoneInfo("Asia/Phnom_Penh")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
DAYS = [date(2026, 11, 24 + n) for n in range(5)]


@pytest.mark.parametrize(
    ("at", "blocked", "until"),
    [
        (MONDAY, 0, datetime(2026, 11, 25, 18, 0, tzinfo=ZONE)),
        (MONDAY, 3, datetime(2026, 11, 28, 18, 0, tzinfo=ZONE)),
        (MONDAY, 5, datetime(2026, 11, 30, 18, 0, tzinfo=ZONE)),
        (MONDAY.replace(hour=19), 3, datetime(2026, 11, 29, 18, 0, tzinfo=ZONE)),
    ],
    ids=["no day is blocked", "three days", "five days", "an evening before three days"],
)
def test_a_notice_may_go_out_on_three_days_however_many_between_are_blocked(
    at: datetime, blocked: int, until: datetime
) -> None:
    assert fresh_until(Hours(ZONE, frozenset(DAYS[:blocked])), at) == until


def test_where_every_hour_is_open_a_notice_may_go_out_for_three_days() -> None:
    at = MONDAY.astimezone(UTC)
    assert fresh_until(Hours(ZONE, always=True), at) == at + timedelta(days=3)
