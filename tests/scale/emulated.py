"""This file sends to a few people on the emulator, and counts what its database says it used."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import boto3

from chalicelib.capabilities.broadcasts import Order
from chalicelib.capabilities.ledger_planner import Planner
from chalicelib.capabilities.subscribers_sheet import Entry
from chalicelib.channels.broadcaster import Broadcaster, Machine
from chalicelib.channels.delivery import Delivery
from chalicelib.channels.sweeper import Sweeper
from chalicelib.settings import Settings
from chalicelib.storage.addressees import DynamoAddressees
from chalicelib.storage.audience import DynamoAudience
from chalicelib.storage.base import Database
from chalicelib.storage.delivery import DynamoRecipients
from chalicelib.storage.enrolment import DynamoEnrolment
from chalicelib.storage.key_maker import ensure_keys
from chalicelib.storage.keys import CONTACTS, SENDER, SENDER_PUBLIC, OwnKeyRing
from chalicelib.storage.wire import Wire
from chalicelib.wiring.messages import ledger_of
from infra import stack
from infra.local.emulator import Emulator
from infra.local.state import State
from tests.builders import a_party
from tests.scale.run import FIRST, TEXTS, the_order
from tests.sending import GATEWAY, DisturbedQueue, PretendGateway
from tests.world import StoppedClock

REGION = "ap-southeast-1"
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"})
WRITES |= {"BatchExecuteStatement"}
AHEAD = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Counted:
    """Write units a person, as the database counts them, and the calls of both sides."""

    units: float
    scans: int
    posts: int
    posts_wanted: int
    calls: dict[str, int]


class Meter:
    """Adds up what the database says that each call used."""

    def __init__(self, wire: Wire) -> None:
        self.calls, self.units = Counter[str](), 0.0
        wire.events.register("response-received.dynamodb", self._heard)

    def _heard(self, answer: dict[str, Any], operation: str, **_: Any) -> None:
        self.calls[operation] += 1
        used = answer.get("ConsumedCapacity") or []
        if operation in WRITES:
            if not used and "__type" not in answer:
                raise AssertionError(f"{operation} does not say what it used")
            each = used if isinstance(used, list) else [used]
            self.units += sum(float(one["CapacityUnits"]) for one in each)


def counted(people: int, kind: str, folder: Path) -> Counted:
    """Send one message to so many people on an emulator of its own."""
    os.environ.update(
        AWS_ACCESS_KEY_ID="scale", AWS_SECRET_ACCESS_KEY="scale", AWS_DEFAULT_REGION=REGION
    )
    state = State(folder / f"emulator-{kind}")
    state.prepare(fresh=True)
    child = Emulator(state, REGION)
    with child.process:
        child.wait_ready()
        try:
            return _sent(child.url, people, kind)
        finally:
            child.stop()


def _sent(url: str, people: int, kind: str) -> Counted:
    aws = (boto3.client(name, endpoint_url=url) for name in ("dynamodb", "sqs"))
    stack.create(*aws, "local")
    database, clock = Database(Settings(endpoint=url), patient=True), StoppedClock()
    ensure_keys(database, clock.now())
    keys = OwnKeyRing(database, clock, (CONTACTS, SENDER, SENDER_PUBLIC))
    join(database, keys, people)
    stage = Stage(database, keys, clock)
    meter = Meter(database.wire)
    stage.let_go(the_order(kind))
    stage.run()
    stage.report()
    if len(stage.gateway.log) != people:
        raise SystemExit(f"{kind}: {len(stage.gateway.log)} of {people} got it on the emulator")
    each = [people // len(TEXTS) + (n < people % len(TEXTS)) for n in range(len(TEXTS))]
    wanted = sum(-(-n // database.settings.chunk) for n in each)
    calls = dict(meter.calls)
    return Counted(meter.units / people, calls.get("Scan", 0), stage.gateway.posts, wanted, calls)


class Stage:
    """The ledger of a stage on the emulator, with one worker unless it has more threads."""

    def __init__(
        self,
        database: Database,
        keys: OwnKeyRing,
        clock: StoppedClock,
        gateway: Any = None,
        *,
        workers: int = 1,
    ) -> None:
        self.workers, self.taking = workers, Lock()
        self.clock, self.keys, self.gateway = clock, keys, gateway or PretendGateway()
        self.queue, self.ledger = DisturbedQueue(clock), ledger_of(database, clock)
        self.books = self.ledger.books
        observe, tokens = lambda *_, **__: None, count()
        planner = Planner(self.books, self.ledger.chunks, DynamoAudience(database), "km-Latn")
        self.sweeper = Sweeper(self.ledger, planner, self.queue, clock, observe)
        machine = Machine(
            clock.seconds,
            lambda wait: clock.forward(seconds=wait),
            lambda: 0.5,
            lambda: f"worker-{next(tokens)}",
        )
        people = DynamoAddressees(database, keys, clock)
        sends = (self.ledger, people, self.gateway, self.queue, clock, machine, observe)
        self.worker = Broadcaster(*sends)
        rows = DynamoRecipients(database, clock)
        self.delivery = Delivery(rows, self.ledger.control, self.queue, observe)

    def let_go(self, order: Order) -> None:
        """Order it, and agree to a broadcast as two people do."""
        if order.kind != "broadcast":
            self.books.order(order)
            return
        self.books.draft(order)
        self.books.move(order.id, "DRAFT", "PLANNING")
        self.books.sign(order.id, "sok", self.sweeper.advance(order.id).seen)
        self.books.release(order.id)

    def run(self) -> None:
        """Let minutes pass until it is over."""
        ends = self.clock.now() + AHEAD
        while not self.books.head("b1").ended_at and self.clock.now() < ends:
            self.sweeper.tick()
            with ThreadPoolExecutor(self.workers) as pool:
                for worked in [pool.submit(self._work) for _ in range(self.workers)]:
                    worked.result()
            self.clock.forward(minutes=1)

    def _work(self) -> None:
        while (message := self._taken()) is not None:
            self.worker.send(message)

    def _taken(self) -> dict[str, str] | None:
        with self.taking:
            return self.queue.take()

    def report(self) -> None:
        """Bring a report on each message."""
        for number, _, message_id in self.gateway.log:
            mark = self.keys.now().person(a_party(number=number))
            report = {"gateway": GATEWAY, "id": message_id, "status": "delivered", "reason": ""}
            self.delivery.settle({**report, "mark": mark})


def join(database: Database, keys: OwnKeyRing, people: int) -> None:
    """Import people who agreed, as staff do."""
    store, languages = DynamoEnrolment(database, keys, a_party().gateway), tuple(TEXTS)
    numbers = [f"+855{FIRST + n}" for n in range(people)]
    day = StoppedClock().now().date()
    store.enrol_many(
        [
            Entry(n, store.key(number), number, "021201", languages[n % len(languages)], day)
            for n, number in enumerate(numbers)
        ]
    )
