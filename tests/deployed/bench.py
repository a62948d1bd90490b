"""This file makes what functions are asked for, by hand, and says whether they did it."""

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.gateways.africastalking import NAME
from chalicelib.settings import Settings
from chalicelib.storage.keys import secrets_row
from chalicelib.wiring.phones import Webhooks
from tests.builders import TICKETS, a_forum, a_party
from tests.deployed.scene import number
from tests.deployed.stage import Deployed
from tests.faults.town import Town
from tests.gateways.callbacks import TICK, an_event

# What a line says where something was not done; that a message is paused or in doubt is no fault.
LOST = '"event": "count_lost", "outcome": "unavailable"'
FAULTS = re.compile(rf'\{{[^{{}}]*(?:"error": |{LOST})[^{{}}]*\}}|Traceback')
SETTLED, DOWN = 7, "down"
ZONE, OPEN, LATE = ZoneInfo("Asia/Phnom_Penh"), 9, 15
# A gateway that is a file has its secrets in a row of its own.
OTHER = "jasmin"


class Bench:
    """A deployed stage whose triggers are taken off: every call of a function is made here."""

    def __init__(self, stage: Deployed, town: Town) -> None:
        self.stage, self.town, self.n = stage, town, 0
        self.side = Webhooks(Settings.of(stage.environ))
        self.seen: dict[str, int] = {}
        self.by_day()
        self._quiet()
        for function in ("webhooks", "tally"):
            self._told(function, OWL_GATEWAYS=f"{NAME},{OTHER}")
        stage.invoke("tally", TICK)
        self.others = stage.secrets_in(secrets_row(OTHER))
        self.side.desk.tickets.save_many(TICKETS)
        made = a_forum(at=self.now + timedelta(days=60), now=self.now)
        self.forum = self.side.desk.forums.add(made).code

    def next(self) -> str:
        """Return a number that nobody had yet, for names of this round."""
        self.n += 1
        return number(40_000 + self.n)

    @property
    def now(self) -> datetime:
        """The moment of the stage."""
        return self.stage.clock.now()

    def person(self, who: str) -> str:
        """Return the keyed hash of a number."""
        return self.side.keys.now().person(a_party(number=who))

    def drained(self, queue: str) -> list[str]:
        """Take all that waits in a queue."""
        sqs, url, found = self.stage.cloud.client("sqs"), self.stage.queue(queue), list[str]()
        while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for one in got:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
                found.append(one["Body"])
        return found

    def worked(self, function: str, bodies: Iterable[str]) -> str:
        """Let a function of a queue do messages; return what failed."""
        bodies = list(bodies)
        if not bodies:
            return "nothing was on the queue"
        told = self.invoked(function, an_event(*bodies, raw=True))
        if isinstance(told, str):
            return told
        left = told["batchItemFailures"]
        return f"{len(left)} of {len(bodies)} messages failed" if left else ""

    def invoked(self, function: str, event: Mapping[str, Any]) -> Any:
        """Return what a function answers, or its fault as a sentence."""
        try:
            return self.stage.invoke(function, event)
        except AssertionError as fault:
            return f"the function failed: {_short(fault)}"

    def complained(self, function: str, expected: str = "no fault") -> str:
        """Return what a function's log has of faults since the last look, but for expected ones."""
        lines = self.stage.logged(function)
        new = lines[self.seen.get(function, 0) :]
        self.seen[function] = len(lines)
        found = [each[0] for line in new if (each := FAULTS.search(line))]
        found = [one for one in found if expected not in one]
        return f"its log says {found[0]}" if found else ""

    @contextmanager
    def answering(self, mode: str) -> Iterator[None]:
        """Let the gateway answer in a mode until the block ends; `down` is not at all."""
        gateway = self.stage.gateway
        if mode == DOWN:
            gateway.stop()
        else:
            gateway.plan({mode: 1.0}, self.n)
        try:
            yield
        finally:
            if mode == DOWN:
                gateway.start()
            gateway.plan({"ok": 1.0}, self.n)

    def restart(self, function: str) -> None:
        """Let a function begin anew at its next call."""
        self._told(function, BEGUN=str(time.time_ns()))

    def later(self, **time_: float) -> None:
        """Let time pass."""
        self.stage.clock.forward(timedelta(**time_).total_seconds())

    def forget_watchers(self, ticket: str) -> None:
        """Let phones ask for news of a ticket again: only so many may."""
        rows, key = self.stage.cloud.client("dynamodb"), {"id": {"S": f"watch#{ticket}"}}
        rows.delete_item(TableName=f"{self.stage.stack}-tickets", Key=key)

    def next_month(self) -> None:
        """Let time pass until the last month is over and settled."""
        now = self.now.astimezone(ZONE)
        at = (now.replace(day=28) + timedelta(days=7)).replace(day=SETTLED, hour=OPEN)
        self.stage.clock.forward((at - now).total_seconds())

    def morning(self) -> None:
        """Let time pass until messages to many may go out."""
        now = self.now.astimezone(ZONE)
        at = now.replace(hour=OPEN, minute=0)
        self.stage.clock.forward(((at - now) % timedelta(days=1)).total_seconds())

    def by_day(self) -> None:
        """Let the night pass where it is night: messages to many wait for the morning."""
        if not OPEN <= self.now.astimezone(ZONE).hour < LATE:
            self.morning()

    def _told(self, function: str, **more: str) -> None:
        functions, name = self.stage.cloud.client("lambda"), f"{self.stage.stack}-{function}"
        known = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        told = {"Variables": {**known, **more}}
        functions.update_function_configuration(FunctionName=name, Environment=told)

    def _quiet(self) -> None:
        functions, events = self.stage.cloud.client("lambda"), self.stage.cloud.client("events")
        for one in functions.list_event_source_mappings()["EventSourceMappings"]:
            functions.update_event_source_mapping(UUID=one["UUID"], Enabled=False)
        for rule in events.list_rules()["Rules"]:
            events.disable_rule(Name=rule["Name"])


def _short(fault: AssertionError) -> str:
    told = fault.args[0][1] if fault.args and len(fault.args[0]) > 1 else {}
    return f"{told.get('errorType')}: {str(told.get('errorMessage'))[:80]}"


def message(**fields: str) -> str:
    """Return a message as a queue holds it."""
    return json.dumps(fields)
