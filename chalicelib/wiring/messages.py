"""This file wires the messages to many: what makes them, moves them on, and hears of each."""

from functools import lru_cache
from zoneinfo import ZoneInfo

from chalicelib.announcer import Announcer
from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.forums_plan import Rules, reminders_of
from chalicelib.capabilities.ledger_books import Books
from chalicelib.capabilities.ledger_chunks import Chunks
from chalicelib.capabilities.ledger_control import Control
from chalicelib.capabilities.ledger_planner import Planner
from chalicelib.capabilities.ledger_window import Hours, dates_of
from chalicelib.channels.broadcaster import Ledger
from chalicelib.channels.delivery import Delivery
from chalicelib.channels.filing import Filing
from chalicelib.channels.sweeper import Sweeper
from chalicelib.errors import CivicError
from chalicelib.forum_facts import place_of
from chalicelib.gateways.made import carried
from chalicelib.observe import observed
from chalicelib.ports import Clock
from chalicelib.shipped import book
from chalicelib.storage.audience import DynamoAudience
from chalicelib.storage.base import Database
from chalicelib.storage.catalogue import DynamoCatalogue
from chalicelib.storage.cells import DynamoCells
from chalicelib.storage.delivery import DynamoRecipients
from chalicelib.storage.forum_cells import DynamoForumCells
from chalicelib.storage.forums import Forums
from chalicelib.storage.keys import CONTACTS, OwnKeyRing
from chalicelib.storage.outbox import Queue
from chalicelib.telecom.routes import routes_of


def ledger_of(database: Database, clock: Clock) -> Ledger:
    """Return the ledger of a stage."""
    stage, cells = database.settings, DynamoCells(database)
    people, a_second = carried(stage)
    books, chunks = Books(cells, clock, people, stage.forum_few), Chunks(cells, clock)
    control = Control(cells, clock, a_second)
    filing = Filing(chunks, control, DynamoRecipients(database, clock))
    blocked = dates_of(stage.blocked_dates)
    hours = Hours(ZoneInfo(stage.timezone), blocked, always=not stage.quiet_hours)
    return Ledger(books, chunks, control, filing, hours)


def sweeper_of(database: Database, clock: Clock) -> Sweeper:
    """Return what moves the messages of a stage on."""
    stage, ledger = database.settings, ledger_of(database, clock)
    reader = DynamoAudience(database, forums_of(database, clock).said)
    routes = routes_of(stage.gateways, stage.routes)
    language = stage.default_language
    planner = Planner(ledger.books, ledger.chunks, reader, language, routes.of)
    return Sweeper(ledger, planner, Queue(database, stage.queue_chunks), clock, observed)


def delivery_of(database: Database, clock: Clock) -> Delivery:
    """Return what applies delivery reports."""
    control = ledger_of(database, clock).control
    queue = Queue(database, database.settings.queue_reports)
    return Delivery(DynamoRecipients(database, clock), control, queue, observed)


def announcer_of(forums: Forums, database: Database, clock: Clock) -> Announcer:
    """Return what makes the messages of a stage's forums."""
    stage = database.settings
    places = lru_cache(maxsize=1)(lambda: DynamoCatalogue(database).load() or EMPTY)
    hours = ledger_of(database, clock).hours
    rules = Rules(hours, ZoneInfo(stage.timezone), reminders_of(stage.forum_reminders))
    return Announcer(forums, book(), rules, clock, lambda code: place_of(code, places()))


def forums_of(database: Database, clock: Clock) -> Forums:
    """Return the forums of a stage, for who may know people by the contacts key."""
    keys = OwnKeyRing(database, clock, (CONTACTS,))
    return Forums(DynamoForumCells(database), keys, clock)


def announce_in(database: Database, clock: Clock) -> None:
    """Give the ledger every message of a forum that is due now."""
    forums, ledger = forums_of(database, clock), ledger_of(database, clock).books
    try:
        announcer_of(forums, database, clock).fire(ledger, clock.now())
    except CivicError as fault:
        observed("tick_failed", error=type(fault).__name__)
