"""This file sends what the outbox holds: taken out and paid for first, then posted at most once."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from chalicelib.capabilities.subscribers import REPLY, SCREEN
from chalicelib.errors import Unavailable
from chalicelib.observe import Observer
from chalicelib.ports import Lines, Refused
from chalicelib.settings import Settings

# What the gateway says it did not take costs nothing; in doubt it counts as paid.
FREE = frozenset({"deferred", "rejected"})


class Waiting(Protocol):
    """One message as it waits in the outbox."""

    @property
    def message_class(self) -> str:
        """`reply` or `confirm`."""

    @property
    def number(self) -> str:
        """The address it goes to: a number in E.164, or a masked id behind its gateway."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def via(self) -> str:
        """The gateway that its cause came through, or nothing."""

    @property
    def told(self) -> Mapping[str, str]:
        """What a screen needs beside its words."""


class Box(Protocol):
    """The sender's end of the outbox, with the money of the day."""

    def find(self, dedupe_id: str) -> Waiting | None:
        """Read a message; None where it is gone or too late."""

    def take(self, waiting: Any) -> None:
        """Take a message out and pay for it, all at once; see `storage.outbox.SenderBox`."""

    def drop(self, waiting: Any) -> None:
        """Delete a message that will never be posted."""

    def put_back(self, waiting: Any) -> None:
        """Store a message again that was taken and surely not posted, and its money too."""

    def refund(self, waiting: Any) -> None:
        """Give back what a message was paid with."""


class Sender:
    """Posts replies and confirmations, within the money of the day.

    Once a message is out of the box it is posted once or never: a citizen asks again for a
    lost answer, but a doubled one cannot be taken back. Only a message that was surely not
    posted goes back. The money of a day stops replies; a STOP is confirmed all the same.
    """

    def __init__(
        self,
        box: Box,
        gateway: Callable[[], Lines],
        settings: Settings,
        observe: Observer,
    ) -> None:
        """Take the box and who sends to whom (made when first needed)."""
        self.box, self.gateway = box, gateway
        self.settings, self.observe = settings, observe

    def send(self, dedupe_id: str) -> str:
        """Send one message; return what came of it.

        Raises:
            Unavailable: it was not posted; the queue should bring it again.
        """
        waiting = self.box.find(dedupe_id)
        outcome = self._sent(waiting) if waiting is not None else "gone"
        kind = waiting.message_class if waiting is not None else ""
        self.observe("sms_sent", outcome=outcome, kind=kind)
        return outcome

    def _sent(self, waiting: Waiting) -> str:
        if waiting.message_class == REPLY and not self.settings.replies:
            self.box.drop(waiting)
            return "switched_off"
        try:
            self.box.take(waiting)
        except Refused as refused:
            return self._left(waiting, refused.what)
        return self._posted(waiting)

    def _left(self, waiting: Waiting, why: str) -> str:
        """Say why a message was not taken; one that cannot be paid is never sent later."""
        if why != "spend":
            return "gone"
        self.box.drop(waiting)
        return "over_spend"

    def _posted(self, waiting: Waiting) -> str:
        lines = self.gateway()
        if waiting.message_class == SCREEN:
            result = lines.show(waiting.number, waiting.text, waiting.told)
        else:
            result = lines.reply(waiting.number, waiting.text, waiting.via)
        if not result.posted:
            self.box.put_back(waiting)
            raise Unavailable("the gateway could not be reached")
        if result.outcome in FREE:
            self._refunded(waiting)
        return result.outcome

    def _refunded(self, waiting: Waiting) -> None:
        """Give the money back; after a POST nothing may fail the message, for it is done."""
        try:
            self.box.refund(waiting)
        except Unavailable as fault:
            self.observe("refund_lost", error=type(fault).__name__)
