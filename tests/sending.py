"""This file wires the ledger for tests: a gateway with a log, workers, a queue to disturb."""

import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.capabilities.broadcasts import Audience, Order
from chalicelib.capabilities.ledger import FEW, Chunk, Head, stamp
from chalicelib.capabilities.ledger_books import Books
from chalicelib.capabilities.ledger_chunks import Chunks
from chalicelib.capabilities.ledger_control import Control
from chalicelib.capabilities.ledger_planner import Planner
from chalicelib.capabilities.ledger_sum import Sum, whole
from chalicelib.capabilities.ledger_window import Hours
from chalicelib.capabilities.subscribers import Member
from chalicelib.channels.broadcaster import Broadcaster, Ledger, Machine
from chalicelib.channels.delivery import Delivery
from chalicelib.channels.filing import Filing
from chalicelib.channels.sweeper import Sweeper
from chalicelib.errors import Unavailable
from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.storage.addressees import DynamoAddressees
from chalicelib.storage.key_maker import make_keys
from chalicelib.storage.keys import CONTACTS, SENDER, SENDER_PUBLIC, OwnKeyRing
from chalicelib.storage.memory.addressees import MemoryAddressees
from chalicelib.storage.memory.base import FINE, MemoryDatabase
from chalicelib.storage.memory.cells import MemoryCells
from chalicelib.storage.memory.delivery import MemoryRecipients
from chalicelib.storage.memory.keys import MemoryKeyMaker
from chalicelib.storage.seals import sealed_to_sender
from chalicelib.telecom.messages import BulkResult, SendResult
from tests.builders import a_party
from tests.world import MORNING, OwnMemoryKeyRing, StoppedClock

GATEWAY = "pretend"
ACCEPT = "accept"


class Killed(BaseException):
    """The process died here; nothing of it runs on."""


@dataclass
class PretendGateway:
    """Accepts messages and keeps a log of it, whatever it answers; the log is the judge."""

    name: str = GATEWAY
    log: list[tuple[str, str, str]] = field(default_factory=list)
    posts: int = 0
    plan: Callable[[int], str] = lambda _: ACCEPT
    each: Callable[[str], SendResult | None] = lambda _: None
    during: Callable[[], None] = lambda: None
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def reply(self, address: str, text: str, _via: str = "") -> SendResult:
        """Post to one."""
        return self.send_many([address], text).by_number[address]

    def show(self, *_: object) -> SendResult:
        """Show no screen: this gateway answers each hop itself."""
        return SendResult("rejected")

    def send_many(self, msisdns: Any, text: str, _route: str = "") -> BulkResult:
        """Post to many, and answer as the plan says for this post."""
        self.posts += 1
        way = self.plan(self.posts)
        self.during()
        if way in {"deferred", "rejected"}:
            return BulkResult(way, reason="told", posted=way == "rejected")
        if way == "come_later":
            return BulkResult("deferred", reason="told", posted=False, retry_after=90)
        if way == "not_accepted_5xx":
            return BulkResult("unknown", reason="http_500")
        named = {one: self.each(one) or self._accepted(one, text) for one in msisdns}
        if way == "lost":
            return BulkResult("unknown", reason="ReadTimeout")
        if way == "killed":
            raise Killed
        if way == "bug":
            raise KeyError("a fault of the gateway's code")
        if way == "fewer":
            named = dict(list(named.items())[::2])
        return BulkResult("answered", named, extra=3 if way == "more" else 0)

    def _accepted(self, number: str, text: str) -> SendResult:
        message_id = f"m{next(self.ids)}"
        self.log.append((number, text, message_id))
        return SendResult("accepted", message_id)

    def copies(self, text: str | None = None) -> Counter[str]:
        """Return how often each number got a message."""
        return Counter(to for to, words, _ in self.log if text is None or words == text)


@dataclass
class DisturbedQueue:
    """A queue that keeps what is sent to it with the moment it may be seen."""

    clock: StoppedClock
    held: deque[tuple[datetime, dict[str, str]]] = field(default_factory=deque)
    ever: list[dict[str, str]] = field(default_factory=list)

    def send(self, message: dict[str, str], delay: int = 0) -> None:
        """Take one message."""
        self.ever.append(message)
        self.held.append((self.clock.now() + timedelta(seconds=delay), message))

    def take(self) -> dict[str, str] | None:
        """Give the next message that may be seen."""
        for at, message in list(self.held):
            if at <= self.clock.now():
                self.held.remove((at, message))
                return message
        return None


