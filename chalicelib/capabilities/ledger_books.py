"""This file keeps the messages to many: ordered, agreed to, let go, paused, ended."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.capabilities.broadcasts import Order
from chalicelib.capabilities.ledger import (
    APPROVED,
    CANCELLED,
    DRAFT,
    FEW,
    MOVES,
    OVER,
    PAUSED,
    PLANNED,
    PLANNING,
    SENDING,
    Head,
    order_of,
    plain_order,
    stamp,
)
from chalicelib.capabilities.ledger_cells import CONFLICTS, Cells, Place, changed
from chalicelib.capabilities.ledger_places import (
    SHARDS,
    body_place,
    ended_place,
    head_place,
    shelf_place,
)
from chalicelib.capabilities.ledger_rules import digest_of, is_agreed, needs_two
from chalicelib.errors import NotAcceptable, NotFound, Unavailable
from chalicelib.ports import Clock

ORDER_ID = re.compile(r"[^\s#]{1,100}")
EDITABLE = frozenset({DRAFT, PLANNING, PLANNED, APPROVED})
Change = Callable[[Head], Head | None]


class Books:
    """See `capabilities.broadcasts.Ledger`; the rest is for staff and for the minute's tick."""

    def __init__(self, cells: Cells, clock: Clock, size: int, few: int = FEW) -> None:
        """Take the rows; a chunk has `size` people, a forum of `few` needs no second person."""
        self.cells, self.clock, self.size, self.few = cells, clock, size, few

    def order(self, order: Order) -> bool:
        """Accept an order that goes out by itself once it may; False where it is there already.

        What is there stays as it was ordered: the same cause an hour later is the same message.
        """
        return self._accepted(order, PLANNING, released=True) is None

    def draft(self, order: Order) -> bool:
        """Keep an order that waits for its author; False where it is there already.

        Raises:
            NotAcceptable: one of that id is there with other words, people or times.
        """
        there = self._accepted(order, DRAFT, released=False)
        if there is not None and there.digest != digest_of(order):
            raise NotAcceptable(
                f"{order.id} is there already with other words, people or times: "
                "take another id, or edit it"
            )
        return there is None

    def edit(self, order: Order) -> Head:
        """Put other words, audience or window in the place of a draft's; who agreed did to those.

        Raises:
            NotFound: there is no such message.
            NotAcceptable: it is being sent or over, or is no message of this kind.
        """
        head = self.head(order.id)
        if head.kind != order.kind:
            # Its words are its forum's, and whoever agrees to them reads them there.
            raise NotAcceptable(f"{order.id} is no {order.kind}: only one of those is edited")
        if head.state not in EDITABLE:
            raise NotAcceptable(f"{order.id} is {head.state}: what is being sent cannot be edited")
        places = [head_place(order.id), body_place(order.id, head.epoch + 1)]
        there, body = self.cells.read(places)
        edited = self._headed(order, DRAFT, epoch=head.epoch + 1)
        whole = [(there, edited.plain()), (body, plain_order(order))]
        if Head.of(there.value) != head or not self.cells.commit(whole):
            raise NotAcceptable(f"somebody else changed {order.id} at the same time: look again")
        return edited

    def head(self, order_id: str) -> Head:
        """Return the small row of a message.

        Raises:
            NotFound: there is none.
        """
        (head,) = self.heads([order_id])
        if head is None:
            raise NotFound(f"no message {order_id}: `owl broadcast list` shows those that are open")
        return head

    def heads(self, ids: Sequence[str]) -> list[Head | None]:
        """Return the small rows of messages; None where there is none."""
        cells = self.cells.read([head_place(one) for one in ids])
        # What is no id may be where the body of another message is.
        return [Head.of(cell.value) if "state" in cell.value else None for cell in cells]

    def body(self, head: Head) -> Order:
        """Return the order as it was last edited."""
        (cell,) = self.cells.read([body_place(head.id, head.epoch)])
        return order_of(cell.value)

    def open_ids(self) -> list[str]:
        """Return every message that is not closed yet; one call."""
        places = [Place("control", f"open/{n}") for n in range(SHARDS)]
        found = [one for cell in self.cells.read(places) for one in cell.value.get("ids", ())]
        return sorted(found)

    def change(self, order_id: str, change: Change) -> Head | None:
        """Change a small row by what it says now; None where `change` gave None.

        Raises:
            ValueError: a move that no message makes; a programming error, met in tests.
        """

        def checked(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
            old = Head.of(row) if row else None
            new = change(old) if old is not None else None
            if old is None or new is None:
                return None
            if new.state != old.state and new.state not in MOVES[old.state]:
                raise ValueError(f"{old.state} never becomes {new.state}")
            return new.plain()

        cell = changed(self.cells, head_place(order_id), checked)
        return Head.of(cell.value) if cell is not None else None

    def move(self, order_id: str, old: str, new: str, **values: Any) -> Head | None:
        """Move a message from one state to another; None where it is in another by now."""

        def moved(head: Head) -> Head | None:
            return replace(head, state=new, **values) if head.state == old else None

        return self.change(order_id, moved)

    def sign(self, order_id: str, name: str, seen: str) -> Head:
        """Note that somebody agrees to a message as they saw it; `seen` is what `Head.seen` was.

        Raises:
            NotAcceptable: saying what must happen first, or who must agree.
        """
        head = self.head(order_id)
        if head.state != PLANNED:
            late = "it was approved before" if head.state == APPROVED else "too late"
            first = "run `owl broadcast preview` first" if head.state == DRAFT else late
            raise NotAcceptable(f"{order_id} is {head.state}: {first}")
        if needs_two(head) and name == head.author:
            raise NotAcceptable(f"{name} wrote {order_id}: somebody else must approve it")

        def signed(now: Head) -> Head | None:
            if now.state != PLANNED or now.seen != seen:
                return None
            agreed = replace(now, signers=tuple(sorted({*now.signers, name})))
            return replace(agreed, state=APPROVED) if is_agreed(agreed) else agreed

        said = f"{order_id} was changed or approved meanwhile: preview it again"
        return self._must(self.change(order_id, signed), said)

    def release(self, order_id: str) -> Head:
        """Let an agreed message go, at its time.

        Raises:
            NotAcceptable: too few people agreed, it was let go before, or it is over.
        """
        head = self.head(order_id)
        if head.released or head.state in {SENDING, PAUSED} or head.state in OVER:
            raise NotAcceptable(f"{order_id} is {head.state}: it was let go before")
        if head.state != APPROVED:
            raise NotAcceptable(f"{order_id} is {head.state}: approve it first")

        def released(now: Head) -> Head | None:
            may = now.state == APPROVED and not now.released
            return replace(now, released=True) if may else None

        said = f"{order_id} was changed or let go meanwhile"
        return self._must(self.change(order_id, released), said)

    def pause(self, order_id: str, why: str, **values: Any) -> bool:
        """Stop sending for now; False where it is not being sent."""
        return self.move(order_id, SENDING, PAUSED, why=why, **values) is not None

    def resume(self, order_id: str) -> bool:
        """Go on sending; False where it is not paused. What waits is put on the queue again."""
        return self.move(order_id, PAUSED, SENDING, why="", enqueued_at=0) is not None

    def cancel(self, order_id: str, why: str) -> bool:
        """Stop what was not posted yet, for good; False where there is nothing to stop."""

        def cancelled(head: Head) -> Head | None:
            if head.state in OVER:
                return None
            # What is being posted is awaited before the rest counts as skipped.
            begun = head.state in {SENDING, PAUSED}
            ended = 0 if begun else stamp(self.clock.now())
            return replace(head, state=CANCELLED, why=why, ended_at=ended)

        return self.change(order_id, cancelled) is not None

    def mark_resent(self, order_id: str) -> None:
        """Say that who was unconfirmed is written to once more, by a message of its own."""
        self.change(order_id, lambda now: None if now.resent else replace(now, resent=True))

    def close(self, head: Head, outcomes: Mapping[str, int] | None = None) -> None:
        """Say that no news is expected of a message, and take it off the list of open ones.

        `outcomes` are what became of its people, by language.
        """

        def ended(now: Head) -> Head | None:
            return None if now.closed else replace(now, closed=True, outcomes=dict(outcomes or {}))

        # Whoever dies in between is made up for as long as it is open, so that goes last.
        self._list_as_ended(head)
        self.change(head.id, ended)

        def without(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
            ids = [one for one in row.get("ids", ()) if one != head.id]
            return {"ids": ids} if len(ids) < len(row.get("ids", ())) else None

        changed(self.cells, shelf_place(head.id), without)

    def ended_ids(self, month: str) -> list[str]:
        """Return every closed message that ended in a month, as `2026-11`; one call."""
        places = [Place("control", f"ended/{month}/{n}") for n in range(SHARDS)]
        found = [one for cell in self.cells.read(places) for one in cell.value.get("ids", ())]
        return sorted(found)

    def _list_as_ended(self, head: Head) -> None:
        """Put a message on the list of its month, so that reports find it; twice is once."""

        def listed(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
            ids = {*row.get("ids", ()), head.id}
            return {"ids": sorted(ids)} if len(ids) > len(row.get("ids", ())) else None

        changed(self.cells, ended_place(head), listed)

    def _accepted(self, order: Order, state: str, *, released: bool) -> Head | None:
        """Keep an order; return what is there of that id instead, None where nothing was."""
        if not ORDER_ID.fullmatch(order.id):
            raise NotAcceptable(f"'{order.id}' is no id: write up to 100 letters, no spaces")
        head = self._headed(order, state, released=released)
        places = [head_place(order.id), body_place(order.id, 1), shelf_place(order.id)]
        for _ in range(CONFLICTS):
            first, body, shelf = self.cells.read(places)
            if first.version:
                return Head.of(first.value)
            ids = {"ids": sorted({*shelf.value.get("ids", ()), order.id})}
            if self.cells.commit([(first, head.plain()), (body, plain_order(order)), (shelf, ids)]):
                return None
        raise Unavailable("others order at the same moment")

    def _headed(self, order: Order, state: str, **values: Any) -> Head:
        return Head(
            id=order.id,
            kind=order.kind,
            state=state,
            author=order.author,
            digest=digest_of(order),
            not_before=stamp(order.not_before),
            not_after=stamp(order.not_after),
            late_until=order.late_until,
            signers=_approvers(order),
            size=self.size,
            few=self.few,
            **values,
        )

    def _must(self, head: Head | None, said: str) -> Head:
        if head is None:
            raise NotAcceptable(said)
        return head


def _approvers(order: Order) -> tuple[str, ...]:
    """Return who approved a forum's message where its forum is planned; nobody elsewhere."""
    by = order.facts.get("approved_by", "") if order.kind == "forum" else ""
    return (by,) if by else ()
