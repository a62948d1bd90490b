"""This file sends one chunk: claimed first, posted at most once, recorded whole.

Between the claim and the record nobody else may touch a chunk. Whoever claimed it puts it back
only while nothing can have been posted; after the post, what is not known to be refused or
accepted stays in doubt for ever, for a second copy cannot be taken back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from chalicelib.capabilities.ledger import Batch, Chunk, results_of
from chalicelib.capabilities.ledger_answers import Decision, decided
from chalicelib.capabilities.ledger_books import Books
from chalicelib.capabilities.ledger_cells import Cell
from chalicelib.capabilities.ledger_chunks import Chunks, Job, Name
from chalicelib.capabilities.ledger_control import Control
from chalicelib.capabilities.ledger_people import Addressees
from chalicelib.capabilities.ledger_rules import TRIES
from chalicelib.capabilities.ledger_window import Hours
from chalicelib.channels.filing import Filing
from chalicelib.errors import CivicError, Unavailable
from chalicelib.observe import Observer
from chalicelib.ports import Clock, Lines
from chalicelib.telecom.messages import BulkResult

# The function has 45 seconds and a post may take 23 of them: none begins later than this, counted
# from when the chunk came, the wait in the line and whatever froze the worker included.
LATEST_POST = 20.0
COMES_BACK_WITHIN = 60.0
LONGEST_DELAY = 900
CLAIMS = 3
# An answer that is not kept leaves people in doubt for ever, so keeping it is tried again.
RECORDS, RECORD_WAIT = 3, 0.5


class ChunkQueue(Protocol):
    """The queue of chunks to send: their names, never a number. It is a hint, not the truth."""

    def send(self, message: dict[str, str], delay: int = 0) -> None:
        """Put one message on the queue, to be seen after some seconds."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The parts of the ledger that a sender works with."""

    books: Books
    chunks: Chunks
    control: Control
    filing: Filing
    hours: Hours


