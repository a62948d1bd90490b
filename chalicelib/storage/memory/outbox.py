"""This file keeps messages in memory between the decision to send and the one POST."""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.capabilities.subscribers import CONFIRM, REPLY, SCREEN
from chalicelib.storage.base import Kind
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.memory.base import MemoryDatabase, Write, gone, is_absent, saved
from chalicelib.storage.memory.limits import MemoryLimits
from chalicelib.storage.outbox import Waiting
from chalicelib.telecom import segments
from chalicelib.telecom.messages import Party

TABLE = "outbox"


class MemoryOutbox:
    """See `ports.Outbox`. `queue` holds the ids the sender is woken for, oldest first."""

    def __init__(self, database: MemoryDatabase, keys: KeyRing, limits: MemoryLimits) -> None:
        """Begin with an empty queue."""
        self.database, self.keys, self.limits = database, keys, limits
        self.queue: deque[str] = deque()

    def put(
        self,
        message_class: str,
        party: Party,
        text: str,
        *,
        dedupe_id: str,
        not_after: datetime,
        last: bool = False,
        paid: bool = False,
        told: Mapping[str, str] | None = None,
    ) -> list[Write]:
        """Return the writes that accept a message; see `ports.Outbox`."""
        parts = 0 if message_class == SCREEN else segments.measure(text).segments
        waiting = Waiting(
            message_class, party.address, text, parts, not_after, via=party.via, told=told or {}
        )
        row = saved({"waiting": waiting})
        accept = Write("outbox", Kind.SAVE, TABLE, dedupe_id, row, is_absent)
        if paid:
            return [accept]
        if message_class == CONFIRM:
            return [accept, *self.limits.confirming(party)]
        return [accept, *self.limits.replying(party, parts, last=last)]

    def dedupe_id(self, *parts: str) -> str:
        """Return the id of the message that this cause may have, and no second."""
        return self.dedupe_ids(*parts)[0]

    def dedupe_ids(self, *parts: str) -> list[str]:
        """Return every id that a message of this cause may wait under, this month's first."""
        return self.keys.now().monthly("outbox", *parts)

    def nudge(self, dedupe_id: str) -> None:
        """Wake the sender for one message."""
        with self.database.calling("queue"):
            self.queue.append(dedupe_id)


class MemoryBox:
    """See `storage.outbox.SenderBox`."""

    def __init__(self, database: MemoryDatabase, limits: MemoryLimits) -> None:
        """Take the tables and the money of the day."""
        self.database, self.limits = database, limits

    def find(self, dedupe_id: str) -> Waiting | None:
        """Read a message; None where it is gone, or too late and dropped. It stays in the box."""
        with self.database.calling("get"):
            row = self.database.row(TABLE, dedupe_id)
        if row is None:
            return None
        found: Waiting = row["waiting"]
        waiting = replace(found, kept=(dedupe_id, row), purse=self.limits.purse())
        if waiting.not_after < self.limits.clock.now():
            self.drop(waiting)
            return None
        return waiting

    def take(self, waiting: Waiting) -> None:
        """Take a message out and pay for it, all or nothing."""
        dedupe_id, _ = waiting.kept
        out = Write("outbox", Kind.DELETE, TABLE, dedupe_id, gone, lambda row: row is not None)
        capped = waiting.message_class == REPLY
        paid = self.limits.spending(waiting.purse, waiting.segments, capped=capped)
        self.database.commit([out, paid])

    def drop(self, waiting: Waiting) -> None:
        """Delete a message that will never be posted."""
        dedupe_id, _ = waiting.kept
        self.database.write(Write("outbox", Kind.DELETE, TABLE, dedupe_id, gone))

    def put_back(self, waiting: Waiting) -> None:
        """Store a message again that was taken and surely not posted, and its money too."""
        dedupe_id, row = waiting.kept
        back = Write("outbox", Kind.SAVE, TABLE, dedupe_id, saved(row), is_absent)
        self.database.commit([back, self.limits.refunding(waiting.purse, waiting.segments)])

    def refund(self, waiting: Waiting) -> None:
        """Give back what a message was paid with."""
        self.database.commit([self.limits.refunding(waiting.purse, waiting.segments)])
