"""This file is the minute's tick: it moves every open message on, and repairs what broke off.

The tables are the truth and the queue is a hint: whatever the queue lost is put on it again from
here. It may run twice at once, late, or not for hours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from chalicelib.capabilities import ledger
from chalicelib.capabilities import ledger_waves as waves
from chalicelib.capabilities.ledger import (
    APPROVED,
    CANCELLED,
    DONE,
    DRAFT,
    OVER,
    PAUSED,
    PLANNED,
    PLANNING,
    RECORDED,
    SENDING,
    Chunk,
    Head,
    moment,
    stamp,
)
from chalicelib.capabilities.ledger_cells import Cell
from chalicelib.capabilities.ledger_chunks import HELD, Name
from chalicelib.capabilities.ledger_close import by_language
from chalicelib.capabilities.ledger_planner import Planner
from chalicelib.capabilities.ledger_rules import canary_chunks, canary_says, is_agreed
from chalicelib.capabilities.ledger_waves import Look
from chalicelib.channels.broadcaster import ChunkQueue, Ledger, to_send
from chalicelib.observe import Observer
from chalicelib.ports import Clock

# So many seconds after a message's time its planning may still succeed, to tell who got nothing.
PLANS_AFTER = 3600
# So many seconds a renewal of the contacts key may hold what waits: at a million people it takes
# two hours, and beyond this whoever began it went home.
HELD_FOR = 6 * 3600
NOT_LET_GO = "too late: nobody let it go"
NEVER_PLANNED = "too late: it was never planned"


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Moves messages on; every step holds only for the state it was decided on."""

    ledger: Ledger
    planner: Planner
    queue: ChunkQueue
    clock: Clock
    observe: Observer

    def tick(self) -> None:
        """Move every open message on; one that fails does not hold up the others.

        Most of what is open only waits for its reports: that is seen by one read for a hundred.
        """
        ids = self.ledger.books.open_ids()
        for order_id, head in zip(ids, self._heads(ids), strict=True):
            if head is not None and self._only_waits(head):
                continue
            try:
                self.advance(order_id)
            except Exception as fault:  # noqa: BLE001 - a poisoned one must not hold up the rest
                self.observe("tick_failed", error=type(fault).__name__)

    def _heads(self, ids: Sequence[str]) -> Sequence[Head | None]:
        """Read all heads at once; none of them where one is poisoned, for then each is tried."""
        try:
            return self.ledger.books.heads(ids)
        except Exception as fault:  # noqa: BLE001 - a poisoned one must not hold up the rest
            self.observe("heads_unread", error=type(fault).__name__)
            return [None] * len(ids)

    def advance(self, order_id: str) -> Head:
        """Do all that can be done for a message now; return how it stands after it."""
        head = self._readied(self.ledger.books.head(order_id))
        if head.state in {SENDING, PAUSED} and self._is_late(head):
            # From here on no chunk can be claimed; what flies is awaited before it has ended.
            head = self._moved(head, head.state, DONE)
        if head.state in {SENDING, PAUSED, CANCELLED, DONE} and not head.ended_at:
            head = self._swept(head)
        if head.closed:
            # Who closed it died before it was off the list of open ones.
            self.ledger.books.close(head)
        elif head.state in OVER and self._is_settled(head):
            self.ledger.books.close(head, self._outcomes(head))
            head = self.ledger.books.head(order_id)
        return head

    def _readied(self, head: Head) -> Head:
        """Bring a message to where it is sent, or to its end where its time is over before."""
        if head.state == DRAFT and self._is_late(head):
            head = self._moved(head, DRAFT, CANCELLED, ended_at=self._now(), why=NOT_LET_GO)
        if head.state == PLANNING:
            head = self._planned(head)
        if head.state == PLANNED and head.released and is_agreed(head):
            head = self._moved(head, PLANNED, APPROVED)
        if head.state in {PLANNED, APPROVED} and self._is_late(head):
            head = self._moved(head, head.state, DONE, ended_at=self._now(), why="too late")
        if head.state == PLANNED and head.released and self._is_open(head):
            # It goes out by itself, but grew beyond a few people since its forum was approved.
            self.observe("alarm", kind="not_agreed")
        if head.state == APPROVED and head.released and is_agreed(head) and self._is_open(head):
            head = self._moved(head, APPROVED, SENDING)
        return head

    def _planned(self, head: Head) -> Head:
        """Write the chunks, or end a message whose planning failed until long after its time."""
        try:
            if not self.planner.plan(head):
                self._note_hold(self.ledger.control.switched()[1])
        except Exception:
            if self._now() - head.not_after <= PLANS_AFTER:
                raise
            self.observe("alarm", kind="never_planned")
            return self._moved(head, PLANNING, DONE, ended_at=self._now(), why=NEVER_PLANNED)
        return self.ledger.books.head(head.id)

    def _swept(self, head: Head) -> Head:
        look = self._looked(head)
        ended = look.done == head.chunks or head.state in OVER
        if ended and not look.flying:
            return self._over(head)
        if head.state == SENDING and self._is_open(head):
            narrow, head = head.gate, self._gate(head, look)
            look = look if head.gate == narrow else self._looked(head)
        if head.state == SENDING and self._is_open(head):
            self._enqueue(head, look)
        return head

    def _looked(self, head: Head) -> Look:
        """Look at what may be under way, and as far beyond it as may go on the queue."""
        look, most = Look(waves.begins_at(head)), self._most(head)
        fills = head.state == SENDING and self._is_open(head)
        for name, cell in self.ledger.chunks.cells_of(head, look.done):
            is_full = look.unfinished >= most or name.n >= head.gate
            if name.n >= head.reached and (is_full or not fills):
                break
            look.take(head, name.n, Chunk.of(self._repaired(name, cell).value))
        return look

    def _repaired(self, name: Name, cell: Cell) -> Cell:
        """Give up a chunk whose worker is gone, and file one whose worker went after the post."""
        chunks, chunk = self.ledger.chunks, Chunk.of(cell.value)
        lost = chunks.is_lost(chunk)
        old = self._now() - chunk.since > ledger.GRACE.total_seconds()
        if not lost and not (chunk.state == RECORDED and old):
            return cell
        head = self.ledger.books.head(name.order)
        batch = next(chunks.batches(head, name.n, name.n + 1))
        kept = (chunks.give_up(cell, batch) if lost else cell) if batch is not None else None
        if batch is not None and kept is not None:
            if lost:
                # At the next look it is lost no more, whatever becomes of its doubts.
                self.observe("alarm", kind="chunk_lost")
            self.ledger.filing.file(name, kept, batch, again=True)
        (now,) = chunks.cells.read([name.state])
        return now

    def _gate(self, head: Head, look: Look) -> Head:
        """Let more chunks go when the first people of a message were reached."""
        says = canary_says(head, look.first, self._now() - look.since)
        if says == "pause":
            self._held(head)
        if says in {"pass", "more"} and waves.is_narrow(head):
            wide = head.chunks if says == "pass" else head.gate + 1

            def opened(now: Head) -> Head | None:
                return replace(now, gate=wide, enqueued_at=0) if now.gate == head.gate else None

            return self.ledger.books.change(head.id, opened) or self.ledger.books.head(head.id)
        return self.ledger.books.head(head.id) if says == "pause" else head

    def _held(self, head: Head) -> None:
        """Pause, for the first people failed; who lets it go on lets as many more be the first."""
        gate = min(head.chunks, head.gate + canary_chunks(head))
        why = "most of the first people failed"
        if self.ledger.books.pause(head.id, why, gate=gate, forgiven=head.gate):
            self.observe("alarm", kind="paused")

    def _note_hold(self, switch: Mapping[str, Any]) -> None:
        """Tell that what waits is held for longer than moving people to another key takes."""
        since = switch.get(HELD)
        if since and self._now() - int(since) > HELD_FOR:
            self.observe("alarm", kind="held_long")

    def _enqueue(self, head: Head, look: Look) -> None:
        """Put on the queue what is next: all again at first, each morning, and after a stop.

        The head knows of it first, so that nothing is on the queue that a cancel would not await.
        """
        now, opened = self._now(), stamp(self.ledger.hours.opened_at(self.clock.now()))
        _, switch = self.ledger.control.switched()
        self._note_hold(switch)
        # What the queue brought while sending was stopped is gone from it.
        started = int(switch.get("at", 0)) if switch.get("on") else 0
        fresh = head.enqueued_at <= started or head.enqueued_at < opened <= now
        wave = waves.next_wave(head, look, now, self._most(head), fresh=fresh)
        mark = partial(waves.marked, look=look, wave=wave, now=now, before=head)
        if self.ledger.books.change(head.id, mark) is not None:
            for n in wave.numbers:
                self.queue.send(to_send(Name(head.id, head.epoch, n)))

    def _outcomes(self, head: Head) -> dict[str, int]:
        """Read once, before the delivery states go, what became of everybody."""
        chunks = self.ledger.chunks
        states = (Chunk.of(cell.value) for _, cell in chunks.cells_of(head))
        pairs = zip(chunks.batches(head, 0, head.chunks), states, strict=True)
        return by_language(pairs, self.ledger.filing.recipients.statuses)

    def _most(self, head: Head) -> int:
        return waves.most_waiting(self.ledger.control.a_second, head.size)

    def _over(self, head: Head) -> Head:
        """Say when a message ended: every chunk is done, or it is over and nothing flies."""

        def ended(now: Head) -> Head | None:
            if now.ended_at or now.state != head.state:
                return None
            if now.state in OVER:
                return replace(now, ended_at=self._now())
            # Why it stood still says nothing of what was sent to everybody all the same.
            return replace(now, state=DONE, ended_at=self._now(), why="")

        self.ledger.books.change(head.id, ended)
        return self.ledger.books.head(head.id)

    def _moved(self, head: Head, old: str, new: str, **values: object) -> Head:
        moved = self.ledger.books.move(head.id, old, new, **values)
        return moved if moved is not None else self.ledger.books.head(head.id)

    def _is_open(self, head: Head) -> bool:
        now = self.clock.now()
        begun = moment(head.not_before) <= now <= moment(head.not_after)
        return begun and self.ledger.hours.is_open(now, head.late_until)

    def _is_late(self, head: Head) -> bool:
        return self._now() > head.not_after

    def _only_waits(self, head: Head) -> bool:
        """Whether nothing can be done for a message now: a draft in time, or reports to come."""
        if head.state == DRAFT:
            return not self._is_late(head)
        return bool(head.ended_at) and not head.closed and not self._is_settled(head)

    def _is_settled(self, head: Head) -> bool:
        wait = ledger.SETTLES_IN.total_seconds()
        return bool(head.ended_at) and not head.closed and self._now() - head.ended_at >= wait

    def _now(self) -> int:
        return stamp(self.clock.now())
