"""This file tests what a delivery report may change."""

import pytest

from chalicelib.capabilities.delivery import Report
from tests.world import World


def report(status: str, *, id_: str = "m1", mark: str = "mark", gateway: str = "g") -> Report:
    return Report(gateway, id_, status, "", mark)


@pytest.fixture
def followed(both: World) -> World:
    """A stage that follows one message."""
    both.stores.recipients.follow("g", {"m1": "mark"})
    return both


def test_S11_a_state_never_moves_back_whatever_the_order(followed: World) -> None:
    settle = followed.stores.recipients.settle
    assert [settle(report(one)) for one in ("delivered", "accepted", "sent", "failed")] == [
        "settled",
        "unchanged",
        "unchanged",
        "unchanged",
    ]
    assert followed.stores.recipients.status("g", "m1") == "delivered"


def test_S11_a_repeated_report_changes_nothing(followed: World) -> None:
    settle = followed.stores.recipients.settle
    assert [settle(report("accepted")) for _ in range(3)] == ["settled", "unchanged", "unchanged"]


def test_S12_a_report_about_another_number_changes_nothing(followed: World) -> None:
    recipients = followed.stores.recipients
    assert recipients.settle(report("delivered", mark="another")) == "other_number"
    assert recipients.status("g", "m1") == "sent"


def test_S10_a_report_with_an_unknown_id_or_of_another_gateway_changes_nothing(
    followed: World,
) -> None:
    recipients = followed.stores.recipients
    assert recipients.settle(report("delivered", id_="m2")) == "unknown_id"
    assert recipients.settle(report("delivered", gateway="other")) == "unknown_id"
    assert recipients.status("g", "m1") == "sent"


def test_S9_a_status_word_nobody_knows_is_kept_apart(followed: World) -> None:
    assert followed.stores.recipients.settle(report("teleported")) == "unknown_status"
