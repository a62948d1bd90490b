"""This file names the steps of a worker, and lets one die or stand still at a step.

The product knows nothing of it: a port or store of a worker is put behind `Marked`, which tells of
the steps before and after each call that has a name.
"""

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any

# The steps of a chunk in their order; `in_post` is some moment between the two around it.
STEPS = (
    "before_look",
    "after_look",
    "before_claim",
    "after_claim",
    "before_reach",
    "after_reach",
    "before_post",
    "in_post",
    "after_post",
    "before_record",
    "after_record",
    "before_follow",
    "after_follow",
    "before_done",
    "after_done",
)
SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
# The pretend gateway answers within this time.
POST_SECONDS = 0.02


class Points:
    """The steps of one process: at the `nth` time of one of them something happens to it."""

    def __init__(self, step: str, nth: int, act: str, seed: int) -> None:
        self.step, self.nth, self.act = step, nth, act
        self.chance, self.met = random.Random(seed), Counter[str]()

    def reach(self, step: str) -> None:
        """Tell that a step is reached."""
        self.met[step] += 1
        if self._is_it(step):
            self._happen()
        if step == "before_post" and self._is_it("in_post", self.met[step]):
            wait = self.chance.uniform(0, POST_SECONDS)
            threading.Timer(wait, self._happen).start()

    def _is_it(self, step: str, met: int | None = None) -> bool:
        return step == self.step and (self.met[step] if met is None else met) == self.nth

    def _happen(self) -> None:
        os.kill(os.getpid(), SIGNALS[self.act])


class Marked:
    """Something whose named methods tell of the steps around them."""

    def __init__(self, inner: Any, points: Points, names: Mapping[str, str]) -> None:
        self.inner, self.points, self.names = inner, points, names

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        step = self.names.get(name)
        if step is None:
            return found

        def told(*args: Any, **kwargs: Any) -> Any:
            self.points.reach(f"before_{step}")
            answer = found(*args, **kwargs)
            self.points.reach(f"after_{step}")
            return answer

        return told
