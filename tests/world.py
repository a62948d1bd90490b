"""This file wires the whole phone side for tests, in memory or on moto; its clock stands."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import boto3
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends

from chalicelib import shipped
from chalicelib.capabilities.ledger_people import Addressees
from chalicelib.channels.flood import Flood
from chalicelib.channels.forwarding import Forwarding
from chalicelib.channels.sender import Sender
from chalicelib.channels.shelf import Shelf
from chalicelib.channels.sms import SmsChannel
from chalicelib.channels.understanding import Understanding
from chalicelib.channels.ussd import Ussd
from chalicelib.conversation import Conversation
from chalicelib.desk import Desk
from chalicelib.edges import Edges
from chalicelib.gateways.made import files_of
from chalicelib.settings import Settings
from chalicelib.storage.addressees import DynamoAddressees
from chalicelib.storage.base import Database
from chalicelib.storage.delivery import DynamoRecipients
from chalicelib.storage.desk import DynamoDesk
from chalicelib.storage.key_maker import KeyMaker, make_keys
from chalicelib.storage.keys import (
    ECHO,
    SENDER,
    WEBHOOK_KEYS,
    KeyRing,
    OwnKeyRing,
    secrets_row,
)
from chalicelib.storage.limits import Limits
from chalicelib.storage.memory.addressees import MemoryAddressees
from chalicelib.storage.memory.base import MemoryDatabase
from chalicelib.storage.memory.delivery import MemoryRecipients
from chalicelib.storage.memory.desk import MemoryDesk
from chalicelib.storage.memory.keys import MemoryKeyMaker, MemoryKeyRing
from chalicelib.storage.memory.limits import MemoryLimits
from chalicelib.storage.memory.outbox import MemoryBox
from chalicelib.storage.outbox import SenderBox
from chalicelib.telecom.messages import BulkResult, SendResult
from infra import stack
from tests.builders import TICKETS, a_catalogue

# A Monday, ten in the morning in Phnom Penh.
MORNING = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


class StoppedClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.at, self.latest = at, 0.0

    def now(self) -> datetime:
        """Return the moment it stands at."""
        return self.at

    def seconds(self) -> float:
        """Return it in seconds as a monotonic clock: one that stands while this is put back."""
        self.latest = max(self.latest, self.at.timestamp())
        return self.latest

    def forward(self, **span: float) -> None:
        """Move it on by a time span, named as in `timedelta`."""
        self.at += timedelta(**span)


class OwnMemoryKeyRing(MemoryKeyRing, OwnKeyRing):
    """The sender's keys in memory: its own, and none of a month."""


@dataclass
class RecordingGateway:
    """A gateway that notes what it is asked to send and answers as told."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    outcome: str = "accepted"

    name = "recording"
    shown: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)

    def reply(self, address: str, text: str, _via: str = "") -> SendResult:
        """Note one message."""
        self.sent.append((address, text))
        return SendResult(self.outcome, f"message-{len(self.sent)}")

    def show(self, address: str, text: str, told: Mapping[str, str]) -> SendResult:
        """Note one screen."""
        self.shown.append((address, text, told))
        return SendResult(self.outcome)

    def send_many(self, addresses: Sequence[str], text: str, _route: str = "") -> BulkResult:
        """Note one message for many."""
        return BulkResult("answered", {one: self.reply(one, text) for one in addresses})


@dataclass
class Stores:
    """What a stage keeps, wherever: the desk, the sender's box and limits, reports, keys."""

    database: Any
    desk: Any
    keys: KeyRing
    maker: KeyMaker
    box: Any
    purse: Any
    recipients: Any
    addressees: Addressees
    woken: Callable[[], Iterator[str]]


