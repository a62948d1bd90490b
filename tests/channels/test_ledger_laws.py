"""This file lets chance disturb sending in every way, and holds the ledger to the gateway's log."""

from datetime import datetime  # noqa: TC003 - an annotation of a fixture
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.errors import CivicError
from chalicelib.storage.memory.base import AFTER, BEFORE, FINE
from tests.sending import Killed, Stage, an_order, dying_at, judged

PEOPLE = 12
WAYS = ("accept", "accept", "accept", "lost", "not_accepted_5xx", "fewer", "deferred", "killed")
OVER = {"NO_REPORT", "UNCONFIRMED", "DELIVERED", "FAILED", "REJECTED", "SKIPPED"}


def turned_on(stage: Stage) -> None:
    """Turn the kill switch on again, which takes two."""
    stage.control.start("sok")
    assert stage.control.start("dara")


class Sending(RuleBasedStateMachine):
    """Two messages to twelve people, and all that can befall them."""

    @initialize()
    def begin(self) -> None:
        """Order both; the second goes to whom it may by its cap."""
        self.stage = Stage(size=3)
        self.numbers = self.stage.people(PEOPLE)
        self.stopped: dict[str, datetime] = {}
        self.stage.gateway.during = self._posting
        self.is_on = True
        self.stage.let_go(an_order(days=2))
        self.stage.let_go(an_order(id_="b2", kind="forum", text="Come on Saturday", days=2))

    def _posting(self) -> None:
        assert self.is_on, "posted after the kill switch was turned"

    @rule(way=st.sampled_from(WAYS), after=st.integers(0, 2))
    def gateway_answers(self, way: str, after: int) -> None:
        """Let one of the next posts come to something else."""
        at = self.stage.gateway.posts + 1 + after
        before = self.stage.gateway.plan
        self.stage.gateway.plan = lambda n: way if n == at else before(n)

    @rule(most=st.integers(1, 4))
    def work(self, most: int) -> None:
        """Let a worker take some of the queue."""
        self.stage.work(most)

    @rule(call=st.integers(1, 30))
    def work_and_die(self, call: int) -> None:
        """Kill a worker at one of its calls."""
        self._disturbed(dying_at(call))

    @rule(call=st.integers(1, 30), fault=st.sampled_from([BEFORE, AFTER]))
    def work_on_a_bad_day(self, call: int, fault: str) -> None:
        """Fail one call of the database, done or not."""
        left = [call]

        def failing(_: str) -> str:
            left[0] -= 1
            return fault if left[0] == 0 else FINE

        self._disturbed(failing)

    def _disturbed(self, outage: Any) -> None:
        self.stage.database.outage = outage
        try:
            self.stage.work(2)
            self.stage.sweeper.tick()
        except (Killed, CivicError):
            pass
        self.stage.database.outage = lambda _: FINE

    @rule(minutes=st.sampled_from([1, 1, 3, 11, 60]))
    def time_passes(self, minutes: int) -> None:
        """Let time pass, with a tick at its end."""
        self.stage.clock.forward(minutes=minutes)
        self.stage.sweeper.tick()

    @rule()
    def queue_repeats(self) -> None:
        """Put everything on the queue once more."""
        self.stage.queue.held.extend(list(self.stage.queue.held)[:20])

    @rule()
    def queue_is_purged(self) -> None:
        """Lose what is on the queue."""
        self.stage.queue.held.clear()

    @rule(name=st.sampled_from(["b1", "b2"]))
    def pause(self, name: str) -> None:
        """Pause a message."""
        self.stage.books.pause(name, "wait")

    @rule(name=st.sampled_from(["b1", "b2"]))
    def resume(self, name: str) -> None:
        """Resume a message."""
        self.stage.control.mend(name)
        self.stage.books.resume(name)

    @rule()
    def cancel(self) -> None:
        """Cancel the second message."""
        self.stage.books.cancel("b2", "enough")

    @rule(on=st.booleans())
    def kill_switch(self, on: bool) -> None:  # noqa: FBT001 - Hypothesis names its arguments
        """Turn the kill switch."""
        if on:
            turned_on(self.stage)
        else:
            self.stage.control.stop("sok")
        self.is_on = on

    @rule(at=st.integers(0, PEOPLE - 1))
    def somebody_stops(self, at: int) -> None:
        """Let somebody say STOP; what is posted after it is wrong."""
        number = self.numbers[at]
        if number not in self.stopped:
            self.stopped[number] = self.stage.clock.now()
            self.stage.stops(number)
            self.had = getattr(self, "had", {}) | {number: self.stage.gateway.copies()[number]}

    @rule(at=st.integers(0, 40), status=st.sampled_from(["accepted", "delivered", "failed"]))
    def a_report_comes(self, at: int, status: str) -> None:
        """Bring a report on something that was accepted."""
        if self.stage.gateway.log:
            to, _, message = self.stage.gateway.log[at % len(self.stage.gateway.log)]
            self.stage.report(to, message, status)

    @rule(at=st.integers(0, PEOPLE - 1), forged=st.integers(0, 5))
    def a_forged_report_comes(self, at: int, forged: int) -> None:
        """Bring a report on a message that never was."""
        self.stage.report(self.numbers[at], f"m{forged + 1}", "delivered")

    @invariant()
    def nobody_twice_and_nobody_lost(self) -> None:
        """Each person stands in each ledger once, and the gateway's log agrees."""
        if hasattr(self, "stage"):
            for name in ("b1", "b2"):
                judged(self.stage, name)
            for number, had in getattr(self, "had", {}).items():
                assert self.stage.gateway.copies()[number] == had

    def teardown(self) -> None:
        """Let everything be well again: each person comes to an end that is told."""
        if not hasattr(self, "stage"):
            return
        stage, self.is_on = self.stage, True
        stage.gateway.plan = lambda _: "accept"
        turned_on(stage)
        for name in ("b1", "b2"):
            stage.control.mend(name)
            stage.books.resume(name)
        for _ in range(150):
            stage.clock.forward(hours=1)
            stage.sweeper.tick()
            stage.work()
        assert stage.books.open_ids() == []
        for name in ("b1", "b2"):
            assert set(judged(stage, name).states) <= OVER


TestSending = Sending.TestCase
TestSending.settings = settings(
    max_examples=200,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestSending.pytestmark = [pytest.mark.law]
