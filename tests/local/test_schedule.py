"""This file tests when a schedule of EventBridge is due."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import NotAcceptable
from infra.local.schedule import check, is_due

MONDAY = datetime(2026, 11, 23, 17, 10, tzinfo=UTC)
BEFORE = MONDAY - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("cron(10 17 * * ? *)", True),
        ("cron(11 17 * * ? *)", False),
        ("cron(10 16 * * ? *)", False),
        ("cron(0-10 17 23 11 ? 2026)", True),
        ("cron(0/5 * * * ? *)", True),
        ("cron(3/5 * * * ? *)", False),
        ("cron(9,10 17 ? * 2 *)", True),
        ("cron(10 17 ? * 3-7 *)", False),
        ("cron(10 17 24 * ? *)", False),
        ("cron(10 17 * * ? 2027)", False),
        ("rate(1 minute)", True),
        ("rate(10 minutes)", True),
        ("rate(11 minutes)", False),
        ("rate(1 hour)", False),
    ],
)
def test_a_schedule_is_due_in_its_minute(expression: str, *, due: bool) -> None:
    assert is_due(expression, BEFORE, MONDAY) is due


def test_a_schedule_is_due_once_for_the_minutes_since_the_last_look() -> None:
    daily = "cron(10 17 * * ? *)"
    assert not is_due(daily, MONDAY, MONDAY + timedelta(seconds=59))
    assert is_due(daily, MONDAY, MONDAY + timedelta(days=1))
    assert is_due(daily, MONDAY - timedelta(days=400), MONDAY)
    assert not is_due(daily, MONDAY + timedelta(minutes=5), MONDAY)


@pytest.mark.parametrize("expression", ["cron(10 17 * * ? MON)", "cron(10 17)", "rate(1 week)", ""])
def test_a_schedule_that_cannot_be_read_is_refused_before_it_is_missed(expression: str) -> None:
    with pytest.raises(NotAcceptable, match="cannot read the schedule"):
        check(expression)