@dataclass
class ListReader:
    """An audience that is a list."""

    people: list[Member] = field(default_factory=list)

    def members(self, audience: Audience) -> Iterator[Member]:
        """Give everyone whom the audience names."""
        for one in list(self.people):
            if audience.people and one.id not in audience.people:
                continue
            if audience.communes and not one.commune.startswith(audience.communes):
                continue
            yield one


def dying_at(call: int) -> Callable[[str], str]:
    """Return an outage that kills the process as it makes its nth call, of whatever kind."""
    left = [call]

    def dying(_: str) -> str:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return FINE

    return dying


class Stage:
    """The whole of sending in memory, one worker unless more are asked for."""

    def __init__(
        self,
        *,
        size: int = 50,
        a_second: float = 1000.0,
        few: int = FEW,
        clock: StoppedClock | None = None,
        database: MemoryDatabase | None = None,
        **hours: Any,
    ) -> None:
        self.clock = clock or StoppedClock()
        self.database = database or MemoryDatabase(Settings())
        make_keys(MemoryKeyMaker(self.database), self.clock.now())
        self.keys = OwnMemoryKeyRing(self.database, self.clock, (CONTACTS, SENDER, SENDER_PUBLIC))
        self.cells = MemoryCells(self.database)
        self.books = Books(self.cells, self.clock, size, few)
        self.chunks = Chunks(self.cells, self.clock)
        self.control = Control(self.cells, self.clock, a_second)
        self.recipients = MemoryRecipients(self.database)
        self.addressees = MemoryAddressees(self.database, self.keys, self.clock)
        self.hours = Hours(ZoneInfo("Asia/Phnom_Penh"), **hours)
        self.gateway: Any = PretendGateway()
        self.reader, self.address_of = ListReader(), str
        self.queue, self.reports = DisturbedQueue(self.clock), DisturbedQueue(self.clock)
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.tokens = count(1)
        self.random = random.Random(1)
        self.seconds = self.clock.seconds
        self.ledger = Ledger(
            self.books,
            self.chunks,
            self.control,
            Filing(self.chunks, self.control, self.recipients),
            self.hours,
        )
        self.planner = Planner(self.books, self.chunks, self.reader, "km-Latn")
        self.sweeper = Sweeper(self.ledger, self.planner, self.queue, self.clock, self.observe)
        self.delivery = Delivery(self.recipients, self.control, self.reports, self.observe)

    def observe(self, event: str, **fields: Any) -> None:
        """Keep an event as the log would."""
        self.events.append((event, fields))

    def alarms(self) -> list[str]:
        """Return what alarms were raised about."""
        return [fields["kind"] for event, fields in self.events if event == "alarm"]

    def worker(self, *, clock: Any = None) -> Broadcaster:
        """Return a worker, by a clock of its own if told."""
        machine = Machine(
            lambda: self.seconds(),  # noqa: PLW0108 - a test may put another in its place
            lambda wait: self.clock.forward(seconds=wait),
            self.random.random,
            lambda: f"worker-{next(self.tokens)}",
        )
        return Broadcaster(
            self.ledger,
            self.addressees,
            self.gateway,
            self.queue,
            clock or self.clock,
            machine,
            self.observe,
        )

    def people(self, wanted: int, *, commune: str = "021201", language: str = "en") -> list[str]:
        """Put people of a commune into the stage; return their numbers."""
        begin = len(self.reader.people)
        numbers = [f"+855{12000000 + n}" for n in range(begin, begin + wanted)]
        for number in numbers:
            self.person(number, commune=commune, language=language)
        return numbers

    def person(self, number: str, *, commune: str = "021201", language: str = "en") -> str:
        """Put one person into the stage; return the id."""
        id_ = self.id_of(number)
        sealed = sealed_to_sender(self.keys.now(), self.address_of(number))
        self.database.tables["people"][id_] = {"number": sealed, "opted_out": False}
        self.reader.people.append(Member(id_, commune, language, consented=True))
        return id_

    def id_of(self, number: str) -> str:
        """Return the id of a number."""
        return self.keys.now().person(a_party(number=number))

    def stops(self, number: str) -> None:
        """Let somebody say STOP."""
        row = self.database.tables["people"][self.id_of(number)]
        self.database.tables["people"][self.id_of(number)] = {**row, "opted_out": True}

    def let_go(self, order: Order) -> Head:
        """Order a message, agree to it by two people, and let it go."""
        if order.kind != "broadcast":
            self.books.order(order)
            return self.sweeper.advance(order.id)
        self.books.draft(order)
        self.books.move(order.id, "DRAFT", "PLANNING")
        head = self.sweeper.advance(order.id)
        self.books.sign(order.id, "somebody else", head.seen)
        self.books.release(order.id)
        return self.sweeper.advance(order.id)

    def work(self, most: int = 10_000) -> list[str]:
        """Let a worker take what the queue shows now."""
        worker, outcomes = self.worker(), []
        for _ in range(most):
            message = self.queue.take()
            if message is None:
                break
            try:
                outcomes.append(worker.send(message))
            except Killed:
                outcomes.append("killed")
            except Exception as fault:  # noqa: BLE001 - a queue brings what failed again
                outcomes.append(type(fault).__name__)
                self.queue.send(message, 300)
        return outcomes

    def minute(self) -> None:
        """Let a minute pass: the tick, then the workers."""
        self.clock.forward(minutes=1)
        with suppress(Unavailable):
            self.sweeper.tick()
        self.work()

    def run(self, order_id: str, minutes: int = 60) -> Head:
        """Let minutes pass until a message is over."""
        for _ in range(minutes):
            head = self.books.head(order_id)
            if head.ended_at:
                break
            self.minute()
        return self.books.head(order_id)

    def report(self, number: str, message_id: str, status: str = "delivered") -> str:
        """Bring one delivery report."""
        return self.delivery.settle(
            {
                "gateway": self.gateway.name,
                "id": message_id,
                "status": status,
                "reason": "",
                "mark": self.id_of(number),
            }
        )

    def parked(self) -> list[str]:
        """Bring the reports that wait, as long as some do."""
        outcomes = []
        for _ in range(8):
            self.clock.forward(minutes=11)
            while (message := self.reports.take()) is not None:
                outcomes.append(self.delivery.settle(message))
        return outcomes

    def report_on(self, order_id: str) -> Sum:
        """Add a message up, person by person."""
        head = self.books.head(order_id)
        batches = list(self.chunks.batches(head, 0, head.chunks))
        cells = [cell for _, cell in self.chunks.cells_of(head)]
        chunks = [Chunk.of(cell.value) for cell in cells]
        reports: dict[str, str] = {}
        for chunk in chunks:
            ids = [*chunk.results.get("sent", {}).values(), *chunk.found.values()]
            reports |= self.recipients.statuses(chunk.gateway, ids)
        pairs = list(zip(batches, chunks, strict=True))
        return whole(head, pairs, reports, stamp(self.clock.now()))


