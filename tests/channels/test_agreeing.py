"""This file tests who must agree to a forum's message, however its people grew since."""

from typing import Any

import pytest

from chalicelib.capabilities.ledger import FEW, Head
from chalicelib.errors import NotAcceptable
from tests.sending import Stage, an_order, judged
from tests.world import MORNING


def ordered(people: int, **stage: Any) -> Stage:
    """Return a stage with some people and a forum's message to them, planned."""
    made = Stage(size=3, **stage)
    made.people(people)
    made.books.order(an_order(kind="forum"))
    made.sweeper.tick()
    return made


@pytest.mark.parametrize(("people", "state"), [(4, "SENDING"), (5, "PLANNED")])
def test_the_few_of_a_stage_are_the_few_of_its_ledger(people: int, state: str) -> None:
    assert ordered(people, few=4).books.head("b1").state == state


def test_a_message_kept_before_there_was_a_few_keeps_the_usual_one() -> None:
    plain = ordered(1, few=4).books.head("b1").plain()
    assert Head.of(plain).few == 4
    del plain["few"]
    assert Head.of(plain).few == FEW


def test_a_message_whose_time_came_and_that_nobody_agreed_to_is_alarmed_each_minute() -> None:
    stage = ordered(5, few=4)
    assert stage.alarms() == ["not_agreed"]
    stage.minute()
    assert stage.alarms() == ["not_agreed"] * 2
    head = stage.books.head("b1")
    with pytest.raises(NotAcceptable, match="somebody else"):
        stage.books.sign("b1", head.author, head.seen)
    stage.books.sign("b1", "sok", head.seen)
    stage.run("b1")
    assert stage.alarms() == ["not_agreed"] * 2
    assert judged(stage).states == {"SENT_TO_GATEWAY": 5}


def test_a_message_whose_time_did_not_come_is_not_alarmed() -> None:
    stage = Stage(size=3, few=1)
    stage.people(5)
    later = MORNING.replace(hour=6)
    stage.books.order(an_order(kind="forum", not_before=later))
    stage.sweeper.tick()
    assert stage.books.head("b1").state == "PLANNED"
    assert stage.alarms() == []
