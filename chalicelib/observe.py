"""This file says what happened, in fields from a closed list: never who, never what was said.

One event is one line of JSON. `COUNTED` says which lines are counted as well; in a function they
are written so that CloudWatch does it, in its embedded metric format:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import logging
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cached_property
from time import monotonic
from typing import Any, NamedTuple, Protocol

ALLOWED = frozenset(
    {"event", "route", "outcome", "kind", "status", "seconds", "error", "cold", "n", "version"}
)
log = logging.getLogger("owl")
_trace: ContextVar["tracing | None"] = ContextVar("trace", default=None)
# The attribute of a message on a queue that holds the trace of the call that put it there.
TRACE = "trace"
# Every function of AWS has it, and nothing else.
IN_FUNCTION = "AWS_LAMBDA_RUNTIME_API"


class Counted(NamedTuple):
    """A metric: the event it counts, the field that must be there, and how it is divided.

    `where` is a field and its value, `*` for any. `by` is a field with few values. `amount` is
    the field that is added up, where an event is more than one.
    """

    metric: str
    event: str
    where: tuple[str, str] = ("event", "*")
    by: str = ""
    amount: str = ""


COUNTED = (
    Counted("callbacks", "webhook", ("outcome", "ok"), by="route", amount="n"),
    Counted("webhook_failed", "webhook", ("error", "*")),
    Counted("console_failed", "console", ("error", "*")),
    Counted("tick_failed", "tick_failed"),
    Counted("sent", "sms_sent", by="outcome"),
    Counted("unclear", "sms_sent", ("outcome", "unknown")),
    Counted("unclear", "post_unclear", amount="n"),
    Counted("reports", "delivery_report", by="status"),
    Counted("chunk_lost", "alarm", ("kind", "chunk_lost")),
    Counted("ballots_unreadable", "alarm", ("kind", "ballots_unreadable")),
    Counted("held_long", "alarm", ("kind", "held_long")),
    Counted("never_planned", "alarm", ("kind", "never_planned")),
    Counted("not_agreed", "alarm", ("kind", "not_agreed")),
    Counted("numbers_not_asked_for", "alarm", ("kind", "numbers_not_asked_for")),
    Counted("paused", "alarm", ("kind", "paused")),
    Counted("spend_near_cap", "alarm", ("kind", "spend_near_cap")),
)


class Observer(Protocol):
    """Takes one event with fields of the closed list."""

    def __call__(self, event: str, **fields: str | float | bool) -> None:
        """Note one event."""


def observed(event: str, **fields: str | float | bool) -> None:
    """Write one event as a line of JSON, with the trace of what is being done.

    Raises:
        ValueError: a field is not in the closed list; a programming error, met in tests.
    """
    stray = fields.keys() - ALLOWED
    if stray:
        raise ValueError(f"not a field that may be logged: {', '.join(sorted(stray))}")
    traced = {"trace": trace()} if trace() else {}
    log.info(json.dumps({"event": event, **fields, **traced}))


class Gathered:
    """Tells of what comes often once for many: at once, then every 20 times or every minute.

    A line for each hop would cost a hop as much as all else it does. What an instance has not
    told when it goes is lost: at most 19.
    """

    MANY, SECONDS = 20, 60.0

    def __init__(self, tell: Callable[..., None], clock: Callable[[], float] = monotonic) -> None:
        """Take what writes the event when it is given `n`, and a clock of seconds."""
        self.tell, self.clock = tell, clock
        self.n, self.next_at = 0, clock()

    def one_more(self) -> None:
        """Count one more, and tell of all that were not told where it is time."""
        self.n += 1
        now = self.clock()
        if self.n >= self.MANY or now >= self.next_at:
            self.tell(n=self.n)
            self.n, self.next_at = 0, now + self.SECONDS


class tracing:  # noqa: N801 - read as what is being done
    """Gives every event of a block one trace: the given one, else a new one by chance.

    A trace is of one call and goes with what it puts on a queue. It says nothing of anybody, and
    is kept in no table.
    """

    def __init__(self, given: str = "") -> None:
        """Take Lambda's name of a call, or what came with a message."""
        self.given = given

    def __enter__(self) -> None:
        """Begin."""
        self.token = _trace.set(self)

    def __exit__(self, *_: object) -> None:
        """Go back to the trace before."""
        _trace.reset(self.token)

    @cached_property
    def name(self) -> str:
        """The trace; most calls tell of nothing, and never need one by chance."""
        return self.given or secrets.token_hex(8)


def trace() -> str:
    """Return the trace of what is being done; empty outside of any."""
    block = _trace.get()
    return block.name if block is not None else ""


def begin(stage: str, level: str, environ: Mapping[str, str] = os.environ) -> None:
    """Let events be written from this level on; in a function, as CloudWatch counts them."""
    log.setLevel(level)
    if IN_FUNCTION in environ and not log.handlers:
        # Lambda's own handler puts words before a line, and it would be no JSON any more.
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(Embedded(stage))
        log.addHandler(handler)
        log.propagate = False


class Embedded(logging.Formatter):
    """Writes an event so that CloudWatch counts it, under the name of the stage."""

    def __init__(self, stage: str) -> None:
        super().__init__()
        self.namespace = f"owl/{stage}"

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of one event."""
        line: dict[str, Any] = json.loads(record.getMessage())
        found = [one for one in COUNTED if _counts(one, line)]
        if not found:
            return json.dumps(line)
        for one in found:
            line[one.metric] = line.get(one.amount, 1)
        directives = [
            {
                "Namespace": self.namespace,
                "Dimensions": [[one.by] if one.by else []],
                "Metrics": [{"Name": one.metric, "Unit": "Count"}],
            }
            for one in found
        ]
        stamp = int(record.created * 1000)
        return json.dumps({**line, "_aws": {"Timestamp": stamp, "CloudWatchMetrics": directives}})


def _counts(one: Counted, line: Mapping[str, Any]) -> bool:
    name, value = one.where
    found = line.get(name)
    return line["event"] == one.event and found is not None and value in ("*", found)