@dataclass(frozen=True, slots=True)
class Machine:
    """What a worker has of its machine: time that passes, patience, chance, a name of its own."""

    seconds: Callable[[], float]
    sleep: Callable[[float], None]
    chance: Callable[[], float]
    token: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Broadcaster:
    """Sends chunks that the queue names."""

    ledger: Ledger
    people: Addressees
    gateway: Lines
    queue: ChunkQueue
    clock: Clock
    machine: Machine
    observe: Observer

    def send(self, message: Mapping[str, str]) -> str:
        """Send one chunk, if it may be sent now; return what came of it.

        Raises:
            Unavailable: it was not posted; the queue should bring it again.
        """
        name = Name(message["broadcast"], int(message["epoch"]), int(message["chunk"]))
        outcome = self._sent(name)
        self.observe("chunk_sent", outcome=outcome)
        return outcome

    def _sent(self, name: Name) -> str:
        began = self.machine.seconds()
        job = self.ledger.chunks.look(name)
        hindrance = job.hindrance(self.clock.now(), self.ledger.hours)
        if hindrance or job.batch is None:
            return hindrance
        more = job.head is not None and name.n + 1 < job.head.gate
        wait = self.ledger.control.wait(len(job.batch.people), job.line, more=more)
        if wait is None:
            self._again(name, self.machine.chance() * COMES_BACK_WITHIN)
            return "in_line"
        if wait > 0:
            self.machine.sleep(wait)
        return self._in_turn(job, began)

    def _in_turn(self, job: Job, began: float) -> str:
        """Claim a chunk as it was seen and send it; look again where anything changed since."""
        for _ in range(CLAIMS):
            hindrance = job.hindrance(self.clock.now(), self.ledger.hours)
            cell = None if hindrance else self.ledger.chunks.claim(job, self.machine.token())
            if cell is not None or hindrance:
                return self._claimed(job, cell, began) if cell is not None else hindrance
            job = self.ledger.chunks.look(job.name)
        self._again(job.name, self.machine.chance() * COMES_BACK_WITHIN)
        return "contended"

    def _claimed(self, job: Job, cell: Cell, began: float) -> str:
        try:
            numbers, skipped = self._addressed(job)
        except Exception:
            # Nothing was posted: whatever went wrong, another try is safe.
            self.ledger.chunks.put_back(cell, tried=False)
            raise
        if not numbers:
            return self._recorded(job, cell, results_of(skipped=skipped), self.gateway.name)
        return self._decided(job, cell, numbers, skipped, self._posted(job, numbers, began))

    def _posted(self, job: Job, numbers: Mapping[int, str], began: float) -> BulkResult:
        """Post once. A fault of the gateway's own code may have come after the post."""
        text = job.order.texts[job.batch.language] if job.order and job.batch else ""
        route = job.batch.route if job.batch else ""
        if self.machine.seconds() - began > LATEST_POST:
            return BulkResult("deferred", reason="out_of_time", posted=False)
        try:
            return self.gateway.send_many(list(numbers.values()), text, route)
        except Exception as fault:  # noqa: BLE001 - after a post, every fault is doubt
            self.observe("post_failed", error=type(fault).__name__)
            return BulkResult("unknown", reason="fault")

    def _decided(
        self,
        job: Job,
        cell: Cell,
        numbers: Mapping[int, str],
        skipped: Mapping[int, str],
        answer: BulkResult,
    ) -> str:
        decision = decided(numbers, answer, Chunk.of(cell.value).tries)
        if answer.extra:
            self.observe("alarm", kind="numbers_not_asked_for", n=answer.extra)
        if decision.back:
            return self._put_back(job, cell, decision)
        results = {**decision.results, "skipped": results_of(skipped=skipped)["skipped"]}
        if results.get("unknown"):
            self.observe("post_unclear", n=len(results["unknown"]))
        by = answer.gateway or self.gateway.name
        outcome = self._recorded(job, cell, results, by)
        self._steered(job, decision)
        return outcome

    def _put_back(self, job: Job, cell: Cell, decision: Decision) -> str:
        self.ledger.chunks.put_back(cell, tried=True)
        if decision.pause:
            self._paused(job, decision.pause)
        elif Chunk.of(cell.value).tries + 1 < TRIES:
            # Full jitter, so that workers do not come back together; a gateway's wish is kept.
            wait = self.machine.chance() * decision.wait
            self._again(job.name, max(1.0, decision.least, wait))
        return "put_back"

    def _recorded(self, job: Job, cell: Cell, results: Mapping[str, object], by: str) -> str:
        """Keep what came of the post; nothing after this may bring the message again."""
        batch = job.batch or Batch("", ())
        try:
            kept = self._kept(cell, results, by)
            if kept is None:
                return self._late(job, batch, results, by)
            self.ledger.filing.file(job.name, kept, batch)
        except Unavailable as fault:
            self.observe("record_lost", error=type(fault).__name__)
            return "record_lost"
        return "recorded"

    def _kept(self, cell: Cell, results: Mapping[str, object], by: str) -> Cell | None:
        """Write the results, more than once where the database does not answer.

        Raises:
            Unavailable: it did not answer at any try; the sweeper will find the chunk in doubt.
        """
        for left in reversed(range(RECORDS)):
            try:
                return self.ledger.chunks.record(cell, by, results)
            except Unavailable:
                if not left:
                    raise
                self.machine.sleep(self.machine.chance() * RECORD_WAIT)
        return None

    def _late(self, job: Job, batch: Batch, results: Mapping[str, object], by: str) -> str:
        """Tell what is known of a chunk that was given up meanwhile; doubts can only shrink."""
        sent = results["sent"]
        known = {int(at): str(one) for at, one in sent.items()} if isinstance(sent, dict) else {}
        self.ledger.chunks.find(job.name, by, known)
        marks = {message_id: batch.people[at] for at, message_id in known.items() if message_id}
        self.ledger.filing.recipients.follow(by, marks, str(job.name))
        return "late"

    def _steered(self, job: Job, decision: Decision) -> None:
        """Let what the post showed count for the posts to come; it may fail, for this is done."""
        try:
            for at in decision.stopped:
                if job.batch is not None:
                    self.people.stop(job.batch.people[at])
            doubtful, breaker = decision.doubtful, job.breaker
            tripped = self.ledger.control.posted(job.name.order, doubtful=doubtful, seen=breaker)
            if decision.pause or tripped:
                self._paused(job, decision.pause or "too many posts without a clear answer")
        except CivicError as fault:
            self.observe("steering_lost", error=type(fault).__name__)

    def _paused(self, job: Job, why: str) -> None:
        if self.ledger.books.pause(job.name.order, why):
            self.observe("alarm", kind="paused")

    def _addressed(self, job: Job) -> tuple[dict[int, str], dict[int, str]]:
        """Return the numbers to post to by their places, and why the other places get nothing."""
        batch, order = job.batch, job.order
        if batch is None or order is None:
            raise Unavailable("the chunk is gone")
        reached = self.people.reach(batch.people)
        numbers: dict[int, str] = {}
        skipped: dict[int, str] = {}
        for at, person in enumerate(batch.people):
            one = reached.get(person)
            why = "forgotten" if one is None else "opted_out" if one.opted_out else ""
            if one is not None and not why:
                why = "" if one.number else "unreadable_number"
                why = "same_number" if one.number in numbers.values() else why
            if why or one is None:
                skipped[at] = why
            else:
                numbers[at] = one.number
        people = {at: batch.people[at] for at in numbers}
        skipped |= self.ledger.control.capped(order.kind, job.name, people)
        numbers = {at: one for at, one in numbers.items() if at not in skipped}
        if order.opens and numbers:
            self.people.invite([batch.people[at] for at in numbers], order.opens)
        return numbers, skipped

    def _again(self, name: Name, wait: float) -> None:
        delay = min(int(wait), LONGEST_DELAY)
        self.queue.send(to_send(name), delay)


def to_send(name: Name) -> dict[str, str]:
    """Return what the queue carries for a chunk."""
    return {"broadcast": name.order, "epoch": str(name.epoch), "chunk": str(name.n)}
