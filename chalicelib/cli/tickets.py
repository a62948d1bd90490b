"""This file is `owl tickets`: where applications stand, from the files of an office."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from chalicelib.capabilities import tickets_sheet
from chalicelib.capabilities.catalogue import EMPTY, Catalogue
from chalicelib.capabilities.ticket_news import TicketNews
from chalicelib.capabilities.tickets import Ticket
from chalicelib.capabilities.tickets_import import take
from chalicelib.capabilities.tickets_sheet import Rules, named
from chalicelib.cli import columns, imports, stage
from chalicelib.composer import Composer, news_texts
from chalicelib.errors import NotFound
from chalicelib.sheets.read import opened
from chalicelib.staff import Office
from chalicelib.wiring import book

# What the key of the notices' ids is made for.
NOTICES = "notices"


@click.group()
def tickets() -> None:
    """Tickets: the stage of each application, by its number."""


@tickets.command("import")
@click.option("--office", "code", default="", help="Take rows of this office only, as 0212.")
@imports.options
def import_(file: Path, code: str, *, dry_run: bool, as_json: bool, as_: str | None) -> None:
    """Take the tickets of a CSV or .xlsx file.

    Every row is checked first, then the good ones are taken and each other one is listed with
    its fault. The same file again changes nothing. Try it with --dry-run first.
    """
    sheet = opened(file, tickets_sheet.COLUMNS, tickets_sheet.REQUIRED)
    side = stage.staff_side()
    who, known = stage.who(side, as_), side.catalogue.load() or EMPTY
    rules = rules_of(known, side.today(), code)
    news, told = _news(side, known, who), 0

    def tell(changes: Sequence[tuple[Ticket, Ticket]]) -> None:
        nonlocal told
        told += news.tell(changes)

    with imports.progress(2 * sheet.count, sheet.name) as tick:
        report = take(sheet, rules, side.tickets, dry_run=dry_run, tick=tick, tell=tell)
    if told:
        click.echo(f"People wait for news of {told} of these tickets: they get an SMS.", err=True)
    imports.note(side, who, "import tickets", report, office=rules.office)
    imports.finish(report, as_json=as_json)


@tickets.command(epilog=columns.table(tickets_sheet.MEANINGS, tickets_sheet.REQUIRED))
@imports.force_option
@imports.file_argument
def template(file: Path, *, force: bool) -> None:
    """Write an empty CSV or .xlsx file with the columns of tickets."""
    imports.template(file, tickets_sheet.COLUMNS, force=force)


def rules_of(known: Catalogue, today: date, code: str = "") -> Rules:
    """Return what rows are held to, given a catalogue.

    Raises:
        NotFound: no service is known yet, or no office has the code.
    """
    if not known.services or not known.offices:
        raise NotFound("no services and offices are known yet: run `owl catalogue import` first")
    padded = code.zfill(len(code) + len(code) % 2)
    if padded and padded not in known.offices:
        raise NotFound(f"no office has the code {code}: see {tickets_sheet.SEE_OFFICES}")
    return Rules(today, frozenset(known.offices), _documents(known), padded)


def _news(side: Office, known: Catalogue, author: str) -> TicketNews:
    """Return what tells those who wait for a ticket that it moved on."""
    texts = news_texts(Composer(book(), side.settings), known, side.today())
    key = side.watchers.keys.now().lasting(NOTICES)
    hours = side.announcer.rules.hours
    return TicketNews(side.watchers, side.ledger, texts, side.clock, hours, author, key)


def _documents(known: Catalogue) -> dict[str, list[frozenset[str]]]:
    return {
        code: [frozenset(map(named, item.values())) for item in service.documents.items]
        for code, service in known.services.items()
    }
