"""This file tests that one trace goes from a callback through the queues to every line of it."""

import json
from typing import Any

import pytest

from chalicelib.observe import Embedded, Gathered, begin, log, observed, trace, tracing


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return what was observed so far, and forget it."""
    told = [json.loads(one.getMessage()) for one in caplog.records if one.name == "owl"]
    caplog.clear()
    return told


def test_a_trace_is_new_for_each_call_and_over_with_it() -> None:
    with tracing():
        one = trace()
        with tracing():
            assert trace() not in {one, ""}
            assert trace() == trace()
        assert trace() == one != ""
    assert trace() == ""


def test_events_outside_of_a_call_have_none(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "owl"):
        observed("tallied")
        with tracing("call-1"):
            observed("tallied")
    assert lines(caplog) == [{"event": "tallied"}, {"event": "tallied", "trace": "call-1"}]


def test_what_comes_often_is_told_at_once_then_by_twenties_or_by_the_minute() -> None:
    told: list[int] = []
    now = [0.0]

    def tell(n: int) -> None:
        told.append(n)

    often = Gathered(tell, lambda: now[0])
    for _ in range(1 + Gathered.MANY + 3):
        often.one_more()
    assert told == [1, 20]
    now[0] += Gathered.SECONDS - 1
    often.one_more()
    assert told == [1, 20]
    now[0] += 1
    often.one_more()
    assert told == [1, 20, 5]


def test_outside_of_a_function_lines_go_where_the_process_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(log, "handlers", [])
    monkeypatch.setattr(log, "propagate", True)
    level = log.level
    try:
        begin("prod", "INFO", {})
        assert (log.handlers, log.propagate) == ([], True)
        begin("prod", "INFO", {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001"})
        begin("prod", "INFO", {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001"})
        (handler,) = log.handlers
        assert isinstance(handler.formatter, Embedded)
        assert not log.propagate
    finally:
        log.setLevel(level)
