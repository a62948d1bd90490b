"""This file passes delivery reports on, and applies them where nobody waits for a screen."""

from collections.abc import Callable, Mapping
from typing import Protocol

from chalicelib.capabilities.delivery import ANYBODY, RANKS, RecipientStore, Report, Settled
from chalicelib.capabilities.ledger_control import Control
from chalicelib.observe import Observer
from chalicelib.telecom.messages import DeliveryReport, Party

# A report may overtake the answer to its post: it waits on the queue, 15 minutes in all.
PARKED = (5, 25, 270, 600)


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


class Delivery:
    """The delivery function's end of the queue."""

    def __init__(
        self, store: RecipientStore, control: Control, queue: Queue, observe: Observer
    ) -> None:
        """Take where the state of messages is kept, and the queue on which reports wait."""
        self.store, self.control, self.queue, self.observe = store, control, queue, observe

    def settle(self, message: Mapping[str, str]) -> Settled:
        """Apply one report as `Forwarding` sent it, and count what came of it.

        Raises:
            Unavailable: nothing is known to have changed, the queue should bring it again.
        """
        report = Report(
            gateway=message["gateway"],
            message_id=message["id"],
            status=message["status"],
            reason=message["reason"],
            mark=message["mark"],
        )
        outcome = self.store.settle(report)
        if outcome == "unknown_id" and report.mark:
            outcome = self._unknown(report, message)
        self.observe("delivery_report", outcome=outcome, status=report.status)
        return outcome

    def _unknown(self, report: Report, message: Mapping[str, str]) -> Settled:
        """Let a report wait for its message; then give it to the person's one doubt, if any."""
        waited = int(message.get("waited", "0"))
        if waited < len(PARKED):
            self.queue.send({**message, "waited": str(waited + 1)}, PARKED[waited])
            return "parked"
        settle, message_id = self.control.settle, report.message_id
        if report.status not in RANKS or not settle(report.mark, report.gateway, message_id):
            return "unknown_id"
        self.store.follow(report.gateway, {report.message_id: report.mark})
        return self.store.settle(report)
