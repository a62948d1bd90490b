"""This file passes delivery reports on, for whoever applies them where nobody waits."""

from collections.abc import Callable
from typing import Protocol

from chalicelib.capabilities.delivery import ANYBODY
from chalicelib.telecom.messages import DeliveryReport, Party


class Queue(Protocol):
    """A queue of small messages; they hold ids and words of ours, never a number."""

    def send(self, message: dict[str, str], delay: int = 0) -> None:
        """Put one message on the queue, to be seen after some seconds, or raise `Unavailable`."""


class Forwarding:
    """The webhook's end: a flood of reports must never stand before a dialling citizen."""

    def __init__(self, queue: Queue, mark: Callable[[Party], str]) -> None:
        """Take the queue, and what turns a party into its keyed hash."""
        self.queue, self.mark = queue, mark

    def forward(self, report: DeliveryReport) -> None:
        """Put a report on the queue, its number as a keyed hash.

        Raises:
            Unavailable: the queue did not take it; the gateway should repeat it.
        """
        self.queue.send(
            {
                "gateway": report.gateway,
                "id": report.message_id,
                "status": report.status,
                "reason": report.reason,
                "mark": self._mark_of(report),
            }
        )

    def _mark_of(self, report: DeliveryReport) -> str:
        if report.unnamed:
            return ANYBODY
        return self.mark(report.party) if report.party is not None else ""
