"""This file applies delivery reports, where nobody waits for a screen."""

from collections.abc import Mapping

from chalicelib.capabilities.delivery import RANKS, RecipientStore, Report, Settled
from chalicelib.capabilities.ledger_control import Control
from chalicelib.channels.forwarding import Queue
from chalicelib.observe import Observer

# A report may overtake the answer to its post: it waits on the queue, 15 minutes in all.
PARKED = (5, 25, 270, 600)


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
        for mark in report.marks if report.status in RANKS else ():
            if self.control.settle(mark, report.gateway, report.message_id):
                self.store.follow(report.gateway, {report.message_id: mark})
                return self.store.settle(report)
        return "unknown_id"
