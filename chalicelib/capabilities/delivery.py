"""This file says what a delivery report may change: a state moves forward, never back."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

Settled = Literal["settled", "unchanged", "unknown_id", "other_number", "unknown_status", "parked"]

ANYBODY = "*"
# Final states share a rank, so the first final word about a message stands.
RANKS: Mapping[str, int] = {"sent": 0, "accepted": 1, "delivered": 2, "failed": 2}


class Report(NamedTuple):
    """One report as the queue carries it.

    `mark` is a keyed hash of the number, two of them with a blank between while two keys are valid;
    empty where it names none that we accept, `ANYBODY` where its gateway never names one, so that
    the id alone has to tell.
    """

    gateway: str
    message_id: str
    status: str
    reason: str
    mark: str

    @property
    def marks(self) -> list[str]:
        """Each keyed hash of the number."""
        return self.mark.split()


class RecipientStore(Protocol):
    """The messages whose fate is followed, by gateway and message id."""

    def follow(self, gateway: str, marks: Mapping[str, str], chunk: str = "") -> None:
        """Start following messages that a gateway accepted, a mark by each id.

        One that is followed stays as it is, so that the same call may be made again.

        Raises:
            Unavailable: some are not followed; those that could be are.
        """

    def settle(self, report: Report) -> Settled:
        """Apply one report, whatever its order or number of copies."""

    def statuses(self, gateway: str, message_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the states of those messages that are followed."""


def is_of(report: Report, party: str) -> bool:
    """Whether a report may speak of who has a mark."""
    return report.mark == ANYBODY or party in report.marks


def moves(old: str, new: str) -> bool:
    """Whether a report with the status `new` changes a message whose status is `old`."""
    return RANKS[new] > RANKS[old]
