"""This file writes days, moments and numbers as pages show them, in the stage's time zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from chalicelib.console.back import office


def day(one: date | None) -> str:
    """Return a day as on a receipt, `05/12/2026`."""
    return f"{one:%d/%m/%Y}" if one is not None else "–"


def moment(one: datetime | None) -> str:
    """Return a moment, `05/12/2026 14:00`, by the clocks of the stage."""
    if one is None:
        return "–"
    return f"{one.astimezone(ZoneInfo(office().settings.timezone)):%d/%m/%Y %H:%M}"


def digits(n: float | None) -> str:
    """Return a number with its thousands apart."""
    return "–" if n is None else f"{n:,}"
