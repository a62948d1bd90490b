"""This file reads forums from the rows of a sheet."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from chalicelib.capabilities.forums import LONGEST_AGENDA, LONGEST_VENUE, Draft, Text
from chalicelib.errors import NotAcceptable
from chalicelib.sheets.cells import Cells, Refused, quoted
from chalicelib.sheets.read import Sheet
from chalicelib.sheets.report import Report

LANGUAGES: Mapping[str, str] = {"en": "en", "km": "km", "km-Latn": "km_latn"}
COLUMNS = (
    *("commune", "venue", "venue_km", "venue_km_latn", "at"),
    *("agenda_en", "agenda_km", "agenda_km_latn"),
)
REQUIRED = ("commune", "venue", "at", "agenda_en")
MEANINGS: Mapping[str, tuple[str, str]] = {
    "commune": ("021203", "code of the commune whose people are invited"),
    "venue": ("Trang pagoda", "where people meet, short: it stands in the messages"),
    "venue_km": ("", "the same in Khmer; and venue_km_latn in Latin letters"),
    "venue_km_latn": ("Vat Trang", "the same in Khmer with Latin letters"),
    "at": ("2026-12-05 08:30", "day and time, also as 05/12/2026 08:30"),
    "agenda_en": ("Plates and land papers", "what it is about"),
    "agenda_km": ("", "the same in Khmer"),
    "agenda_km_latn": ("", "the same in Khmer with Latin letters"),
}
COMMUNE_DIGITS = (6,)
AT_FORMS = "write YYYY-MM-DD HH:MM"
# Beyond them lie slips of the finger, and soon no days that can be reckoned with.
YEARS = range(2000, 3000)
_MOMENT = re.compile(r"(\S+)[ T]+([0-9]{1,2}):([0-9]{2})(?::00)?")
_DAYS = ("%Y-%m-%d", "%d/%m/%Y")


@dataclass(frozen=True, slots=True)
class Rules:
    """What rows are held to: known communes, the forums there are, the moment and its zone."""

    communes: Collection[str]
    there: Collection[tuple[str, datetime]]
    now: datetime
    zone: ZoneInfo


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """Return a day and time as written, in a time zone.

    Raises:
        NotAcceptable: it is none, or the clocks skip it.
    """
    found = _MOMENT.fullmatch(text.strip())
    for form in _DAYS if found else ():
        try:
            day = datetime.strptime(found[1], form)  # type: ignore[index]  # noqa: DTZ007
            at = day.replace(hour=int(found[2]), minute=int(found[3]), tzinfo=zone)  # type: ignore[index]
        except ValueError:
            continue
        if at.year not in YEARS:
            break
        if at.astimezone(UTC).astimezone(zone).replace(fold=at.fold) != at:
            raise NotAcceptable(f"{quoted(text)} is an hour that the clocks skip: take another")
        return at
    raise NotAcceptable(f"{quoted(text)} is no day and time: {AT_FORMS}")


def take(
    sheet: Sheet, rules: Rules, add: Callable[[Draft], None], *, dry_run: bool = False
) -> Report:
    """Add the forum of every good row; one that is there already is left as it is.

    In a dry run `add` is called too: it stores nothing, and may foresee.
    """
    report = Report.of(sheet, dry_run=dry_run)
    met: dict[tuple[str, datetime], int] = {}
    for row in sheet.rows():
        cells = Cells(row)
        draft = read(cells, rules)
        place = (draft.commune, draft.at) if draft else None
        if place in met:
            reason = f"is the same forum as row {met[place]}: the same commune and time"
            report.refused.append(Refused(row.number, "at", reason))
            continue
        if place:
            met[place] = row.number
        if report.add(cells, changes=place not in rules.there) and draft:
            add(draft)
    return report


def read(cells: Cells, rules: Rules) -> Draft | None:
    """Return the forum of a row; None where the row has a fault."""
    commune = cells.code("commune", COMMUNE_DIGITS, "a commune")
    if commune and commune not in rules.communes:
        cells.refuse("commune", f"no commune has the code {commune}: see `owl places`")
    venue = _text(cells, ("venue", "venue_km", "venue_km_latn"), LONGEST_VENUE)
    agenda = _text(cells, ("agenda_en", "agenda_km", "agenda_km_latn"), LONGEST_AGENDA)
    at = _at(cells, rules)
    if cells.faults or at is None:
        return None
    return Draft(commune, venue, at, agenda)


def _text(cells: Cells, columns: tuple[str, ...], longest: int) -> Text:
    found = {
        language: cells.text(column, required=language == "en", longest=longest)
        for language, column in zip(LANGUAGES, columns, strict=True)
    }
    return {language: text for language, text in found.items() if text}


def _at(cells: Cells, rules: Rules) -> datetime | None:
    text = cells.plain("at", required=True)
    if not text:
        return None
    try:
        at = moment_of(text, rules.zone)
    except NotAcceptable as fault:
        cells.refuse("at", str(fault))
        return None
    if at <= rules.now:
        cells.refuse("at", f"{text} is over: write a time to come")
    return at
