"""This file puts the parts of a local run together: what answers HTTP, and what runs beside it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalice.app import ScheduledEventConfig, SQSEventConfig

from chalicelib.clock import SystemClock
from chalicelib.console.web import made as made_console
from chalicelib.console.wired import wired
from chalicelib.settings import Settings
from infra.local import schedule
from infra.local.api import Api
from infra.local.console import Console
from infra.local.journal import Journal
from infra.local.pages import config, page
from infra.local.reports import Reports
from infra.local.sandbox import Sandbox
from infra.local.server import Part
from infra.local.stage import Stage
from infra.local.state import State
from infra.local.ticker import Ticker
from infra.local.worker import Worker

# The functions that queues trigger, by their names in app.py.
TRIGGERS = {"sender": ("OutboxQueue", "ChunksQueue"), "delivery": ("ReportsQueue",)}


@dataclass(frozen=True, slots=True)
class Assembly:
    """Everything that runs: `parts` are asked in order, `loops` run until the stop."""

    parts: tuple[Part, ...]
    loops: dict[str, Callable[[], None]]


def assemble(
    app: Any,
    made: Stage,
    *,
    state: State,
    settings: Settings,
    url: str,
    stopping: threading.Event,
) -> Assembly:
    """Wire the app to the pretend gateway, the queues and the clock."""
    clock = SystemClock(settings)
    reports = Reports(url, stopping)
    sender = settings.short_code.split(",")[0]
    sandbox = Sandbox(Journal(state.sandbox, clock.now), sender, reports.put)
    ticker = Ticker(_schedules(app), clock.now, state.ticked, stopping)
    loops = {"reports": reports.run, "ticker": ticker.run}
    loops |= {worker.name: worker.run for worker in _workers(app, made, stopping)}
    console = Console(made_console(wired(settings, is_https=False)), url)
    parts = (config(settings), page, console.answer, sandbox.answer, Api(app).answer)
    return Assembly(parts, loops)


def _workers(app: Any, made: Stage, stopping: threading.Event) -> list[Worker]:
    found = []
    for event in _of(app, SQSEventConfig):
        function = app.handler_map[event.name]
        for queue in TRIGGERS[event.name]:
            url, name = made.queues[queue], f"{event.name} ({queue})"
            found.append(Worker(name, made.sqs, url, function, event.batch_size, stopping))
    return found


def _schedules(app: Any) -> dict[str, tuple[str, Callable[[dict[str, Any], Any], Any]]]:
    found = {}
    for event in _of(app, ScheduledEventConfig):
        wish = event.schedule_expression
        expression = wish if isinstance(wish, str) else wish.to_string()
        schedule.check(expression)
        found[event.name] = (expression, app.handler_map[event.name])
    return found


def _of(app: Any, kind: type) -> list[Any]:
    return [event for event in app.event_sources if isinstance(event, kind)]
