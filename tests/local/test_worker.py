"""This file tests that a queue's worker deletes what was taken and keeps what failed."""

import threading
from typing import Any

import pytest

from infra.local.worker import Function, Worker


class Queue:
    """A queue in memory, with the calls of the SQS client that a worker makes."""

    def __init__(self, *bodies: str) -> None:
        self.held = {f"m{n}": body for n, body in enumerate(bodies)}

    def receive_message(self, **_: Any) -> dict[str, Any]:
        """Give all that is held."""
        return {
            "Messages": [
                {"MessageId": one, "ReceiptHandle": one, "Body": body, "MD5OfBody": ""}
                for one, body in self.held.items()
            ]
        }

    def delete_message(self, *, ReceiptHandle: str, **_: Any) -> None:  # noqa: N803 - its name
        """Take one out for good."""
        del self.held[ReceiptHandle]


def a_worker(queue: Queue, function: Function) -> Worker:
    """Return a worker on a queue."""
    return Worker("sender", queue, "url", function, 10, threading.Event())


def test_what_the_function_took_is_deleted_and_what_it_names_stays() -> None:
    queue, seen = Queue("a", "b", "c"), list[str]()

    def function(event: dict[str, Any], _context: object) -> Any:
        seen.extend(record["body"] for record in event["Records"])
        return {"batchItemFailures": [{"itemIdentifier": "m1"}]}

    a_worker(queue, function).turn()
    assert seen == ["a", "b", "c"]
    assert queue.held == {"m1": "b"}


def test_a_function_that_says_nothing_took_all() -> None:
    queue = Queue("a", "b")
    a_worker(queue, lambda _event, _context: None).turn()
    assert queue.held == {}


def test_a_function_that_fails_keeps_its_batch_and_no_text_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    queue = Queue("a secret", "b")

    def function(event: dict[str, Any], _context: object) -> Any:
        raise KeyError(event["Records"][0]["body"])

    a_worker(queue, function).turn()
    assert list(queue.held) == ["m0", "m1"]
    assert capsys.readouterr().out == ("sender: a batch failed and comes back later (KeyError)\n")


def test_an_empty_queue_calls_nothing() -> None:
    calls = list[Any]()
    a_worker(Queue(), lambda event, _context: calls.append(event)).turn()
    assert calls == []
