"""This file counts complaints for the reports: how many, of what, how far, how late; no words.

The figures are exact. Whoever publishes them leaves out what is told of fewer than ten people.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.capabilities.complaints import (
    Complaint,
    Limits,
    late,
    monday_of,
    weeks_between,
)
from chalicelib.capabilities.working_days import IsHoliday

THURSDAY = 3


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Complaints that are alike: `month` as `2026-11`, `late` as `acknowledge` or `answer`."""

    month: str
    office: str
    kind: str
    state: str
    late: str = ""

    @property
    def is_extra_fee(self) -> bool:
        """Whether money was asked for that is no fee."""
        return self.kind == "extra_fee"


def counted(
    complaints: Iterable[Complaint], today: date, limits: Limits, is_holiday: IsHoliday
) -> Mapping[Cell, int]:
    """Count complaints by month, office, kind, state and lateness."""
    return Counter(
        Cell(
            month_of(one.week),
            one.office,
            one.kind,
            one.state,
            late(one, today, limits, is_holiday),
        )
        for one in complaints
    )


def month_of(week: str) -> str:
    """Return the month of an ISO week, as `2026-11`: the one that most of its days are in."""
    return f"{monday_of(week) + timedelta(days=THURSDAY):%Y-%m}"


def weeks_to_answer(complaints: Iterable[Complaint]) -> list[int]:
    """Return, sorted, after how many weeks each answered complaint was answered."""
    return sorted(weeks_between(one.week, one.answered) for one in complaints if one.answered)


def weeks_to_acknowledge(complaints: Iterable[Complaint]) -> list[int]:
    """Return, sorted, after how many weeks each complaint that was read was first read."""
    return sorted(
        weeks_between(one.week, one.acknowledged) for one in complaints if one.acknowledged
    )
