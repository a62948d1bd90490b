"""This file reads people from the rows of a list; what it says of a fault never holds a cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.errors import NotAcceptable
from chalicelib.sheets.cells import DATE_FORMS, Cells

# Every column with an example and what it means, as staff are told.
MEANINGS: Mapping[str, tuple[str, str]] = {
    "number": ("012 000 001", "phone number, in any spelling"),
    "commune": ("021204", "code of 6 digits, or its name where no other commune has it"),
    "language": ("km", "en, km or km-Latn; empty where it is not known"),
    "consent_on": ("2026-11-16", "day they agreed to get SMS, or 16/11/2026"),
}
COLUMNS = tuple(MEANINGS)
REQUIRED = ("number", "commune", "consent_on")
LANGUAGES: Mapping[str, str] = {
    "en": "en",
    "eng": "en",
    "english": "en",
    "km": "km",
    "kh": "km",
    "khmer": "km",
    "ខ្មែរ": "km",
    "km-latn": "km-Latn",
    "km_latn": "km-Latn",
    "khmer abc": "km-Latn",
    "abc": "km-Latn",
}
EARLIEST = date(2000, 1, 1)
# A clerk's clock may be a day ahead.
AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the rows are held to: the day, and how a number, a commune and a key are found.

    `number` raises `NotAcceptable` with a reason that does not tell the number; `communes`
    gives the codes that a code or name may mean; `key` is that of the person with a number.
    """

    today: date
    number: Callable[[str], str]
    communes: Callable[[str], Sequence[str]]
    key: Callable[[str], str]


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One good row: who agreed to get SMS, for which commune, and when."""

    row: int
    id: str
    number: str
    commune: str
    language: str
    consented_on: date


def read(cells: Cells, rules: Rules) -> Entry | None:
    """Return the person of a row, or None; what is wrong is in `cells.faults`."""
    number = _number(cells, rules)
    commune = _commune(cells, rules)
    language = _language(cells)
    day = _day(cells, rules.today)
    if cells.faults or day is None:
        return None
    return Entry(cells.row.number, rules.key(number), number, commune, language, day)


def _number(cells: Cells, rules: Rules) -> str:
    text = cells.text("number", required=True)
    if not text:
        return ""
    try:
        return rules.number(text)
    except NotAcceptable as fault:
        cells.refuse("number", str(fault))
        return ""


def _commune(cells: Cells, rules: Rules) -> str:
    text = cells.text("commune", required=True)
    found = rules.communes(text) if text else ()
    if text and not found:
        cells.refuse("commune", "is no commune that is known: see `owl places`")
    elif len(found) > 1:
        cells.refuse("commune", f"may be any of {len(found)} communes: write the code of 6 digits")
    return found[0] if len(found) == 1 else ""


def _language(cells: Cells) -> str:
    text = cells.plain("language").casefold()
    if text and text not in LANGUAGES:
        cells.refuse("language", "is unknown: write en, km or km-Latn, or leave it empty")
    return LANGUAGES.get(text, "")


def _day(cells: Cells, today: date) -> date | None:
    aside = Cells(cells.row)
    day = aside.day("consent_on", required=True)
    if day is None:
        empty = not cells.row.cells.get("consent_on", "").strip()
        cells.refuse("consent_on", "is empty: fill it in" if empty else f"is no date: {DATE_FORMS}")
    elif not EARLIEST <= day <= today + AHEAD:
        cells.refuse("consent_on", f"is not between {EARLIEST} and today: check the year")
    return day
