"""This file counts working days: no Saturday, no Sunday, no public holiday."""

from collections.abc import Callable
from datetime import date, timedelta

SATURDAY = 5
IsHoliday = Callable[[date], bool]


def is_working(day: date, is_holiday: IsHoliday) -> bool:
    """Whether offices are open on a day."""
    return day.weekday() < SATURDAY and not is_holiday(day)


def between(first: date, last: date, is_holiday: IsHoliday) -> int:
    """Count the working days after `first` up to and with `last`; 0 when it is not later."""
    days = (last - first).days
    return sum(is_working(first + timedelta(days=n), is_holiday) for n in range(1, days + 1))


def after(first: date, count: int, is_holiday: IsHoliday) -> date:
    """Return the day that is so many working days after `first`."""
    day = first
    while count > 0:
        day += timedelta(days=1)
        count -= is_working(day, is_holiday)
    return day
