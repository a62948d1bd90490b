"""This file is the only place that knows every concrete class; each entry point wires its own."""

import os
import random
import secrets
import time
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.announcer import Announcer
from chalicelib.capabilities.ballots_tally import Tally, is_due
from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.forums_plan import Rules, reminders_of
from chalicelib.capabilities.ledger_books import Books
from chalicelib.capabilities.ledger_chunks import Chunks
from chalicelib.capabilities.ledger_control import Control
from chalicelib.capabilities.ledger_planner import Planner
from chalicelib.capabilities.ledger_window import Hours, dates_of
from chalicelib.channels.broadcaster import Broadcaster, Ledger, Machine
from chalicelib.channels.delivery import Delivery, Forwarding
from chalicelib.channels.filing import Filing
from chalicelib.channels.flood import Flood
from chalicelib.channels.sender import Sender
from chalicelib.channels.shelf import Shelf
from chalicelib.channels.sms import SmsChannel
from chalicelib.channels.sweeper import Sweeper
from chalicelib.channels.understanding import Understanding
from chalicelib.channels.ussd import Ussd
from chalicelib.clock import SystemClock
from chalicelib.conversation import Conversation
from chalicelib.dialog.book import Book
from chalicelib.dialog.keywords import Keywords
from chalicelib.dialog.parse import parse
from chalicelib.edges import Edges
from chalicelib.errors import CivicError
from chalicelib.forum_facts import place_of
from chalicelib.gateways.made import carried, files_of, lines_of
from chalicelib.observe import observed
from chalicelib.ports import Clock, Lines
from chalicelib.settings import Settings
from chalicelib.storage.addressees import DynamoAddressees
from chalicelib.storage.audience import DynamoAudience
from chalicelib.storage.base import Database
from chalicelib.storage.catalogue import DynamoCatalogue
from chalicelib.storage.cells import DynamoCells
from chalicelib.storage.census import DynamoCensus
from chalicelib.storage.delivery import DynamoRecipients
from chalicelib.storage.desk import DynamoDesk
from chalicelib.storage.forum_cells import DynamoForumCells
from chalicelib.storage.forums import Forums
from chalicelib.storage.key_maker import ensure_keys
from chalicelib.storage.keys import (
    CONTACTS,
    ECHO,
    SENDER,
    TALLY_KEYS,
    WEBHOOK_KEYS,
    KeyRing,
    OwnKeyRing,
    secrets_row,
)
from chalicelib.storage.limits import Limits
from chalicelib.storage.outbox import Queue, SenderBox
from chalicelib.storage.scores import DynamoBallotBox
from chalicelib.storage.vault import api_key
from chalicelib.telecom.messages import Party
from chalicelib.telecom.routes import routes_of

NOT_SCREENS = frozenset({"keywords.toml"})
PATHS = ("alone", "with_code", "with_long_code", "with_rest", "with_words", "with_language")


@cache
def settings() -> Settings:
    """Return this process's settings."""
    return Settings.of(os.environ)


def menu_files() -> dict[str, str]:
    """Return every TOML of the menus by file name."""
    folder = resources.files("ussd_menus")
    return {
        one.name: one.read_text(encoding="utf-8")
        for one in folder.iterdir()
        if one.name.endswith(".toml")
    }


def overlays() -> dict[str, str]:
    """Return every translation by language."""
    folder = resources.files("ussd_menus") / "locales"
    return {
        one.name.removesuffix(".toml"): one.read_text(encoding="utf-8")
        for one in folder.iterdir()
        if one.name.endswith(".toml")
    }


@cache
def book() -> Book:
    """Return the compiled book of this process."""
    files = {name: text for name, text in menu_files().items() if name not in NOT_SCREENS}
    return parse(files, overlays(), not_screens=PATHS)


@cache
def paths() -> Mapping[str, Any]:
    """Return what a texted keyword stands for."""
    return tomllib.loads(menu_files()["sms.toml"])


@cache
def keywords() -> Keywords:
    """Return the keywords."""
    return Keywords.of(tomllib.loads(menu_files()["keywords.toml"]))


