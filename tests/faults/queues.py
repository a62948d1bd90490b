"""This file stands in for SQS: it speaks its protocol, keeps the moved clock, and disturbs.

Messages come twice, late, in any order, or are gone, as SQS allows itself in the worst case. It
also knows which worker is busy, so that time is only moved while nobody works.
"""

import hashlib
import json
import random
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from infra.local.exchange import Answer, Request, shown
from infra.local.server import Server
from tests.faults.clock import MovedClock

CHUNKS, REPORTS, TICKS = "chunks", "reports", "ticks"
# As in the template; a tick that fails is not repeated, the next minute brings another.
VISIBILITY, MOST_RECEIVES = {CHUNKS: 300, REPORTS: 180, TICKS: 86_400}, 5
POLL_SECONDS = 1.0
TARGET = "AmazonSQS."


@dataclass(slots=True)
class Held:
    """One message: when it may be seen, and how often it was."""

    id: str
    body: str
    at: float
    receives: int = 0


@dataclass(slots=True)
class Disturbance:
    """What the queue of chunks does to its messages; by default nothing."""

    most_copies: int = 1
    longest_delay: float = 0.0
    shuffled: bool = False


@dataclass(slots=True)
class Worker:
    """What a worker does as far as the queues know."""

    queue: str
    idle: bool = False
    until: float | None = None


