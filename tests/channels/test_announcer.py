"""This file tests that each message of a forum is handed over once, and none of a plan before."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from chalicelib.capabilities.broadcasts import Order
from chalicelib.capabilities.forums import Forum, agreed_by_few, moved
from chalicelib.errors import Unavailable
from tests.builders import a_forum
from tests.sending import Killed
from tests.walk import Walk

INVITE = "forum/001/invite/1"


@dataclass
class Breaking:
    """A ledger that breaks off at some messages, before or after it has them."""

    walk: Walk
    stuck: tuple[str, ...] = ()
    fault: type[BaseException] = Unavailable
    after: bool = False
    cancelled: list[str] = field(default_factory=list)

    def order(self, order: Order) -> bool:
        """Take an order, unless it is one to break off at."""
        stuck = order.id in self.stuck
        if stuck and not self.after:
            raise self.fault(order.id)
        taken = self.walk.stage.books.order(order)
        if stuck:
            raise self.fault(order.id)
        return taken

    def cancel(self, order_id: str, why: str) -> bool:
        """Stop one."""
        self.cancelled.append(order_id)
        return self.walk.stage.books.cancel(order_id, why)


@pytest.fixture
def walk() -> Walk:
    """Lina's commune, before anything is planned."""
    return Walk()


def planned(walk: Walk) -> Forum:
    made: Forum = walk.forums.add(a_forum(people=3, now=walk.clock.now()))
    return made


def moves(walk: Walk, code: str = "001") -> None:
    """Move a forum by a day as the command does, were it to end right after."""
    old, now = walk.forums.known(code), walk.clock.now()
    new = moved(old, "Lina", now, at=old.at + timedelta(days=1))
    walk.forums.change(old, agreed_by_few(new, now, few=200))


def fires(walk: Walk, ledger: Breaking) -> list[str]:
    walk.clock.forward(minutes=1)
    return walk.announcer.fire(ledger, walk.clock.now())


@pytest.mark.parametrize("fault", [Unavailable, KeyError])
def test_a_forum_that_is_stuck_holds_up_no_other(walk: Walk, fault: type[Exception]) -> None:
    for _ in range(3):
        planned(walk)
    ledger = Breaking(walk, stuck=(INVITE,), fault=fault)
    with pytest.raises(fault):
        fires(walk, ledger)
    assert walk.stage.books.open_ids() == ["forum/002/invite/1", "forum/003/invite/1"]
    assert fires(walk, Breaking(walk)) == [INVITE]


def test_a_message_that_was_ordered_and_not_settled_is_taken_back_after_a_move(walk: Walk) -> None:
    planned(walk)
    with pytest.raises(Killed):
        fires(walk, Breaking(walk, stuck=(INVITE,), fault=Killed, after=True))
    moves(walk)
    assert fires(walk, Breaking(walk)) == ["forum/001/moved/2"]
    assert walk.stage.books.head(INVITE).state == "CANCELLED"
    assert walk.forums.fired([INVITE]) == {INVITE: "withdrawn"}


def test_a_message_that_is_ordered_after_the_move_is_taken_back_too(walk: Walk) -> None:
    forum = planned(walk)
    with pytest.raises(Killed):
        fires(walk, Breaking(walk, stuck=(INVITE,), fault=Killed))
    moves(walk)
    for _ in range(2):
        fires(walk, Breaking(walk))
        assert walk.forums.fired([INVITE]) == {INVITE: "claimed"}
    # Whoever claimed it wakes, orders it, and dies before it sees that the forum was moved.
    late = walk.announcer.plan(forum)[0]
    walk.stage.books.order(walk.announcer.order(forum, late))
    fires(walk, Breaking(walk))
    assert walk.stage.books.head(INVITE).state == "CANCELLED"


def test_what_was_sent_before_a_move_is_asked_for_once_and_stays_sent(walk: Walk) -> None:
    planned(walk)
    walk.tick()
    assert walk.stage.books.head(INVITE).state == "DONE"
    moves(walk)
    ledger = Breaking(walk)
    for _ in range(3):
        fires(walk, ledger)
    assert ledger.cancelled == [INVITE]
    assert walk.stage.books.head(INVITE).state == "DONE"


@pytest.mark.parametrize("forums", [1, 12])
def test_a_minute_with_nothing_to_send_reads_three_times_however_many_forums_moved(
    walk: Walk, forums: int
) -> None:
    for n in range(forums):
        planned(walk)
        moves(walk, f"{n + 1:03}")
    fires(walk, Breaking(walk))
    walk.world.database.calls.clear()
    assert fires(walk, Breaking(walk)) == []
    assert walk.world.database.calls == ["get", "get", "get"]


def test_an_answer_is_sent_after_three_blocked_days(walk: Walk) -> None:
    forum = planned(walk)
    walk.tick()
    walk.texts("Chan", "ASK why?")
    blocked = frozenset({date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)})
    for hours in (walk.stage.hours, walk.announcer.rules.hours):
        object.__setattr__(hours, "blocked", blocked)
    walk.clock.forward(hours=9)
    walk.answers(forum.code, "101", "30,000 riel")
    walk.until(27, 11, 9)
    assert "ចម្លើយសំណួរលេខ 101" in walk.stage.gateway.log[-1][1]