class World:
    """The phone side of one stage."""

    def __init__(self, stores: Stores, settings: Settings, clock: StoppedClock) -> None:
        self.stores, self.settings, self.clock = stores, settings, clock
        self.database, self.keys, self.desk = stores.database, stores.keys, stores.desk
        self.gateway = RecordingGateway()
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.ids = count(1)
        self.reported: list[tuple[dict[str, str], int]] = []
        make_keys(stores.maker, clock.now(), gateways=files_of(settings))
        self.desk.catalogue.publish(a_catalogue())
        self.desk.tickets.save_many(TICKETS)
        self._wire(self.desk)

    def _wire(self, desk: Desk) -> None:
        """Wire a function as if it had just started."""
        settings, clock = self.settings, self.clock
        self.conversation = Conversation(shipped.book(), desk, settings, clock)
        self.shelf = Shelf(self.desk.catalogue)
        flood = Flood(settings.hops_a_second, settings.hops_a_number, clock.seconds)
        echo = lambda: self.keys.now().values[ECHO]  # noqa: E731 - as the wiring does
        self.ussd = Ussd(self.conversation, self.shelf, flood, echo, self.observe)
        understanding = Understanding(
            shipped.keywords(), shipped.paths(), settings.default_language
        )
        self.sms = SmsChannel(self.conversation, self.shelf, flood, understanding, self.observe)
        marks = lambda party: " ".join(one.person(party) for one in self.keys.now().both)  # noqa: E731 - as the wiring does
        forwarding = Forwarding(self, marks)
        self.edges = Edges(self.ussd, self.sms, forwarding, self.keys)
        self.sender = Sender(self.stores.box, lambda: self.gateway, settings, self.observe)

    def send(self, message: dict[str, str], delay: int = 0) -> None:
        """Take what goes onto the queue of delivery reports."""
        self.reported.append((message, delay))

    def restart(self) -> None:
        """Start the function anew: an empty flood bucket, no snapshot, no keys at hand."""
        self.keys.kept = None
        self._wire(self.desk)

    def observe(self, event: str, **fields: str | float | bool) -> None:
        """Keep an event as the log would."""
        self.events.append((event, fields))

    def deliver(self) -> list[str]:
        """Run the sender over everything it was woken for; return what came of each."""
        return [self.sender.send(one) for one in self.stores.woken()]

    def inbox(self, number: str) -> list[str]:
        """Return every SMS sent to a number, oldest first."""
        return [text for to, text in self.gateway.sent if to == number]


def a_memory_world(clock: StoppedClock | None = None, **settings: Any) -> World:
    """Return a world in memory, with some settings of its own."""
    stage, clock = Settings(**settings), clock or StoppedClock()
    database = MemoryDatabase(stage)
    rows = tuple(secrets_row(one) for one in files_of(stage))
    keys = MemoryKeyRing(database, clock, WEBHOOK_KEYS, rows)
    desk = MemoryDesk(database, keys, clock)
    purse = MemoryLimits(database, OwnMemoryKeyRing(database, clock, (SENDER,)), clock)

    def woken() -> Iterator[str]:
        while desk.outbox.queue:
            yield desk.outbox.queue.popleft()

    stores = Stores(
        database=database,
        desk=desk,
        keys=keys,
        maker=MemoryKeyMaker(database),
        box=MemoryBox(database, purse),
        purse=purse,
        recipients=MemoryRecipients(database),
        addressees=MemoryAddressees(database, keys, clock),
        woken=woken,
    )
    return World(stores, stage, clock)


def a_dynamo_world(clock: StoppedClock | None = None, **settings: Any) -> World:
    """Return a world on DynamoDB and SQS as they answer here: under moto, or an emulator."""
    stage, clock = Settings(**settings), clock or StoppedClock()
    endpoint = {"endpoint_url": stage.endpoint} if stage.endpoint else {}
    sqs = boto3.client("sqs", region_name=stage.region, **endpoint)
    dynamodb = boto3.client("dynamodb", region_name=stage.region, **endpoint)
    queue = _made(dynamodb, sqs, stage.stage)
    stage = Settings(**{**settings, "queue_outbox": queue})
    database = Database(stage)
    keys = KeyRing(database, clock, WEBHOOK_KEYS)
    own = OwnKeyRing(database, clock, (SENDER,))
    purse = Limits(database, own, clock)

    stores = Stores(
        database=database,
        desk=DynamoDesk(database, keys, clock),
        keys=keys,
        maker=KeyMaker(database),
        box=SenderBox(database, own, purse),
        purse=purse,
        recipients=DynamoRecipients(database, clock),
        addressees=DynamoAddressees(database, own, clock),
        woken=lambda: _messages(sqs, queue),
    )
    return World(stores, stage, clock)


@contextmanager
def on_moto(clock: StoppedClock | None = None, **settings: Any) -> Iterator[World]:
    """Give a world on moto, on the tables of the test before, emptied: making them is slow."""
    mock = mock_aws()
    mock.start(reset=False)
    try:
        _empty()
        world = a_dynamo_world(clock, **settings)
        list(world.stores.woken())
        yield world
    finally:
        mock.stop(remove_data=False)


def _empty() -> None:
    for regions in dynamodb_backends.values():
        for backend in regions.values():
            for table in backend.tables.values():
                table.items.clear()


def _made(dynamodb: Any, sqs: Any, stage: str) -> str:
    """Make what is missing of a stage; return the URL of its outbox queue."""
    wanted = {table["TableName"] for table in stack.tables(stage)}
    if wanted <= set(dynamodb.list_tables()["TableNames"]):
        return str(sqs.get_queue_url(QueueName=stack.queues(stage)["OutboxQueue"])["QueueUrl"])
    return stack.create(dynamodb, sqs, stage)["OutboxQueue"]


def _messages(sqs: Any, queue: str) -> Iterator[str]:
    while True:
        got = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        if not got:
            return
        for one in got:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=one["ReceiptHandle"])
            yield json.loads(one["Body"])["id"]
