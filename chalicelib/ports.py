"""This file holds the ports that several capabilities share."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.errors import CivicError
from chalicelib.telecom.messages import BulkResult, Party, SendResult


class Clock(Protocol):
    """Where the time comes from. The one clock of a stage; tests and rehearsals move it."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""


class Refused(CivicError):
    """A condition of a write did not hold, so none of the writes was done.

    `what` names the write that was refused; `old` is what stood in the way, where that is told.
    """

    def __init__(self, what: str, old: Any = None) -> None:
        super().__init__(f"refused: {what}")
        self.what, self.old = what, old


class Commits(Protocol):
    """Does several writes of several stores, all or none."""

    def commit(self, writes: Sequence[Any], token: str | None = None) -> None:
        """Do all writes or none. A `token` makes a repeat of the same call harmless.

        Raises:
            Refused: a condition did not hold.
            Unavailable: nothing is known to be written.
        """


class Outbox(Protocol):
    """Takes a message that was decided on; another process sends it, at most once."""

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
    ) -> list[Any]:
        """Return the writes that accept a message of class `reply`, `confirm` or `screen`.

        They are refused as `outbox` when `dedupe_id` was put before, as `budget`, `block` or
        `confirms` when that budget is spent. `last` may use the last reply of the day; one that
        was `paid` takes from no budget. `told` is what a screen needs beside its words.

        Raises:
            Refused: as `budget` where the last look saw that the day cannot pay for a reply.
        """

    def dedupe_id(self, *parts: str) -> str:
        """Return the id of the one message that this cause may have."""

    def dedupe_ids(self, *parts: str) -> list[str]:
        """Return every id that a message of this cause may wait under, this month's first."""

    def nudge(self, dedupe_id: str) -> None:
        """Tell the sender that a message waits. The queue carries the id only.

        Raises:
            Unavailable: the queue did not take it.
        """


class SmsGateway(Protocol):
    """Sends SMS; never raises for what the gateway answers, never tries twice."""

    name: str

    def send(self, msisdn: str, text: str) -> SendResult:
        """POST once and classify the answer."""

    def send_many(self, msisdns: Sequence[str], text: str) -> BulkResult:
        """POST one text for many numbers, once, and classify the answer for each."""


class Lines(Protocol):
    """The gateways of a stage: who sends to whom.

    An address is a number in E.164, or a masked id behind the name of its gateway and a colon.
    """

    @property
    def name(self) -> str:
        """The gateway that all else goes to."""

    def reply(self, address: str, text: str, via: str) -> SendResult:
        """POST an SMS once, by the gateway that its cause came through where that one sends."""

    def show(self, address: str, text: str, told: Mapping[str, str]) -> SendResult:
        """POST a screen of a session once, to the gateway that it is told of."""

    def send_many(self, addresses: Sequence[str], text: str, route: str) -> BulkResult:
        """POST one text for many once along a route, and classify the answer for each.

        Another gateway of the route is asked only where the one before took surely nothing.
        """
