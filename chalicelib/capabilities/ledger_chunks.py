"""This file keeps the chunks of a message: whom each is for, who sends it, what came of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.capabilities.broadcasts import Order
from chalicelib.capabilities.ledger import (
    CHUNK_MOVES,
    DONE,
    GRACE,
    LEASE,
    READY,
    RECORDED,
    SENDING,
    Batch,
    Chunk,
    Head,
    order_of,
    results_of,
    stamp,
)
from chalicelib.capabilities.ledger_cells import Cell, Cells, Place
from chalicelib.capabilities.ledger_places import (
    LINE,
    SWITCH,
    body_place,
    breaker_place,
    head_place,
)
from chalicelib.capabilities.ledger_window import Hours
from chalicelib.errors import Unavailable
from chalicelib.ports import Clock

# Since when everything is held is a part of the switch, whose version each claim checks.
# Beside it stand the marks of the contacts keys that are valid, once there was a second one.
HELD, MARKS = "held", "marks"
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Name:
    """Which chunk: of which message, of which edit of it, its number."""

    order: str
    epoch: int
    n: int

    def __str__(self) -> str:
        return f"{self.order}/{self.epoch}/{self.n}"

    @classmethod
    def of(cls, written: str) -> "Name":
        """Read what `str` wrote."""
        order, epoch, n = written.rsplit("/", 2)
        return cls(order, int(epoch), int(n))

    @property
    def state(self) -> Place:
        """Where its state is."""
        return Place("chunks", str(self))

    @property
    def people(self) -> Place:
        """Where the list of its people is."""
        return Place("chunks", f"{self}/people")


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that decides whether a chunk may be sent, as it was read at one moment.

    `line` and `breaker` are what its sending will change besides.
    """

    name: Name
    switch: Cell
    head_cell: Cell
    cell: Cell
    head: Head | None
    chunk: Chunk
    order: Order | None
    batch: Batch | None
    line: Cell
    breaker: Cell

    def hindrance(self, now: datetime, hours: Hours) -> str:
        """Return why the chunk may not be sent now; empty where it may."""
        head = self.head
        if head is None or self.batch is None or self.order is None:
            return "gone"
        if not is_on(self.switch.value):
            return "switched_off"
        if head.state != SENDING or head.epoch != self.name.epoch:
            return "not_sending"
        if self.name.n >= head.gate:
            return "gated"
        if self.chunk.state != READY:
            return "taken"
        early, late = stamp(now) < head.not_before, stamp(now) > head.not_after
        return "closed" if early or late or not hours.is_open(now, head.late_until) else ""


def is_on(switch: Mapping[str, Any]) -> bool:
    """Whether the kill switch lets messages go; it does until somebody turns it, or holds it."""
    return bool(switch.get("on", True)) and not is_held(switch)


def is_held(switch: Mapping[str, Any]) -> bool:
    """Whether nothing is sent or planned because people are moved to another key."""
    return bool(switch.get(HELD))


