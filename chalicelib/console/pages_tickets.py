"""This file is the pages of tickets: search, history, what is overdue, and files of an office."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from chalicelib.capabilities import tickets_sheet
from chalicelib.capabilities.catalogue import EMPTY, Catalogue
from chalicelib.capabilities.tickets import Standing, Ticket, parse, standing
from chalicelib.console import files
from chalicelib.console.back import office, person
from chalicelib.console.sheets import csv_answer
from chalicelib.duties.tickets import taken
from chalicelib.operations.whose import LOAD_ALL, must_be_of, office_of
from chalicelib.sheets.read import Sheet
from chalicelib.sheets.report import Report
from chalicelib.storage.tickets import WAITING

# As many as a person reads; the rest is told by its number.
MOST_SHOWN = 200
tickets = Blueprint("tickets", __name__, url_prefix="/tickets")


@dataclass(frozen=True, slots=True)
class Late:
    """An application that should have been finished by now."""

    ticket: Ticket
    standing: Standing


@tickets.get("/")
def show() -> str | Answer:
    """Search a ticket, and list what is overdue."""
    typed = request.args.get("number", "")
    if typed:
        number = parse(typed).number
        found = office().tickets.find(number) if number else None
        if found is not None and _is_mine(found):
            return redirect(url_for("tickets.one", number=found.number), 303)
    known = office().catalogue.load() or EMPTY
    late = sorted(overdue(known, office_of(person())), key=lambda one: -one.standing.late_by)
    return render_template(
        "tickets/list.html", typed=typed, late=late[:MOST_SHOWN], count=len(late), known=known
    )


@tickets.get("/<number>")
def one(number: str) -> str:
    """Show one ticket and its history."""
    found = office().tickets.find(number)
    if found is None:
        abort(404)
    must_be_of(person(), found.office)
    known = office().catalogue.load() or EMPTY
    told = standing(found, office().today(), known.is_holiday)
    return render_template("tickets/one.html", ticket=found, standing=told, known=known)


@tickets.route("/file", methods=["GET", "POST"])
def file() -> str | tuple[str, int]:
    """Try a file of tickets, and take it."""
    mine = office_of(person(), LOAD_ALL)

    def take(sheet: Sheet, *, is_tried: bool) -> tuple[Report, int]:
        return taken(office(), sheet, person().name, mine, dry_run=is_tried)

    columns, required = tickets_sheet.COLUMNS, tickets_sheet.REQUIRED
    return files.page("tickets/file.html", columns, required, take)


@tickets.get("/template.csv")
def template() -> Response:
    """Give an empty file with the columns."""
    return csv_answer("tickets.csv", tickets_sheet.COLUMNS, [])


def overdue(known: Catalogue, mine: str) -> Iterator[Late]:
    """Give the open applications that are late, of one office or of all."""
    today = office().today()
    for one in office().tickets.ended(WAITING):
        if not mine or one.office == mine:
            told = standing(one, today, known.is_holiday)
            if told.late_by:
                yield Late(one, told)


def _is_mine(ticket: Ticket) -> bool:
    mine = office_of(person())
    return not mine or ticket.office == mine
