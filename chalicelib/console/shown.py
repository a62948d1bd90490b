"""This file writes days, moments and numbers as pages show them, in the stage's time zone."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import g

from chalicelib.capabilities.catalogue import Catalogue
from chalicelib.console.back import office
from chalicelib.reports.words import word


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


def named(known: Catalogue, what: str, code: str) -> str:
    """Return a code of the catalogue with its name in the page's language."""
    one: Any = getattr(known, what).get(code)
    name = one.names.get(g.language, one.names.get("en", "")) if one else ""
    return f"{code} {name}".strip()


def cells(rows: Iterable[Any], *names: str) -> list[list[Any]]:
    """Return some attributes of things, as the rows of a table."""
    return [[getattr(one, name) for name in names] for one in rows]


def word_of(id_: str) -> str:
    """Return a word of the reports in the page's language."""
    return word(id_, g.language)


def words_of(ids: Iterable[str]) -> list[tuple[str, str]]:
    """Return words of the reports with their ids, for a choice."""
    return [(one, word_of(one)) for one in ids]