class Chunks:
    """The chunks of all messages. Each move is one write that holds only for what was read."""

    def __init__(self, cells: Cells, clock: Clock) -> None:
        """Take the rows."""
        self.cells, self.clock = cells, clock

    def append(self, first: Name, batches: Sequence[Batch]) -> bool:
        """Add the next chunks, all or none; False where another planner did, to be read first."""
        names = [replace(first, n=first.n + at) for at in range(len(batches))]
        rows = [
            {"language": one.language, "people": list(one.people), "route": one.route}
            for one in batches
        ]
        cells = [Cell(name.people) for name in names]
        return self.cells.commit([*zip(cells, rows, strict=True)])

    def batches(self, head: Head, begin: int = 0, end: int | None = None) -> Iterator[Batch | None]:
        """Give whom the chunks are for; without an `end`, until the first that is not there."""
        at = begin
        while end is None or at < end:
            upto = at + AT_ONCE if end is None else min(at + AT_ONCE, end)
            names = [Name(head.id, head.epoch, n) for n in range(at, upto)]
            for cell in self.cells.read([one.people for one in names]):
                if end is None and not cell.version:
                    return
                yield _batch(cell)
            at = upto

    def cells_of(self, head: Head, first: int = 0) -> Iterator[tuple[Name, Cell]]:
        """Give the states of the chunks of a message, all or from one on."""
        for begin in range(first, head.chunks, AT_ONCE):
            numbers = range(begin, min(begin + AT_ONCE, head.chunks))
            names = [Name(head.id, head.epoch, n) for n in numbers]
            yield from zip(names, self.cells.read([one.state for one in names]), strict=True)

    def look(self, name: Name) -> Job:
        """Read all that decides about a chunk; one call."""
        places = [SWITCH, head_place(name.order), name.state, name.people]
        places += [body_place(name.order, name.epoch), LINE, breaker_place(name.order)]
        switch, head, cell, people, body, line, breaker = self.cells.read(places)
        return Job(
            name,
            switch,
            head,
            cell,
            Head.of(head.value) if head.version else None,
            Chunk.of(cell.value),
            order_of(body.value) if body.version else None,
            _batch(people),
            line,
            breaker,
        )

    def claim(self, job: Job, owner: str) -> Cell | None:
        """Take a chunk for sending, if the switch, the message and the chunk are as they were read.

        Raises:
            Unavailable: the database did not answer, and no answer says that the claim holds.
        """
        now = stamp(self.clock.now())
        lease = now + int(LEASE.total_seconds())
        taken = replace(job.chunk, state=SENDING, owner=owner, lease=lease, since=now).plain()
        try:
            if not self.cells.commit(
                [(job.switch, None), (job.head_cell, None), (job.cell, taken)]
            ):
                return None
        except Unavailable:
            (cell,) = self.cells.read([job.name.state])
            if Chunk.of(cell.value).owner != owner:
                raise
            return cell
        return Cell(job.name.state, job.cell.version + 1, taken)

    def put_back(self, cell: Cell, *, tried: bool) -> bool:
        """Put a chunk back that was surely not posted; only who claimed it may, as `cell` shows."""
        chunk = Chunk.of(cell.value)
        back = replace(
            chunk,
            owner="",
            lease=0,
            since=stamp(self.clock.now()),
            tries=chunk.tries + 1 if tried else chunk.tries,
        )
        return self._moved(cell, back, READY) is not None

    def record(self, cell: Cell, gateway: str, results: Mapping[str, Any]) -> Cell | None:
        """Keep what came of a post, all at once; None where the sweeper gave it up before.

        What was written before without an answer counts, so that the same call may be made again.

        Raises:
            Unavailable: the database did not answer, and no answer says that it is kept.
        """
        since = stamp(self.clock.now())
        chunk = replace(Chunk.of(cell.value), gateway=gateway, results=results, since=since)
        fault: Unavailable | None = None
        try:
            kept = self._moved(cell, chunk, RECORDED)
        except Unavailable as lost:
            kept, fault = None, lost
        if kept is not None:
            return kept
        (now,) = self.cells.read([cell.place])
        if _holds(now, chunk):
            return now
        if fault is not None and now.version == cell.version:
            raise fault
        return None

    def filed(self, cell: Cell) -> None:
        """Say that each message of a recorded chunk has its row."""
        self._moved(cell, Chunk.of(cell.value), DONE)

    def is_lost(self, chunk: Chunk) -> bool:
        """Whether nobody can still be sending a chunk; the clock says when to look, no more."""
        limit = chunk.lease + GRACE.total_seconds()
        return chunk.state == SENDING and stamp(self.clock.now()) > limit

    def give_up(self, cell: Cell, batch: Batch) -> Cell | None:
        """Leave a lost chunk: nobody knows whether its people got the message."""
        return self.record(cell, "", results_of(unknown=tuple(range(len(batch.people)))))

    def find(self, name: Name, gateway: str, sent: Mapping[int, str]) -> bool:
        """Note a gateway's message ids, known after all, for places that are in doubt."""
        (cell,) = self.cells.read([name.state])
        row = with_found(Chunk.of(cell.value), gateway, sent)
        return row is not None and self.cells.write(cell, row.plain()) is not None

    def _moved(self, cell: Cell, chunk: Chunk, state: str) -> Cell | None:
        old = Chunk.of(cell.value).state
        if state not in CHUNK_MOVES[old]:
            raise ValueError(f"a chunk that is {old} never becomes {state}")
        return self.cells.write(cell, replace(chunk, state=state).plain())


def _holds(cell: Cell, written: Chunk) -> bool:
    """Whether a row has the results that a worker wrote; nobody else posts what it claimed."""
    there = Chunk.of(cell.value)
    told = (there.owner, there.gateway, there.results)
    return there.state == RECORDED and told == (written.owner, written.gateway, written.results)


def _batch(cell: Cell) -> Batch | None:
    if not cell.version:
        return None
    value = cell.value
    return Batch(value["language"], tuple(value["people"]), value.get("route", ""))


def with_found(chunk: Chunk, gateway: str, sent: Mapping[int, str]) -> Chunk | None:
    """Return a chunk with message ids of places in doubt; None where it has none of them.

    A chunk that was given up knows no gateway yet, and reports are kept under the gateway's ids.
    """
    doubt = set(chunk.results.get("unknown", ())) - {int(at) for at in chunk.found}
    found = {str(at): one for at, one in sent.items() if at in doubt}
    if not found:
        return None
    return replace(chunk, gateway=chunk.gateway or gateway, found={**chunk.found, **found})
