"""This file takes the tickets of an office's file, and tells those who wait for news of them."""

from collections.abc import Callable, Sequence
from datetime import date

from chalicelib.capabilities import tickets_sheet
from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.catalogue import EMPTY, Catalogue
from chalicelib.capabilities.ticket_news import TicketNews
from chalicelib.capabilities.tickets import Ticket
from chalicelib.capabilities.tickets_import import take
from chalicelib.capabilities.tickets_sheet import Rules, named
from chalicelib.composer import Composer, news_texts
from chalicelib.duties.imports import note
from chalicelib.errors import NotFound
from chalicelib.sheets.read import Sheet
from chalicelib.sheets.report import Report
from chalicelib.shipped import book
from chalicelib.staff import Office

# What the key of the notices' ids is made for.
NOTICES = "notices"


def taken(
    side: Office,
    sheet: Sheet,
    who: str,
    code: str,
    *,
    dry_run: bool,
    tick: Callable[[int], None] = lambda _: None,
) -> tuple[Report, int]:
    """Take the good rows of a sheet; return what became of it, and how many tickets are told of.

    Raises:
        NotFound: no service is known yet, or no office has the code.
    """
    known, told = side.catalogue.load() or EMPTY, 0
    rules = rules_of(known, side.today(), code)
    news = _news(side, known, who)

    def tell(changes: Sequence[tuple[Ticket, Ticket]]) -> None:
        nonlocal told
        told += news.tell(changes)

    report = take(sheet, rules, side.tickets, dry_run=dry_run, tick=tick, tell=tell)
    note(side, who, "import tickets", report, office=rules.office)
    if dry_run and rules.office:
        _note_elsewhere(side, who, report, rules.office)
    return report, told


def _note_elsewhere(side: Office, who: str, report: Report, office: str) -> None:
    """Note that a clerk tried rows of another office, though a try is no deed otherwise."""
    elsewhere = sum(one.column == "office" for one in report.refused)
    if elsewhere:
        details = {"file": report.file, "refused": elsewhere, "office": office}
        side.audit.note(Deed(who, "try tickets of another office", details))


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
    # An import that broke off goes on with the same ids, so they wait for the key before to go.
    key = side.watchers.keys.now().both[0].lasting(NOTICES)
    hours = side.announcer.rules.hours
    return TicketNews(side.watchers, side.ledger, texts, side.clock, hours, author, key)


def _documents(known: Catalogue) -> dict[str, list[frozenset[str]]]:
    return {
        code: [frozenset(map(named, item.values())) for item in service.documents.items]
        for code, service in known.services.items()
    }
