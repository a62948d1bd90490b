"""This file reads the schedules of EventBridge, `rate(…)` and `cron(…)`, minute by minute."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.errors import NotAcceptable

MINUTE = timedelta(minutes=1)
# A machine that slept longer makes up for one run, not for each missed one.
LONGEST_LOOK = timedelta(days=8)
UNITS = {"minute": 1, "hour": 60, "day": 1440}
RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
PART = re.compile(r"(?:\*|(?P<low>\d+)(?:-(?P<high>\d+))?)(?:/(?P<step>\d+))?")
# Minute, hour, day, month, weekday (1 is Sunday) and year of a moment, as cron counts them.
FIELDS: tuple[Callable[[datetime], int], ...] = (
    lambda at: at.minute,
    lambda at: at.hour,
    lambda at: at.day,
    lambda at: at.month,
    lambda at: at.isoweekday() % 7 + 1,
    lambda at: at.year,
)


def is_due(expression: str, last: datetime, now: datetime) -> bool:
    """Whether a schedule fires in the minutes after `last`, up to and with `now`; both in UTC.

    Raises:
        NotAcceptable: the expression is none that the local run can read.
    """
    fires = _fires(expression)
    minute = max(last, now - LONGEST_LOOK).replace(second=0, microsecond=0) + MINUTE
    while minute <= now:
        if fires(minute):
            return True
        minute += MINUTE
    return False


def check(expression: str) -> None:
    """Refuse a schedule that the local run cannot read.

    Raises:
        NotAcceptable: naming it.
    """
    _fires(expression)


def _fires(expression: str) -> Callable[[datetime], bool]:
    rate, cron = RATE.fullmatch(expression), CRON.fullmatch(expression)
    if rate:
        every = int(rate[1]) * UNITS[rate[2]]
        return lambda at: int(at.timestamp()) // 60 % every == 0
    if cron and all(_is_readable(field) for field in cron.groups()):
        wanted = cron.groups()
        return lambda at: all(
            _holds(field, value(at)) for field, value in zip(wanted, FIELDS, strict=True)
        )
    raise NotAcceptable(f"the local run cannot read the schedule {expression}.")


def _is_readable(field: str) -> bool:
    return field == "?" or all(PART.fullmatch(part) for part in field.split(","))


def _holds(field: str, value: int) -> bool:
    return field == "?" or any(_within(part, value) for part in field.split(","))


def _within(part: str, value: int) -> bool:
    match = PART.fullmatch(part)
    if match is None:
        return False
    low = int(match["low"] or 0)
    step = int(match["step"] or 1)
    if match["high"] is None and match["low"] is not None and match["step"] is None:
        return value == low
    high = int(match["high"]) if match["high"] else value
    return low <= value <= high and (value - low) % step == 0
