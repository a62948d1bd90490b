"""This file is what is done with tickets: where one stands, and the rows of an office."""

from datetime import date

from msgspec import Struct

from chalicelib.capabilities import tickets_sheet
from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.tickets import Ticket, parse, standing
from chalicelib.duties.tickets import taken
from chalicelib.errors import NotFound
from chalicelib.operations.base import Asked, Desk, Id, Told, get
from chalicelib.operations.imports import Outcome, Tick, TicketRows, intake
from chalicelib.operations.whose import LOAD_ALL, office_of
from chalicelib.sheets.read import Sheet


class OneTicket(Asked, frozen=True, kw_only=True):
    """A ticket by its number or another name of it."""

    number: Id


class Step(Struct, frozen=True):
    """One stage that a ticket came to; the reason is for staff."""

    status: str
    on: date
    reason: str


class TicketAnswer(Struct, frozen=True, kw_only=True):
    """Where an application stands. `late_by` is in working days."""

    number: str
    office: str
    service: str
    status: str
    since: date
    received_on: date
    due_on: date | None
    late_by: int
    missing: list[int]
    aliases: list[str]
    history: list[Step]


@get("/tickets/{number}", "tickets:read")
def show(desk: Desk, asked: OneTicket) -> Told[TicketAnswer]:
    """Say where one application stands, with every stage it came to."""
    number, mine = parse(asked.number).number, office_of(desk.person)
    found = desk.side.tickets.find(number) if number else None
    # Another office's is told as one that is not there, word for word.
    if found is None or mine not in {"", found.office}:
        raise NotFound(f"no ticket has the number '{asked.number}': see the file it came by")
    answer = _answer(desk, found)
    return Told(answer, _lines(answer))


@intake("/tickets", "tickets:write", TicketRows, tickets_sheet.COLUMNS, tickets_sheet.REQUIRED)
def take(desk: Desk, sheet: Sheet, asked: TicketRows, tick: Tick) -> Outcome:
    """Take tickets; who waits for news of one that moved on gets an SMS. Another time is no change.

    Every row is checked first, then the good ones are taken.
    """
    office = desk.office(asked.office, LOAD_ALL)
    report, people = taken(desk.side, sheet, desk.who, office, dry_run=asked.dry_run, tick=tick)
    note = f"People wait for news of {people} of these tickets: they get an SMS."
    return Outcome(report, notes=[note] if people else [])


def _answer(desk: Desk, one: Ticket) -> TicketAnswer:
    known = desk.side.catalogue.load() or EMPTY
    told = standing(one, desk.side.today(), known.is_holiday)
    return TicketAnswer(
        number=one.number,
        office=one.office,
        service=one.service,
        status=one.status,
        since=told.since,
        received_on=one.received_on,
        due_on=one.due_on,
        late_by=told.late_by,
        missing=list(told.missing),
        aliases=list(one.aliases),
        history=[Step(each.status, each.on, each.reason) for each in one.history],
    )


def _lines(one: TicketAnswer) -> list[str]:
    late = f", late by {one.late_by} working days" if one.late_by else ""
    due = f", due {one.due_on}" if one.due_on else ""
    return [
        f"{one.number} {one.status} since {one.since}{due}{late}",
        f"  office {one.office}, service {one.service}",
        *(f"  {each.on} {each.status}{each.reason and f': {each.reason}'}" for each in one.history),
    ]
