"""This file tests the functions that queues and schedules start, through their entry points."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import app
from chalicelib import wiring
from chalicelib.errors import Unavailable
from chalicelib.storage.keys import KeysMissing
from tests.builders import NUMBER, a_party
from tests.gateways.callbacks import TEXT, TICK, Functions, an_event
from tests.gateways.stub import Canned
from tests.sending import an_order

REPORT = {"id": "ATXid_1", "status": "Success", "phoneNumber": NUMBER}


def failed(answer: dict[str, Any]) -> list[str]:
    """Return the records that a function wants to see again."""
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def settled(functions: Functions, **changed: str) -> list[dict[str, Any]]:
    """Post a report and let the delivery function settle it; return the messages followed."""
    functions.post("delivery-reports", REPORT | changed)
    assert failed(app.settle_reports(an_event(*functions.queued("ReportsQueue")), None)) == []
    return functions.stored("recipients")


@pytest.fixture
def followed(functions: Functions) -> Functions:
    """A stage that follows one message to the number of the reports."""
    mark = functions.webhooks.edges.reports.mark(a_party())
    wiring.delivery().store.follow("africastalking", {"ATXid_1": mark})
    return functions


def test_a_text_is_answered_by_one_post_of_the_sdk(functions: Functions, stub: Canned) -> None:
    functions.post("sms", TEXT)
    event = an_event(*functions.queued("OutboxQueue"))
    assert failed(app.send_outbox(event, None)) == []
    assert failed(app.send_outbox(event, None)) == []
    assert [one["to"] for one in stub.posts] == [NUMBER]
    assert functions.stored("outbox") == []


def test_a_record_that_fails_comes_again_and_its_neighbours_do_not(
    functions: Functions, stub: Canned
) -> None:
    functions.post("sms", TEXT)
    (message,) = functions.queued("OutboxQueue")
    event = an_event("{", '{"id": 7', "[]", json.dumps(message), raw=True)
    assert failed(app.send_outbox(event, None)) == ["record-0", "record-1", "record-2"]
    assert len(stub.posts) == 1


def test_a_message_stays_in_the_box_while_its_gateway_cannot_be_made(
    functions: Functions, stub: Canned, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions.post("sms", TEXT)
    event = an_event(*functions.queued("OutboxQueue"))
    monkeypatch.delenv("OWL_GATEWAY_KEY")
    monkeypatch.setenv("OWL_GATEWAY_KEY_SECRET", "owl-local-africastalking")
    wiring.settings.cache_clear()
    with pytest.raises(Unavailable):
        app.send_outbox(event, None)
    assert len(functions.stored("outbox")) == 1


def test_the_sender_reads_its_own_key_and_no_other(functions: Functions, stub: Canned) -> None:
    functions.post("sms", TEXT)
    app.send_outbox(an_event(*functions.queued("OutboxQueue")), None)
    keys = wiring.sender().box.keys.now()
    assert (set(keys.values), keys.periods) == ({"sender"}, ())


def test_a_report_settles_the_message_it_names(followed: Functions) -> None:
    (row,) = settled(followed)
    assert row["status"] == {"S": "delivered"}


def test_S10_a_report_of_an_unknown_message_is_counted_and_dropped(followed: Functions) -> None:
    before = followed.stored("recipients")
    assert settled(followed, id="ATXid_2") == before
    others = {"gateway": "another", "id": "ATXid_1", "status": "delivered", "reason": ""}
    others["mark"] = before[0]["party"]["S"]
    assert failed(app.settle_reports(an_event(others), None)) == []
    assert followed.stored("recipients") == before


def test_S11_a_status_never_goes_back(followed: Functions) -> None:
    (final,) = settled(followed, status="Failed", failureReason="DeliveryFailure")
    for status in ("Success", "Sent", "Failed", "Teleported"):
        assert settled(followed, status=status) == [final]


def test_S12_a_report_of_another_number_changes_nothing(followed: Functions) -> None:
    before = followed.stored("recipients")
    for number in ("+85512000002", "MTN", ""):
        assert settled(followed, phoneNumber=number) == before


def test_the_tally_makes_what_a_first_deployment_lacks(functions: Functions) -> None:
    call = functions.webhooks.database.wire.call
    for row in functions.stored("keys"):
        call("DeleteItem", TableName="owl-local-keys", Key={"id": row["id"]})
    functions.webhooks.keys.kept = None
    with pytest.raises(KeysMissing):
        functions.webhooks.keys.now()
    app.tally(TICK, None)
    assert functions.webhooks.keys.now().periods
    made = functions.stored("keys")
    app.tally(TICK, None)
    assert functions.stored("keys") == made


def test_the_tally_destroys_months_that_are_over_and_keeps_the_next(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWL_CLOCK_OFFSET", str(timedelta(days=100).total_seconds()))
    wiring.settings.cache_clear()
    before = {row["id"]["S"] for row in functions.stored("keys")}
    app.tally(TICK, None)
    after = {row["id"]["S"] for row in functions.stored("keys")}
    wiring.settings.cache_clear()
    periods = {name for name in before if name.startswith("period-")}
    assert before - periods <= after
    assert not periods & after
    assert len({name for name in after if name.startswith("period-")}) == 2


def test_the_minute_moves_messages_on_though_a_forum_is_stuck(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, now = wiring.sweeper().ledger.books, datetime.now(UTC)
    ledger.order(an_order(kind="notice", not_before=now, not_after=now + timedelta(days=1)))

    def stuck() -> None:
        raise KeyError("a forum that cannot be read")

    monkeypatch.setattr(wiring, "announce", stuck)
    with pytest.raises(KeyError):
        app.tick(TICK, None)
    assert ledger.head("b1").state != "PLANNING"
