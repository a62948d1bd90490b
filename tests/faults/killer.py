"""This file kills workers: one after the other at each step, the rest at random moments."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.faults.fleet import Running
from tests.faults.run import Run
from tests.faults.worker import SENDER

# A worker that is killed at no step lives for some part of this.
LIFE = (0.05, 0.8)


class Killer:
    """Given to `Run.until` as what is done at each look."""

    def __init__(
        self,
        run: Run,
        kills: int,
        steps: Sequence[str],
        *,
        role: str = SENDER,
        folder: Callable[[], Path | None] = lambda: None,
        **told: Any,
    ) -> None:
        self.run, self.kills, self.role = run, kills, role
        self.folder, self.told = folder, told
        self.steps = list(steps)
        run.chance.shuffle(self.steps)
        self.due: dict[str, float] = {}

    @property
    def is_done(self) -> bool:
        """Whether all were killed that were to be."""
        return self.run.fleet.killed >= self.kills and not self.steps

    def __call__(self) -> None:
        """Kill whose moment has come, and start others in their place."""
        fleet = self.run.fleet
        for one in fleet.reaped():
            if one.spec.step in self.steps:
                self.steps.remove(one.spec.step)
            self.start()
        now = time.monotonic()
        for one in [one for one in fleet.running.values() if one.spec.role == self.role]:
            if self.due.get(one.name, now + 1) <= now:
                fleet.kill(one)
                self.start()

    def start(self) -> Running:
        """Start a worker that will die: at a step whose turn it is, or at some moment."""
        fleet, chance = self.run.fleet, self.run.chance
        if self.is_done:
            return fleet.start(self.role, self.folder(), **self.told)
        waiting = [one.spec.step for one in fleet.running.values() if one.spec.step]
        free = [one for one in self.steps if self.steps.count(one) > waiting.count(one)]
        left = max(1, self.kills - fleet.killed)
        if free and chance.random() < len(self.steps) / left:
            where = {"step": free[0], "nth": chance.randint(1, 3), "seed": chance.getrandbits(20)}
            return fleet.start(self.role, self.folder(), **where, **self.told)
        one = fleet.start(self.role, self.folder(), **self.told)
        self.due[one.name] = time.monotonic() + chance.uniform(*LIFE)
        return one
