"""This file tests what became of messages: a state moves forward and never back."""

from itertools import permutations

import pytest

from chalicelib.capabilities.delivery import RANKS, Report, Settled
from chalicelib.storage.delivery import DynamoRecipients
from tests.world import World

STATUSES = ("accepted", "delivered", "failed")


def a_report(*, status: str = "delivered", mark: str = "mark", message: str = "m1") -> Report:
    return Report("africastalking", message, status, "", mark)


@pytest.fixture
def followed(both: World) -> World:
    """A stage that follows one message."""
    both.stores.recipients.follow("africastalking", "m1", "mark")
    return both


def state(world: World) -> str:
    return str(world.stores.recipients.status("africastalking", "m1"))


@pytest.mark.parametrize("order", [*permutations(STATUSES)], ids="-".join)
def test_reports_settle_in_the_order_of_their_ranks(
    followed: World, order: tuple[str, ...]
) -> None:
    best = 0
    for status in order:
        settled = followed.stores.recipients.settle(a_report(status=status))
        assert settled == ("settled" if RANKS[status] > best else "unchanged")
        best = max(best, RANKS[status])
    assert state(followed) == next(one for one in order if RANKS[one] == 2)


def test_a_report_settles_only_the_message_it_names(followed: World) -> None:
    settle = followed.stores.recipients.settle
    assert settle(a_report(message="m2")) == "unknown_id"
    assert settle(a_report(mark="other")) == "other_number"
    assert settle(a_report(mark="")) == "other_number"
    assert settle(a_report(status="odd")) == "unknown_status"
    assert state(followed) == "sent"


def test_a_report_counts_whose_message_is_written_as_it_is_looked_for(dynamo: World) -> None:
    class Between(DynamoRecipients):
        """Follows the message after the report met no row, before it asks why."""

        def _why_not(self, report: Report) -> Settled | None:
            self.follow("africastalking", "m1", "mark")
            return super()._why_not(report)

    assert Between(dynamo.database, dynamo.clock).settle(a_report()) == "settled"
    assert state(dynamo) == "delivered"


def test_a_message_nobody_follows_has_no_state(both: World) -> None:
    assert both.stores.recipients.status("africastalking", "m9") is None