def an_order(
    *,
    id_: str = "b1",
    kind: Any = "broadcast",
    text: str = "Forum on Saturday. OWL. STOP to 38455",
    days: int = 3,
    **values: Any,
) -> Order:
    """Return an order to the commune 021201 for the next days, in one language."""
    base = Order(
        id=id_,
        kind=kind,
        texts={"en": text, "km-Latn": text},
        audience=Audience(communes=("021201",)),
        not_before=MORNING,
        not_after=MORNING + timedelta(days=days),
        author="dara",
    )
    return replace(base, **values)


def judged(stage: Stage, order_id: str = "b1") -> Sum:
    """Hold a ledger to the gateway's log: nobody twice, nobody lost without being listed."""
    head, text = stage.books.head(order_id), stage.books.body(stage.books.head(order_id)).texts
    accepted = {message: to for to, words, message in stage.gateway.log if words == text["en"]}
    assert max(Counter(accepted.values()).values(), default=0) <= 1
    batches = list(stage.chunks.batches(head, 0, head.chunks))
    for (_, cell), batch in zip(stage.chunks.cells_of(head), batches, strict=True):
        chunk = Chunk.of(cell.value)
        assert batch is not None
        for at, message in {**chunk.results.get("sent", {}), **chunk.found}.items():
            assert stage.id_of(accepted[message]) == batch.people[int(at)]
        for ats in [*chunk.results.get("rejected", {}).values(), *_skipped(chunk)]:
            got = {stage.id_of(to) for to in accepted.values()}
            assert not got & {batch.people[at] for at in ats}
    found = stage.report_on(order_id)
    assert found.adds_up
    assert found.faults == []
    return found


def _skipped(chunk: Chunk) -> list[list[int]]:
    return list(chunk.results.get("skipped", {}).values())


def worker_of(side: Office, gateway: PretendGateway, tokens: Iterator[int]) -> Broadcaster:
    """Return a worker on a stage of staff, which waits for nothing and tells nobody."""
    keys = OwnKeyRing(side.database, side.clock, (SENDER,))
    return Broadcaster(
        side.sweeper.ledger,
        DynamoAddressees(side.database, keys, side.clock),
        gateway,
        side.sweeper.queue,
        side.clock,
        Machine(lambda: 0.0, lambda _: None, lambda: 0.5, lambda: str(next(tokens))),
        lambda _event, **_fields: None,
    )
