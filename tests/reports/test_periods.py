"""This file tests the periods of reports."""

from datetime import date

import pytest

from chalicelib.errors import NotAcceptable
from chalicelib.reports.periods import Period

READ = {
    "2020-11": (date(2020, 11, 1), date(2020, 11, 30)),
    "2020-02": (date(2020, 2, 1), date(2020, 2, 29)),
    "2020-12": (date(2020, 12, 1), date(2020, 12, 31)),
    "2020-Q1": (date(2020, 1, 1), date(2020, 3, 31)),
    "2020-q4": (date(2020, 10, 1), date(2020, 12, 31)),
    "2021": (date(2021, 1, 1), date(2021, 12, 31)),
}


@pytest.mark.parametrize(("text", "days"), READ.items())
def test_a_period_is_a_month_a_quarter_or_a_year(text: str, days: tuple[date, date]) -> None:
    period = Period.read(text)
    assert (period.first, period.last) == days


@pytest.mark.parametrize("text", ["", "2020-13", "2020-Q5", "2020-1", "20", "0000", "last month"])
def test_what_is_no_period_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(NotAcceptable, match="2020-Q4"):
        Period.read(text)


def test_a_quarter_has_its_months_and_each_of_its_days() -> None:
    quarter = Period.read("2020-Q4")
    assert quarter.months == ["2020-10", "2020-11", "2020-12"]
    assert len(list(quarter.days())) == 31 + 30 + 31
    assert quarter.has(date(2020, 12, 31))
    assert not quarter.has(date(2021, 1, 1))
