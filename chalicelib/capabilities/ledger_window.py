"""This file says at what hours a message that nobody asked for may go out, and when it ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.errors import NotAcceptable

OPENS, CLOSES = 8, 18
# An urgent message may go out until this hour and no later.
LATEST = 20
LOOKED_AHEAD = 400


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one stage. `always` is for a laptop, where nobody's evening is disturbed."""

    zone: ZoneInfo
    blocked: frozenset[date] = frozenset()
    always: bool = False

    def is_open(self, at: datetime, late_until: int | None = None) -> bool:
        """Whether a message may go out at a moment; hours are those of the stage's time zone."""
        if self.always:
            return True
        here = at.astimezone(self.zone)
        closes = min(late_until or CLOSES, LATEST)
        return here.date() not in self.blocked and OPENS <= here.hour < max(closes, CLOSES)

    def opened_at(self, at: datetime) -> datetime:
        """Return when the hours of a moment's day begin; its midnight where all hours are."""
        return self._at(at.astimezone(self.zone).date(), 0 if self.always else OPENS)

    def spans(
        self, begin: datetime, end: datetime, late_until: int | None = None
    ) -> Iterator[tuple[datetime, datetime]]:
        """Give the open spans between two moments."""
        if self.always:
            yield begin, end
            return
        closes = max(min(late_until or CLOSES, LATEST), CLOSES)
        day = begin.astimezone(self.zone).date()
        for n in range(LOOKED_AHEAD):
            on = day + timedelta(days=n)
            first, last = max(begin, self._at(on, OPENS)), min(end, self._at(on, closes))
            if first >= end:
                return
            if on not in self.blocked and first < last:
                yield first, last

    def _at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), self.zone)


@dataclass(frozen=True, slots=True)
class Timing:
    """When the first and the last message would go out; None where the time does not hold them."""

    first: datetime | None
    last: datetime | None


def timing(
    hours: Hours,
    window: tuple[datetime, datetime],
    people: int,
    a_second: float,
    late_until: int | None = None,
) -> Timing:
    """Return when a message to so many people would begin and end at a rate."""
    left, first = timedelta(seconds=people / a_second), None
    for begin, end in hours.spans(*window, late_until):
        first = first or begin
        if left <= end - begin:
            return Timing(first, begin + left)
        left -= end - begin
    return Timing(first, None)


def dates_of(written: str) -> frozenset[date]:
    """Return the dates of a list by comma.

    Raises:
        NotAcceptable: naming what is no date.
    """
    found = set()
    for one in filter(None, (part.strip() for part in written.split(","))):
        try:
            found.add(date.fromisoformat(one))
        except ValueError:
            raise NotAcceptable(
                f"OWL_BLOCKED_DATES has '{one}': write dates as 2026-04-14, by comma."
            ) from None
    return frozenset(found)
