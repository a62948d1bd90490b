"""This file reads tickets from the rows of a sheet, by the rules of the office they are for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.capabilities import tickets
from chalicelib.capabilities.tickets import OURS, STAGES, Ticket
from chalicelib.sheets.cells import Cells, quoted

# Every column with an example and what it means, as staff are told.
MEANINGS: Mapping[str, tuple[str, str]] = {
    "ticket_no": ("02122600428", "number on the receipt"),
    "office": ("0212", "code of the office: 2 or 4 digits"),
    "service": ("102", "code of the service: 3 digits"),
    "status": ("ready", f"one of {', '.join(STAGES)}"),
    "received_on": ("2026-11-16", "day the application came, or 16/11/2026"),
    "due_on": ("2026-11-30", "day it is promised for"),
    "updated_on": ("2026-11-20", "day of this status; the latest row counts"),
    "missing": ("1;3", "for more_documents: numbers or names of the papers"),
    "reason": ("wrong paper", "why a status goes back or an office changes; for staff only"),
    "alias": ("PAY-9", "another number the ticket is known by"),
}
COLUMNS = tuple(MEANINGS)
SEE_OFFICES = "`owl catalogue export --offices offices.csv`"
REQUIRED = ("ticket_no", "office", "service", "status", "received_on", "updated_on")
MAY_BE_UNSAID = ("due_on", "missing")
OFFICE_LENGTHS = (2, 4)
EARLIEST = date(2000, 1, 1)
# A clerk's clock may be a day ahead; a paper is not promised for years.
AHEAD, PROMISED = timedelta(days=1), timedelta(days=3 * 365)
_NUMBERS = re.compile(r"[0-9]+(?:[\s,;]+[0-9]+)*")
_OURS_SHAPE = re.compile(r"[0-9OLI]{11}")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the rows are held to: what exists, what day it is, and the one office if any.

    `documents` has each service's documents, in order, each as all the names it goes by.
    """

    today: date
    offices: frozenset[str]
    documents: Mapping[str, Sequence[frozenset[str]]]
    office: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One good row: the ticket as the clerk has it, and why it went back, if it did.

    `unsaid` are fields whose columns the file does not have: they stay as they were.
    """

    row: int
    ticket: Ticket
    reason: str
    unsaid: tuple[str, ...] = ()


def named(text: str) -> str:
    """Return a document's name for comparing."""
    return " ".join(text.casefold().split())


def read(cells: Cells, rules: Rules) -> Entry | None:
    """Return the ticket of a row, or None; what is wrong is in `cells.faults`."""
    office = _office(cells, rules)
    number = _number(cells, "ticket_no", cells.plain("ticket_no", required=True), office)
    service = cells.plain("service", required=True)
    if service and service not in rules.documents:
        cells.refuse("service", f"no service has the code {quoted(service)}: see the catalogue")
    status = cells.choice("status", STAGES)
    received, due, updated = _days(cells, rules.today)
    missing = _missing(cells, rules.documents.get(service, ()))
    aliases = [_number(cells, "alias", one, office) for one in cells.list("alias")]
    reason = cells.text("reason")
    if cells.faults or received is None or updated is None:
        return None
    ticket = Ticket(
        number=number,
        office=office,
        service=service,
        status=status,
        received_on=received,
        due_on=due,
        updated_on=updated,
        missing=missing,
        aliases=tuple(one for one in dict.fromkeys(aliases) if one != number),
    )
    unsaid = tuple(one for one in MAY_BE_UNSAID if one not in cells.row.cells)
    return Entry(cells.row.number, ticket, reason, unsaid)


def _office(cells: Cells, rules: Rules) -> str:
    office = cells.code("office", OFFICE_LENGTHS, "an office")
    if office and office not in rules.offices:
        cells.refuse("office", f"no office has the code {office}: see {SEE_OFFICES}")
    elif office and rules.office and office != rules.office:
        cells.refuse("office", f"{office} is another office: this import is for {rules.office}")
    return office


def _number(cells: Cells, column: str, text: str, office: str) -> str:
    """Return a number as it is stored; a zero that a spreadsheet took away is put back."""
    folded = tickets.fold(text)
    if len(folded) == OURS - 1 and office.startswith("0"):
        whole = tickets.parse(f"0{folded}").number
        folded = whole if whole and whole.startswith(office) else folded
    number = tickets.parse(folded).number
    fault = _fault(folded, office, known=number is not None) if text else ""
    if fault:
        cells.refuse(column, fault.format(quoted(text)))
    return number if number and not fault else ""


def _fault(folded: str, office: str, *, known: bool) -> str:
    """Return what is wrong with a folded number, {} for what was typed; empty where nothing is."""
    ours = folded.isdigit() and bool(office) and folded.startswith(office)
    if ours and len(folded) != OURS:
        return f"{{}} has {len(folded)} digits, and numbers of this office have {OURS}"
    if known:
        return ""
    if _OURS_SHAPE.fullmatch(folded):
        return "{} is wrong in one digit, or two are swapped (its check digit does not fit)"
    if tickets.is_phone(folded):
        return "this reads as a phone number: write the number on the receipt"
    return "{} is no ticket number: 4 to 20 letters and digits"


def _days(cells: Cells, today: date) -> tuple[date | None, date | None, date | None]:
    received = cells.day("received_on", required=True)
    due = cells.day("due_on")
    updated = cells.day("updated_on", required=True)
    _sane(cells, "received_on", received, EARLIEST, today + AHEAD)
    _sane(cells, "updated_on", updated, received or EARLIEST, today + AHEAD)
    _sane(cells, "due_on", due, received or EARLIEST, today + PROMISED)
    return received, due, updated


def _sane(cells: Cells, column: str, day: date | None, first: date, last: date) -> None:
    if day is not None and day > last:
        cells.refuse(column, f"{day} is too far in the future: check the year")
    elif day is not None and day < first:
        before = "received_on" if first != EARLIEST else "the first sensible day"
        cells.refuse(column, f"{day} is before {before}, {first}")


def _missing(cells: Cells, documents: Sequence[frozenset[str]]) -> tuple[int, ...]:
    """Return which documents are missing, by their numbers or by their names."""
    text = cells.plain("missing")
    one_each = re.split(r"[\s,;]+", text) if _NUMBERS.fullmatch(text) else cells.list("missing")
    found = [_place(one, documents) for one in one_each if one]
    if None in found:
        # What a clerk wrote here may be a name and a number, so it is not told again.
        cells.refuse(
            "missing",
            f"entry {found.index(None) + 1} is none of the {len(documents)} documents of the "
            "service: write their numbers or names, joined by `;`",
        )
    return tuple(sorted({one for one in found if one}))


def _place(text: str, documents: Sequence[frozenset[str]]) -> int | None:
    if text.isdigit():
        return int(text) if 1 <= int(text) <= len(documents) else None
    return next((at for at, names in enumerate(documents, 1) if named(text) in names), None)
