"""This file keeps messages between the decision to send and the one POST that sends them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.capabilities.subscribers import CONFIRM, REPLY, SCREEN
from chalicelib.errors import Unavailable
from chalicelib.observe import TRACE, trace
from chalicelib.storage.base import Database, Kind, Write, answering
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.limits import Limits
from chalicelib.storage.seals import opened_by_sender, sealed_to_sender
from chalicelib.storage.wire import Wire
from chalicelib.telecom import segments
from chalicelib.telecom.messages import Party


class OutboxRow(Model):
    """One message, sealed to the sender; deleted before its POST."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "outbox"

    id = UnicodeAttribute(hash_key=True)
    message_class = UnicodeAttribute()
    network = UnicodeAttribute()
    segments = NumberAttribute()
    sealed = BinaryAttribute(legacy_encoding=False)
    not_after = NumberAttribute()
    expires = NumberAttribute()


@dataclass(frozen=True, slots=True, repr=False)
class Waiting:
    """One message as the sender finds it.

    `via` is the gateway that its cause came through, `told` what a screen needs beside its words;
    `kept` is its row, `purse` the day that pays for it.
    """

    message_class: str
    number: str
    text: str
    segments: int
    not_after: datetime
    via: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    kept: Any = None
    purse: str = ""


class Queue:
    """One SQS queue. Its messages carry ids and statuses, never numbers or texts."""

    def __init__(self, database: Database, url: str) -> None:
        """Make no wire yet: most hops send nothing."""
        self.database, self.url = database, url

    @cached_property
    def wire(self) -> Wire:
        """The wire to SQS."""
        return self.database.wire_to("sqs")

    def send(self, message: dict[str, str], delay: int = 0) -> None:
        """Put one message on the queue, to be seen after some seconds.

        Raises:
            Unavailable: the queue did not take it.
        """
        try:
            self.wire.call(
                "SendMessage",
                QueueUrl=self.url,
                MessageBody=json.dumps(message),
                DelaySeconds=delay,
                MessageAttributes=_traced(),
            )
        except (BotoCoreError, ClientError) as fault:
            raise Unavailable(f"the queue did not answer: {type(fault).__name__}") from None


def _traced() -> dict[str, dict[str, str]]:
    told = trace()
    return {TRACE: {"DataType": "String", "StringValue": told}} if told else {}


class DynamoOutbox:
    """The phone side's end: accepts a message within its budgets, and wakes the sender."""

    def __init__(self, database: Database, keys: KeyRing, limits: Limits, queue: Queue) -> None:
        """Bind the table."""
        self.keys, self.limits, self.queue = keys, limits, queue
        self.rows = database.bound(OutboxRow)

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
        within = json.dumps([party.address, text, party.via, told or {}])
        row = self.rows(
            dedupe_id,
            message_class=message_class,
            network=party.network,
            segments=parts,
            sealed=sealed_to_sender(self.keys.now(), within),
            not_after=int(not_after.timestamp()),
            expires=int(not_after.timestamp()),
        )
        absent = self.rows.id.does_not_exist()
        accept = Write("outbox", Kind.SAVE, lambda t: t.save(row, absent), self.rows)
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
        self.queue.send({"id": dedupe_id})


class SenderBox:
    """The sender's end: a message is taken out for good, then it may be posted once."""

    def __init__(self, database: Database, keys: KeyRing, limits: Limits) -> None:
        """Bind the table."""
        self.database, self.keys, self.limits = database, keys, limits
        self.rows = database.bound(OutboxRow)

    def find(self, dedupe_id: str) -> Waiting | None:
        """Read a message; None where it is gone, or too late and dropped. It stays in the box."""
        (row,) = self.database.get([(self.rows, (dedupe_id,))])
        if row is None:
            return None
        waiting = self._opened(row)
        if waiting.not_after < self.limits.clock.now():
            self.drop(waiting)
            return None
        return waiting

    def take(self, waiting: Waiting) -> None:
        """Take a message out and pay for it, all or nothing.

        The wire's repeats of this call carry one token, so a lost answer loses no message.
        A token of the message's own would let two wakings of the queue both take it.

        Raises:
            Refused: as `outbox` where another took it, as `spend` where the day's money is
                gone; a confirmation is paid all the same.
        """
        row, there = waiting.kept, self.rows.id.exists()
        out = Write("outbox", Kind.DELETE, lambda t: t.delete(row, there), self.rows)
        capped = waiting.message_class == REPLY
        paid = self.limits.spending(waiting.purse, waiting.segments, capped=capped)
        self.database.commit([out, paid])

    def drop(self, waiting: Waiting) -> None:
        """Delete a message that will never be posted."""
        with answering():
            waiting.kept.delete()

    def put_back(self, waiting: Waiting) -> None:
        """Store a message again that was taken and surely not posted, and its money too."""
        row, absent = waiting.kept, self.rows.id.does_not_exist()
        back = Write("outbox", Kind.SAVE, lambda t: t.save(row, absent), self.rows)
        self.database.commit([back, self.limits.refunding(waiting.purse, waiting.segments)])

    def refund(self, waiting: Waiting) -> None:
        """Give back what a message was paid with.

        A transaction of one, for the wire's repeats of it are harmless.
        """
        self.database.commit([self.limits.refunding(waiting.purse, waiting.segments)])

    def _opened(self, row: OutboxRow) -> Waiting:
        number, text, *more = json.loads(opened_by_sender(self.keys.now(), row.sealed))
        # A row of the version before has no more.
        via, told = more or ("", {})
        return Waiting(
            row.message_class,
            number,
            text,
            int(row.segments),
            datetime.fromtimestamp(float(row.not_after), UTC),
            via=via,
            told=told,
            kept=row,
            purse=self.limits.purse(),
        )
