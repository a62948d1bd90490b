"""This file tests working days: no weekend, no public holiday."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.capabilities.working_days import after, between, is_working

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, day) for day in (20, 21, 22, 23))
HOLIDAYS = frozenset({date(2026, 11, 24), date(2026, 11, 25)})
any_day = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def is_holiday(day: date) -> bool:
    return day in HOLIDAYS


@pytest.mark.parametrize(
    ("day", "works"),
    [(FRIDAY, True), (SATURDAY, False), (SUNDAY, False), (MONDAY, True), (min(HOLIDAYS), False)],
)
def test_offices_rest_on_weekends_and_holidays(day: date, *, works: bool) -> None:
    assert is_working(day, is_holiday) is works


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (FRIDAY, FRIDAY, 0),
        (FRIDAY, SUNDAY, 0),
        (FRIDAY, MONDAY, 1),
        (MONDAY, date(2026, 11, 25), 0),
        (MONDAY, date(2026, 11, 26), 1),
        (FRIDAY, date(2026, 11, 27), 3),
        (MONDAY, FRIDAY, 0),
    ],
)
def test_only_working_days_count_as_late(first: date, last: date, days: int) -> None:
    assert between(first, last, is_holiday) == days


@pytest.mark.law
@given(any_day, st.integers(0, 60))
def test_so_many_days_after_is_so_many_days_between(first: date, count: int) -> None:
    day = after(first, count, is_holiday)
    assert between(first, day, is_holiday) == count
    assert count == 0 or is_working(day, is_holiday)


@pytest.mark.law
@given(any_day, st.integers(0, 60), st.integers(0, 60))
def test_days_add_up(first: date, one: int, two: int) -> None:
    middle, last = first + timedelta(days=one), first + timedelta(days=one + two)
    parts = between(first, middle, is_holiday) + between(middle, last, is_holiday)
    assert between(first, last, is_holiday) == parts
