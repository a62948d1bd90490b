"""This file reads the periods of reports: a month, a quarter or a year, by its days and months."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.errors import NotAcceptable

FORMS = "write a month as 2020-11, a quarter as 2020-Q4 or a year as 2020"
MONTHS_OF_A_YEAR, MONTHS_OF_A_QUARTER = 12, 3
# No calendar of ours has the one, and none has the month after the other.
NO_YEARS = frozenset({"0000", "9999"})
_FORM = re.compile(r"(\d{4})(?:-(?:[Qq]([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True, slots=True)
class Period:
    """Some whole months, from the first day to the last one, both counted in."""

    name: str
    first: date
    last: date

    @classmethod
    def read(cls, text: str) -> "Period":
        """Return the period that somebody wrote.

        Raises:
            NotAcceptable: it is none.
        """
        found = _FORM.fullmatch(text.strip())
        if found is None or found[1] in NO_YEARS:
            raise NotAcceptable(f"'{text}' is no period: {FORMS}")
        year, quarter, month = (int(one) if one else 0 for one in found.groups())
        begin = month or (MONTHS_OF_A_QUARTER * (quarter - 1) + 1 if quarter else 1)
        length = 1 if month else MONTHS_OF_A_QUARTER if quarter else MONTHS_OF_A_YEAR
        end = date(year, begin + length - 1, 1)
        return cls(text.strip().upper(), date(year, begin, 1), _next_month(end) - timedelta(days=1))

    @property
    def months(self) -> list[str]:
        """The months, as `2020-11`."""
        return list(dict.fromkeys(f"{day:%Y-%m}" for day in self.days()))

    def days(self) -> Iterator[date]:
        """Give every day."""
        for n in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=n)

    def has(self, day: date) -> bool:
        """Whether a day is in it."""
        return self.first <= day <= self.last


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
