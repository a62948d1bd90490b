"""This file tests what became of messages: a state moves forward and never back."""

from itertools import permutations

import pytest

from chalicelib.capabilities.delivery import RANKS, Report, Settled
from chalicelib.errors import Unavailable
from chalicelib.storage.delivery import DynamoRecipients
from chalicelib.storage.memory.base import BEFORE, FINE
from chalicelib.storage.statements import PASSING
from tests.statements import suffering
from tests.world import World

STATUSES = ("accepted", "delivered", "failed")
MANY = {f"m{n}": f"mark-{n}" for n in range(60)}


def a_report(*, status: str = "delivered", mark: str = "mark", message: str = "m1") -> Report:
    return Report("africastalking", message, status, "", mark)


@pytest.fixture
def followed(both: World) -> World:
    """A stage that follows one message."""
    both.stores.recipients.follow("africastalking", {"m1": "mark"})
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
            self.follow("africastalking", {"m1": "mark"})
            return super()._why_not(report)

    assert Between(dynamo.database, dynamo.clock).settle(a_report()) == "settled"
    assert state(dynamo) == "delivered"


def test_a_message_nobody_follows_has_no_state(both: World) -> None:
    assert both.stores.recipients.status("africastalking", "m9") is None


def test_many_are_followed_at_once_and_one_that_is_stays_as_it_is(both: World) -> None:
    store = both.stores.recipients
    store.follow("africastalking", {"m3": "mark-3", "m59": "mark-59"})
    store.settle(a_report(message="m59", mark="mark-59"))
    for _ in range(2):
        store.follow("africastalking", MANY, "b1/1/0")
    assert store.statuses("africastalking", [*MANY]) == {
        one: "delivered" if one == "m59" else "sent" for one in MANY
    }
    assert store.settle(a_report(message="m58", mark="mark-58")) == "settled"


def test_a_row_that_was_throttled_is_written_at_the_next_try(dynamo: World) -> None:
    store = dynamo.stores.recipients
    with suffering("", "ThrottlingError", "TransactionConflict", *[""] * 57, "InternalServerError"):
        store.follow("africastalking", MANY)
    assert len(store.statuses("africastalking", [*MANY])) == len(MANY)


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceeded", "AccessDenied"])
def test_a_row_that_is_never_taken_is_told_and_its_neighbours_are_written(
    dynamo: World, code: str
) -> None:
    store = dynamo.stores.recipients
    again = 3 if code in PASSING else 0
    with (
        pytest.raises(Unavailable, match="1 of 60 rows"),
        suffering(code, *[""] * 59, *[code] * again),
    ):
        store.follow("africastalking", MANY)
    assert "m0" not in store.statuses("africastalking", [*MANY])
    assert len(store.statuses("africastalking", [*MANY])) == len(MANY) - 1
    store.follow("africastalking", MANY)
    assert len(store.statuses("africastalking", [*MANY])) == len(MANY)


def test_a_call_that_fails_does_not_keep_the_next_from_being_made(world: World) -> None:
    failing = iter([BEFORE])
    world.stores.database.outage = lambda _: next(failing, FINE)
    with pytest.raises(Unavailable):
        world.stores.recipients.follow("africastalking", MANY)
    found = world.stores.recipients.statuses("africastalking", [*MANY])
    assert sorted(found) == sorted([*MANY][25:])
