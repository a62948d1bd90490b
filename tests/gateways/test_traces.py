"""This file tests that one trace goes from a callback through its queue to what came of it."""

import json
from typing import Any

import pytest

import app
from infra.local.worker import record_of
from tests.builders import NUMBER
from tests.gateways.callbacks import TEXT, TICK, Functions
from tests.gateways.stub import Canned

REPORT = {"id": "ATXid_1", "status": "Success", "phoneNumber": NUMBER}
TABLES = ("outbox", "seen", "limits", "people", "recipients", "counters", "users-month", "talk")


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return what was observed so far, and forget it."""
    told = [json.loads(one.getMessage()) for one in caplog.records if one.name == "owl"]
    caplog.clear()
    return told


def from_queue(functions: Functions, queue: str) -> dict[str, Any]:
    """Take what waits in a queue as Lambda hands it to a function."""
    got = functions.aws.sqs.receive_message(
        QueueUrl=functions.queues[queue], MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    return {"Records": [record_of(one) for one in got["Messages"]]}


def test_a_text_its_reply_and_nothing_else_have_one_trace(
    functions: Functions, stub: Canned, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "owl")
    functions.post("sms", TEXT)
    (asked,) = lines(caplog)
    assert (asked["event"], asked["route"], asked["outcome"]) == ("webhook", "sms", "ok")
    event = from_queue(functions, "OutboxQueue")
    stored = json.dumps({one: functions.stored(one) for one in TABLES}, default=str)
    app.send_outbox(event, None)
    (sent,) = lines(caplog)
    assert sent["event"] == "sms_sent"
    assert sent["trace"] == asked["trace"]
    assert len(asked["trace"]) > 8
    assert asked["trace"] not in stored
    functions.post("sms", TEXT | {"id": "sms-2"})
    assert lines(caplog)[0]["trace"] != asked["trace"]


def test_a_report_that_waits_keeps_its_trace(
    functions: Functions, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "owl")
    functions.post("delivery-reports", REPORT)
    (taken,) = lines(caplog)
    app.settle_reports(from_queue(functions, "ReportsQueue"), None)
    (parked,) = lines(caplog)
    assert (parked["event"], parked["outcome"]) == ("delivery_report", "parked")
    assert parked["trace"] == taken["trace"]


def test_a_scheduled_call_has_the_name_that_lambda_gave_it(
    functions: Functions, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("INFO", "owl")
    context = type("Context", (), {"aws_request_id": "request-7"})()
    monkeypatch.setattr("random.random", lambda: 0.0)
    app.tally({**TICK, "time": "2026-11-25T19:10:00Z"}, context)
    app.tick(TICK, context)
    assert {one.get("trace") for one in lines(caplog)} <= {"request-7"}