@dataclass
class Queues:
    """All queues of one run, over HTTP, in the process that conducts it."""

    clock: MovedClock
    chance: random.Random
    disturbance: Disturbance = field(default_factory=Disturbance)
    held: defaultdict[str, dict[str, Held]] = field(default_factory=lambda: defaultdict(dict))
    dead: list[Held] = field(default_factory=list)
    workers: dict[str, Worker] = field(default_factory=dict)
    made: int = 0

    def __post_init__(self) -> None:
        self.turn, self.closed = threading.Condition(), False
        self.calls: dict[str, Callable[[str, dict[str, Any]], dict[str, Any]]] = {
            "SendMessage": self._send,
            "ReceiveMessage": self._receive,
            "DeleteMessage": self._delete,
            "Sleep": self._sleep,
        }
        self.server = Server(0)
        self.server.parts = (self.answer,)
        threading.Thread(target=self.server.serve, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        with self.turn:
            self.closed = True
            self.turn.notify_all()
        self.server.shutdown()
        self.server.server_close()

    def url(self, worker: str, queue: str) -> str:
        """Return the address of a queue as one worker is told it, so that calls say who calls."""
        return f"{self.server.url}/{worker}/{queue}"

    def answer(self, request: Request) -> Answer:
        """Answer one call of SQS's JSON protocol."""
        wish = json.loads(request.body)
        call = self.calls[request.headers.read("X-Amz-Target").removeprefix(TARGET)]
        who, queue = wish["QueueUrl"].split("/")[-2:]
        with self.turn:
            return shown(200, call(who, {**wish, "queue": queue}), "application/x-amz-json-1.0")

    def put(self, queue: str, body: str, delay: float = 0.0) -> None:
        """Put one message on a queue."""
        with self.turn:
            self._kept(queue, body, delay)
            self.turn.notify_all()

    def purge(self, queue: str) -> int:
        """Lose all that a queue holds; return how many that were."""
        with self.turn:
            lost = len(self.held[queue])
            self.held[queue].clear()
            return lost

    def redrive(self, bodies: Iterable[str]) -> None:
        """Put dead messages on the queue of chunks again."""
        for body in bodies:
            self.put(CHUNKS, body)

    def hello(self, worker: str, queue: str) -> None:
        """Know a worker that is being started."""
        with self.turn:
            self.workers[worker] = Worker(queue)

    def goodbye(self, worker: str) -> None:
        """Forget a worker that is gone or frozen."""
        with self.turn:
            self.workers.pop(worker, None)

    def is_quiet(self) -> bool:
        """Whether every worker waits: for a message, or for time to pass."""
        with self.turn:
            now = self.clock.seconds()
            working = any(not one.idle and (one.until or 0) <= now for one in self.workers.values())
            polled = {one.queue for one in self.workers.values() if one.idle}
            return not working and not any(self._visible(name, now) for name in polled)

    def next_at(self) -> float | None:
        """Return when the next message may be seen, or the next sleeper wakes."""
        with self.turn:
            now = self.clock.seconds()
            times = [one.until for one in self.workers.values() if one.until is not None]
            times += [one.at for name in self._consumed() for one in self.held[name].values()]
            return min((at for at in times if at > now), default=None)

    def wake(self) -> None:
        """Tell everybody that time has moved."""
        with self.turn:
            self.turn.notify_all()

    def _consumed(self) -> set[str]:
        return {one.queue for one in self.workers.values()}

    def _visible(self, queue: str, now: float) -> list[Held]:
        return [one for one in self.held[queue].values() if one.at <= now]

    def _kept(self, queue: str, body: str, delay: float) -> Held:
        self.made += 1
        held = Held(str(self.made), body, self.clock.seconds() + delay)
        self.held[queue][held.id] = held
        return held

    def _send(self, _: str, wish: dict[str, Any]) -> dict[str, Any]:
        body, delay, kept = wish["MessageBody"], wish.get("DelaySeconds", 0), None
        disturbance = self.disturbance if wish["queue"] == CHUNKS else Disturbance()
        for _copy in range(self.chance.randint(1, disturbance.most_copies)):
            more = self.chance.uniform(0, disturbance.longest_delay)
            kept = self._kept(wish["queue"], body, delay + more)
        self.turn.notify_all()
        return {"MessageId": kept.id if kept else "", "MD5OfMessageBody": _digest(body)}

    def _receive(self, who: str, wish: dict[str, Any]) -> dict[str, Any]:
        worker = self.workers.get(who)
        if worker is None:
            return {}
        worker.idle = True
        queue, most = wish["queue"], wish.get("MaxNumberOfMessages", 1)
        self.turn.wait_for(lambda: self.closed or self._is_there(who, queue), POLL_SECONDS)
        taken = self._taken(queue, most) if self._is_there(who, queue) else []
        worker.idle = not taken
        return {"Messages": [_shown(one) for one in taken]} if taken else {}

    def _is_there(self, who: str, queue: str) -> bool:
        return who in self.workers and bool(self._visible(queue, self.clock.seconds()))

    def _taken(self, queue: str, most: int) -> list[Held]:
        now = self.clock.seconds()
        seen = self._visible(queue, now)
        if self.disturbance.shuffled:
            self.chance.shuffle(seen)
        taken = []
        for one in seen[:most]:
            one.receives += 1
            one.at = now + VISIBILITY[queue]
            if one.receives > MOST_RECEIVES:
                self.dead.append(self.held[queue].pop(one.id))
            else:
                taken.append(one)
        return taken

    def _delete(self, _: str, wish: dict[str, Any]) -> dict[str, Any]:
        self.held[wish["queue"]].pop(wish["ReceiptHandle"], None)
        return {}

    def _sleep(self, who: str, wish: dict[str, Any]) -> dict[str, Any]:
        """Let a worker sleep by the moved clock."""
        until, worker = self.clock.seconds() + wish["seconds"], self.workers.get(who)
        if worker is not None:
            worker.until = until
        while not self.closed and self.clock.seconds() < until and who in self.workers:
            self.turn.wait(0.2)
        if worker is not None:
            worker.until = None
        return {}


def _digest(body: str) -> str:
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()


def _shown(one: Held) -> dict[str, Any]:
    return {
        "MessageId": one.id,
        "ReceiptHandle": one.id,
        "Body": one.body,
        "MD5OfBody": _digest(one.body),
        "Attributes": {"ApproximateReceiveCount": str(one.receives)},
    }
