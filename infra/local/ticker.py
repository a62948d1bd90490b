"""This file runs the app's schedules, on the stage's own clock, as EventBridge does."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from infra.local.schedule import is_due

LOOK_SECONDS = 1.0
Function = Callable[[dict[str, Any], Any], Any]


@dataclass(frozen=True, slots=True)
class Ticker:
    """Every schedule of the app: its name, expression and function."""

    schedules: Mapping[str, tuple[str, Function]]
    now: Callable[[], datetime]
    file: Path
    stopping: threading.Event

    def run(self) -> None:
        """Look every second until the local run stops."""
        while not self.stopping.wait(LOOK_SECONDS):
            self.look()

    def look(self) -> None:
        """Run what fell due since the last look, also while nothing ran here."""
        last, now = self._last(), self.now().replace(microsecond=0)
        if last is not None and now.replace(second=0) == last.replace(second=0):
            return
        self.file.write_text(now.isoformat(), encoding="utf-8")
        for name, (expression, function) in self.schedules.items():
            if last is not None and is_due(expression, last, now):
                self._fire(name, function, now)

    def _last(self) -> datetime | None:
        if not self.file.exists():
            return None
        return datetime.fromisoformat(self.file.read_text(encoding="utf-8"))

    def _fire(self, name: str, function: Function, now: datetime) -> None:
        try:
            function(_event(now), None)
        except Exception as fault:  # noqa: BLE001 - as on AWS, a failed run is logged and passed
            print(f"{name}: a scheduled run failed ({type(fault).__name__})", flush=True)


def _event(now: datetime) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "local",
        "resources": ["arn:aws:events:local:000000000000:rule/local"],
        "detail": {},
    }
