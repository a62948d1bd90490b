"""This file reads what phones texted in a month that nothing understood: words, and how many."""

from chalicelib.capabilities.usage_slips import Missed, is_missed, missed
from chalicelib.figures import StageFigures
from chalicelib.reports.periods import Period
from chalicelib.staff import Office


def missed_of(side: Office, month: str = "") -> Missed:
    """Return what was not understood in a month, `2026-11`; in this one where none is named."""
    today = side.today()
    period = Period.read(month or f"{today:%Y-%m}")
    figures = StageFigures(side)
    days = [day for day in period.days() if day <= today]
    times = sum(n for day in days for count, n in figures.counts(day) if is_missed(count))
    return missed(period.name, side.slips.counted(period.name), times)
