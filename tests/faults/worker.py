"""This file is one worker: a process that runs a function of `app.py` for the messages of a queue.

Its product is wired by `chalicelib.wiring`; what the run puts in place is what AWS would: the queue
it polls, the time that passes. `python -m tests.faults.worker SPEC` runs one from any folder, so
that another version of the product can be a worker too.
"""

import http.client
import json
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config

import app
from chalicelib import wiring
from chalicelib.clock import SystemClock
from chalicelib.errors import CivicError
from chalicelib.gateways import africastalking_sender
from chalicelib.observe import Observer
from chalicelib.storage import wire
from chalicelib.storage.base import AT_ONCE
from infra.local.ticker import _event
from infra.local.worker import Function
from infra.local.worker import Worker as Polling
from tests.faults.points import Marked, Points
from tests.faults.queues import CHUNKS, REPORTS, TICKS

SENDER, DELIVERY, TICKER = "sender", "delivery", "tick"
QUEUE_OF = {SENDER: CHUNKS, DELIVERY: REPORTS, TICKER: TICKS}
BATCH = {SENDER: 1, DELIVERY: 10, TICKER: 1}
CALLS = Config(connect_timeout=2, read_timeout=600, retries={"total_max_attempts": 2})


@dataclass(frozen=True, slots=True)
class Spec:
    """What a worker is told: who it is, its environment, and what happens to it at which step."""

    name: str
    role: str
    queues: str
    log: str
    environ: Mapping[str, str]
    step: str = ""
    nth: int = 1
    act: str = "kill"
    seed: int = 0
    announces: bool = False
    hasty: bool = False
    gateway_seconds: tuple[float, float] = (3.0, 20.0)
    more: Mapping[str, str] = field(default_factory=dict)

    def told(self) -> str:
        """Return it as text for a command line."""
        return json.dumps(asdict(self))


def run(spec: Spec) -> None:
    """Work until the process is killed, or its queue is gone."""
    _begin(spec)
    sqs = botocore.session.get_session().create_client(
        "sqs", region_name=os.environ["OWL_REGION"], endpoint_url=spec.queues, config=CALLS
    )
    url = f"{spec.queues}/{spec.name}/{QUEUE_OF[spec.role]}"
    function = FUNCTIONS[spec.role](spec)
    polling = Polling(spec.role, sqs, url, function, BATCH[spec.role], threading.Event())
    while True:
        polling.turn()


def _begin(spec: Spec) -> None:
    os.environ.clear()
    os.environ.update(spec.environ)
    for name, queue in (("CHUNKS", CHUNKS), ("REPORTS", REPORTS)):
        os.environ[f"OWL_QUEUE_{name}"] = f"{spec.queues}/{spec.name}/{queue}"
    os.environ.update(spec.more)
    wiring.settings.cache_clear()
    log = os.open(spec.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(log, stream)
    if spec.hasty:
        # The wire waits a moment before it repeats a call; nothing is learned by waiting.
        wire.time = SimpleNamespace(sleep=lambda _: None)  # type: ignore[assignment]
    logging.basicConfig(format="%(message)s", force=True)
    logging.getLogger("owl").setLevel("INFO")


def _wire(spec: Spec) -> wire.Wire:
    """Return a wire to the queues of the run, which stand elsewhere than its tables."""
    session, region = botocore.session.get_session(), os.environ["OWL_REGION"]
    return wire.Wire(session, "sqs", region, spec.queues, AT_ONCE)


def _sender(spec: Spec) -> Function:
    points, real = Points(spec.step, spec.nth, spec.act, spec.seed), wiring.broadcaster()
    real.queue.wire = _wire(spec)  # type: ignore[attr-defined]  # the wired one is the SQS queue
    for one in real.gateway.gateways.values():  # type: ignore[attr-defined]  # the wired lines
        one.timeout = spec.gateway_seconds
    chunks = Marked(
        real.ledger.chunks, points, {"look": "look", "claim": "claim", "record": "record"}
    )
    filing = replace(
        real.ledger.filing,
        chunks=Marked(real.ledger.chunks, points, {"filed": "done"}),
        recipients=Marked(real.ledger.filing.recipients, points, {"follow": "follow"}),
    )
    # A machine's own time does not follow a clock that is set wrong.
    steady = SystemClock(replace(wiring.settings(), clock_offset=""))
    machine = replace(
        real.machine,
        seconds=lambda: steady.now().timestamp(),
        sleep=lambda seconds: _sleep(spec, seconds),
    )
    wrapped = replace(
        real,
        ledger=replace(real.ledger, chunks=chunks, filing=filing),
        people=Marked(real.people, points, {"reach": "reach"}),
        gateway=Marked(real.gateway, points, {"send_many": "post"}),
        machine=machine,
        observe=_telling(real.observe),
    )
    wiring.broadcaster = lambda: wrapped  # type: ignore[assignment]  # as app.py asks for it
    return _function("sender")


def _sleep(spec: Spec, seconds: float) -> None:
    """Sleep by the moved clock: the process that moves it says when it is time."""
    wish = {"QueueUrl": f"{spec.queues}/{spec.name}/{CHUNKS}", "seconds": seconds}
    line = http.client.HTTPConnection(urlsplit(spec.queues).netloc)
    line.request("POST", "/", json.dumps(wish), {"X-Amz-Target": "AmazonSQS.Sleep"})
    line.getresponse().read()
    line.close()


def _telling(observe: Observer) -> Observer:
    """Return an observer that also says where a fault that nobody expected came from."""

    def told(event: str, **fields: Any) -> None:
        if "error" in fields and not isinstance(sys.exception(), CivicError):
            traceback.print_exc()
        observe(event, **fields)

    return told


def _delivery(spec: Spec) -> Function:
    wiring.delivery().queue.wire = _wire(spec)  # type: ignore[attr-defined]  # as above
    return _function("delivery")


def _ticker(spec: Spec) -> Function:
    points, real = Points(spec.step, spec.nth, spec.act, spec.seed), wiring.sweeper()
    real = replace(real, observe=_telling(real.observe))
    wiring.sweeper = lambda: real  # type: ignore[assignment]  # as app.py asks for it
    real.queue.wire = _wire(spec)  # type: ignore[attr-defined]  # as above
    real.planner.chunks = Marked(real.planner.chunks, points, {"append": "append"})
    real.planner.books = Marked(real.planner.books, points, {"change": "planned"})
    if not spec.announces:
        wiring.announce = lambda: None
    # A tick makes its client anew each time, which costs more than all else that it does.
    wiring.Database = cache(wiring.Database)  # type: ignore[misc]  # called alone
    function = _function("tick")
    return lambda _event_of_queue, context: function(_event(datetime.now(UTC)), context)


def _function(name: str) -> Function:
    found: Function = app.app.handler_map[name]
    return found


FUNCTIONS: Mapping[str, Callable[[Spec], Function]] = {
    SENDER: _sender,
    DELIVERY: _delivery,
    TICKER: _ticker,
}
# Named here, so that it is imported before a worker is forked: it costs more than all the rest.
SDK = africastalking_sender

if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    Path(told["log"]).touch()
    run(Spec(**{**told, "gateway_seconds": tuple(told["gateway_seconds"])}))