class Webhooks:
    """What the webhooks function uses; its keys and snapshot are read at once, at its start."""

    def __init__(self, stage: Settings) -> None:
        """Wire the phone side of a stage."""
        self.settings, self.clock = stage, SystemClock(stage)
        self.database = Database(stage)
        rows = tuple(secrets_row(name) for name in files_of(stage))
        self.keys = KeyRing(self.database, self.clock, WEBHOOK_KEYS, rows)
        self.desk = DynamoDesk(self.database, self.keys, self.clock)
        self.conversation = Conversation(book(), self.desk, stage, self.clock)
        self.shelf = Shelf(self.desk.catalogue)
        flood = Flood(stage.hops_a_second, stage.hops_a_number, time.monotonic)
        self.ussd = Ussd(self.conversation, self.shelf, flood, self._echo_key, observed)
        understanding = Understanding(keywords(), paths(), stage.default_language)
        self.sms = SmsChannel(self.conversation, self.shelf, flood, understanding, observed)
        reports = Forwarding(Queue(self.database, stage.queue_reports), self._mark)
        self.edges = Edges(self.ussd, self.sms, reports, self.keys)

    def _echo_key(self) -> bytes:
        return self.keys.now().values[ECHO]

    def _mark(self, party: Party) -> str:
        return self.keys.now().person(party)

    def warm(self) -> None:
        """Read the keys and the snapshot, so that the first hop does not.

        A stage without keys or database yet is not dead for that: each call will say so.
        """
        try:
            self.keys.now()
            self.shelf.catalogue()
        except CivicError as fault:
            observed("cold_start", error=type(fault).__name__)


@cache
def webhooks() -> Webhooks:
    """Return the webhooks of this process."""
    return Webhooks(settings())


@cache
def sender() -> Sender:
    """Return the sender of this process, its gateway made: later a message would be lost by it."""
    stage, clock = settings(), SystemClock(settings())
    database = Database(stage)
    keys = OwnKeyRing(database, clock, (SENDER,))
    gateway = _lines(database, stage)
    box = SenderBox(database, keys, Limits(database, keys, clock))
    return Sender(box, lambda: gateway, stage, observed)


@cache
def broadcaster() -> Broadcaster:
    """Return what sends chunks of messages to many in this process."""
    stage, clock = settings(), SystemClock(settings())
    database = Database(stage)
    people = DynamoAddressees(database, OwnKeyRing(database, clock, (SENDER,)), clock)
    machine = Machine(time.monotonic, time.sleep, random.random, lambda: secrets.token_hex(8))
    queue = Queue(database, stage.queue_chunks)
    ledger = ledger_of(database, clock)
    gateway = _lines(database, stage)
    return Broadcaster(ledger, people, gateway, queue, clock, machine, observed)


@cache
def sweeper() -> Sweeper:
    """Return what moves messages to many on, minute by minute."""
    return sweeper_of(Database(settings(), patient=True), SystemClock(settings()))


@cache
def delivery() -> Delivery:
    """Return what applies delivery reports in this process."""
    stage, clock = settings(), SystemClock(settings())
    database = Database(stage)
    control = ledger_of(database, clock).control
    queue = Queue(database, stage.queue_reports)
    return Delivery(DynamoRecipients(database, clock), control, queue, observed)


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


def announce() -> None:
    """Give the ledger every message of a forum that is due now."""
    stage, clock = settings(), SystemClock(settings())
    database = Database(stage, patient=True)
    forums, ledger = forums_of(database, clock), ledger_of(database, clock).books
    try:
        announcer_of(forums, database, clock).fire(ledger, clock.now())
    except CivicError as fault:
        observed("tick_failed", error=type(fault).__name__)


def tally() -> None:
    """Make the keys that a stage lacks, and once a night count ratings and close months."""
    stage, clock = settings(), SystemClock(settings())
    database = Database(stage, patient=True)
    ensure_keys(database, clock.now(), gateways=files_of(stage))
    counting = tally_of(database, clock)
    now = clock.now().astimezone(ZoneInfo(stage.timezone))
    if is_due(now, counting.box.tallied_on(), random.random()):  # noqa: S311 - spreads, hides nothing
        done = counting.run(now)
        # How many there were is no log's business.
        observed("tallied")
        if done.unreadable:
            observed("alarm", kind="ballots_unreadable")


def tally_of(database: Database, clock: Clock) -> Tally:
    """Return what counts the ratings of a stage."""
    zone = ZoneInfo(database.settings.timezone)
    box = DynamoBallotBox(database, OwnKeyRing(database, clock, TALLY_KEYS))
    census = DynamoCensus(database, lambda: clock.now().astimezone(zone).date())
    return Tally(box, census, random.SystemRandom().shuffle)


def _lines(database: Database, stage: Settings) -> Lines:
    def secret() -> str:
        return stage.gateway_key or api_key(database, stage.gateway_key_secret)

    return lines_of(stage, secret, time.monotonic, observed)
