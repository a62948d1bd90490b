"""This file tests what is kept of a message to many when it is closed: sums, for reports."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest

from tests.sending import Killed, Stage, an_order, dying_at

SETTLED = timedelta(hours=73)
MONTH = "2026-11"


def closed(stage: Stage) -> None:
    """Let a message to the commune be sent and the 72 hours of its reports pass."""
    stage.let_go(an_order())
    stage.run("b1")
    stage.clock.at += SETTLED
    stage.minute()


def test_a_closed_message_keeps_what_became_of_its_people_by_language() -> None:
    stage = Stage()
    numbers = stage.people(30)
    stage.let_go(an_order())
    stage.run("b1")
    ids = {number: message for number, _, message in stage.gateway.log}
    assert stage.report(numbers[0], ids[numbers[0]]) == "settled"
    assert stage.report(numbers[1], ids[numbers[1]], "failed") == "settled"
    stage.clock.at += SETTLED
    stage.minute()
    told: Counter[str] = Counter()
    for name, n in stage.books.head("b1").outcomes.items():
        told[name.partition("#")[2]] += n
    assert told["people"] == len(numbers)
    assert told["sent"] == len(ids)
    assert (told["delivered"], told["failed"]) == (1, 1)


def test_a_closed_message_is_found_by_the_month_it_ended_in() -> None:
    stage = Stage()
    stage.people(3)
    assert stage.books.ended_ids(MONTH) == []
    closed(stage)
    assert stage.books.ended_ids(MONTH) == ["b1"]
    assert stage.books.ended_ids("2026-10") == []
    assert stage.books.open_ids() == []


@pytest.mark.parametrize("call", range(1, 24))
def test_a_tick_that_died_while_closing_is_made_up_for(call: int) -> None:
    stage = Stage()
    stage.people(3)
    stage.let_go(an_order(kind="forum"))
    stage.run("b1")
    stage.clock.at += SETTLED
    stage.database.outage = dying_at(call)
    with suppress(Killed):
        stage.sweeper.advance("b1")
    stage.database.outage = lambda _: ""
    stage.sweeper.tick()
    assert stage.books.head("b1").closed
    assert stage.books.head("b1").outcomes == {"en#people": 3, "en#sent": 3}
    assert stage.books.ended_ids(MONTH) == ["b1"]
    assert stage.books.open_ids() == []


def test_a_minute_reads_all_that_only_waits_at_once() -> None:
    stage, calls = Stage(), Counter[str]()
    stage.people(3)
    for n in range(40):
        stage.books.order(an_order(id_=f"f{n}", kind="notice"))
    stage.books.draft(an_order())
    for _ in range(10):
        stage.minute()
    assert {stage.books.head(f"f{n}").state for n in range(40)} == {"DONE"}

    def counted(call: str) -> str:
        calls[call] += 1
        return ""

    stage.database.outage = counted
    stage.sweeper.tick()
    # The lists of what is open, then all their heads.
    assert calls == {"get": 2}


def test_people_are_counted_by_language_and_network_when_a_message_is_planned() -> None:
    stage = Stage()
    stage.people(7)
    head = stage.let_go(an_order())
    assert sum(head.networks.values()) == head.planned == 7
    assert {name.partition("#")[0] for name in head.networks} == {"en"}


def test_an_account_after_thirty_days_says_what_was_known_when_the_message_was_closed() -> None:
    stage = Stage()
    numbers = stage.people(30)
    stage.let_go(an_order())
    stage.run("b1")
    ids = {number: message for number, _, message in stage.gateway.log}
    for n, status in enumerate(["delivered"] * 20 + ["failed"] * 3):
        assert stage.report(numbers[n], ids[numbers[n]], status) == "settled"
    stage.clock.at += SETTLED
    stage.minute()
    before = stage.report_on("b1")
    assert before.states == {"DELIVERED": 20, "FAILED": 3, "NO_REPORT": 7}
    rows = stage.database.tables["recipients"]
    gone = [key for key in rows if key.endswith(tuple(ids.values()))]
    # The broom takes rows one by one: halfway through, and when all are gone.
    for some in (gone[:15], gone[15:]):
        for key in some:
            del rows[key]
        assert stage.report_on("b1") == before


def test_who_is_in_doubt_waits_for_the_end_of_the_message_and_not_of_the_post() -> None:
    stage = Stage(size=2)
    stage.people(4)
    stage.gateway.plan = lambda post: "lost" if post == 1 else "accept"
    stage.let_go(an_order(days=6))
    stage.minute()
    stage.books.pause("b1", "a person looks")
    stage.clock.at += timedelta(days=5)
    assert stage.report_on("b1").states["UNKNOWN"] == 2
    assert stage.report_on("b1").faults == []
    stage.clock.at += timedelta(days=5)
    assert any("in doubt" in one for one in stage.report_on("b1").faults)


def test_a_message_that_went_to_all_does_not_say_why_it_was_paused() -> None:
    stage = Stage(size=3)
    stage.people(3)
    stage.let_go(an_order())
    stage.minute()
    assert stage.books.pause("b1", "a person looks")
    stage.run("b1")
    head = stage.books.head("b1")
    assert (head.state, head.why) == ("DONE", "")


@pytest.mark.parametrize("call", range(1, 14))
def test_a_planner_that_died_is_made_up_for_and_counts_nobody_twice(call: int) -> None:
    stage = Stage(size=2)
    stage.people(7)
    stage.books.draft(an_order())
    stage.books.move("b1", "DRAFT", "PLANNING")
    stage.database.outage = dying_at(call)
    try:
        stage.sweeper.advance("b1")
    except Killed:
        stage.database.outage = lambda _: ""
        stage.sweeper.advance("b1")
    stage.database.outage = lambda _: ""
    head = stage.books.head("b1")
    assert sum(head.networks.values()) == head.planned == 7
