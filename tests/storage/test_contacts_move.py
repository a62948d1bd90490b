"""This file tests that everybody moves to a new contacts key, and nobody is lost or doubled."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from chalicelib.capabilities.ledger_people import Reached
from chalicelib.capabilities.subscribers_forget import forget
from chalicelib.duties import contacts as duties
from chalicelib.errors import NotAcceptable, Unavailable
from chalicelib.settings import Settings
from chalicelib.staff import Office
from tests.builders import KAMRIENG, a_forum
from tests.renewal import Renewed, at_call
from tests.world import StoppedClock, World, a_dynamo_world


@pytest.fixture
def stage(dynamo: World) -> Renewed:
    """A stage with six people: joined, stopped, waiting, answering, asking, and a guest."""
    renewed = Renewed(dynamo)
    forum = renewed.office.forums.add(a_forum(at=dynamo.clock.now() + timedelta(days=3)))
    assert forum.code == "001"
    for n in range(5):
        renewed.joins(n)
    renewed.stops(1)
    renewed.waits(2)
    renewed.answers(3, "001", "yes")
    renewed.asks(4, "001")
    renewed.answers(5, "001", "no")
    return renewed


def test_everything_of_everybody_is_under_the_new_key_and_nothing_under_the_old(
    stage: Renewed,
) -> None:
    assert len(stage.traces(6)) > 6
    before = [stage.look(n) for n in range(6)]
    first = stage.sends()
    assert sorted(first) == [stage.party(n).id for n in (0, 2, 3, 4)]
    stage.begins()
    done = stage.moves()
    assert (done.people, done.unreadable) == (5, 0)
    assert [stage.look(n) for n in range(6)] == before
    with pytest.raises(NotAcceptable, match="forums that are yet to come"):
        stage.retires()
    stage.world.clock.forward(days=3)
    stage.retires()
    assert [stage.look(n) for n in range(6)] == before
    assert stage.answered(3, "001") == "yes"
    assert stage.traces(6) == []
    assert sorted(stage.office.forums.answers("001").values()) == ["no", "yes"]
    again = stage.sends()
    assert sorted(again) == sorted(first)
    waiting = stage.desk.watchers.of([KAMRIENG])[KAMRIENG]
    assert waiting == [stage.world.keys.now().person(stage.party(2))]
    (question,) = stage.office.forums.questions("001")
    assert stage.office.forums.asker(question) == stage.world.keys.now().person(stage.party(4))


def test_moving_waits_until_every_function_knows_of_the_key(stage: Renewed) -> None:
    with pytest.raises(NotAcceptable, match="there is one contacts key"):
        stage.moves()
    stage.renews()
    with pytest.raises(NotAcceptable, match="a renewal is under way"):
        stage.renews()
    stage.world.clock.forward(minutes=11)
    with pytest.raises(NotAcceptable, match="functions still learn of the new key"):
        stage.moves()
    with pytest.raises(NotAcceptable, match="not everybody has moved"):
        stage.retires()


def test_nothing_is_planned_or_sent_while_people_move_and_all_of_it_after(stage: Renewed) -> None:
    control = stage.office.sweeper.ledger.control
    stage.renews()
    assert stage.sends() == []
    assert stage.office.ledger.head("b0").state == "PLANNING"
    control.stop("dara")
    assert not control.start("dara")
    assert control.start("sok")
    assert not control.switched()[0]
    stage.world.clock.forward(minutes=13)
    stage.moves()
    assert control.switched()[0]
    head = stage.office.sweeper.advance("b0")
    stage.office.ledger.sign("b0", "sok", head.seen)
    stage.office.ledger.release("b0")
    assert len(stage.works("b0")) == len(set(stage.works("b0"))) == 4


def test_what_a_person_stopped_stays_stopped_after_the_move(stage: Renewed) -> None:
    control = stage.office.sweeper.ledger.control
    control.stop("dara")
    stage.begins()
    stage.moves()
    assert not control.switched()[0]


def test_a_message_planned_before_reaches_everybody_once_after(stage: Renewed) -> None:
    control = stage.office.sweeper.ledger.control
    control.stop("dara")
    assert stage.sends() == []
    stage.begins()
    stage.moves()
    control.start("dara")
    control.start("sok")
    assert sorted(stage.works("b0")) == [stage.party(n).id for n in (0, 2, 3, 4)]


def test_caps_doubts_and_messages_on_the_way_are_found_by_the_new_key(stage: Renewed) -> None:
    stage.gateway.each = lambda number: stage.unclear(number, stage.party(0).id)
    assert len(stage.sends()) == 3
    stage.begins()
    stage.moves()
    assert stage.sends() == [], "one a day"
    assert stage.reports(2) == "settled"
    assert stage.reports(0, "late-id") == "settled"
    stage.world.clock.forward(days=4)
    stage.retires()
    assert stage.traces(6) == []


def test_who_wrote_by_the_old_key_after_the_move_is_moved_with_what_they_said(
    stage: Renewed,
) -> None:
    stage.begins()
    stage.moves()
    late = stage.desk.people.rows(stage.oldest.person(stage.party(0)), opted_out=True)
    late.opted_at, late.opted_by = stage.world.clock.now().isoformat(), "sms"
    late.number = stage.sealed(0)
    late.save()
    with pytest.raises(NotAcceptable, match="1 people came since"):
        stage.retires()
    with pytest.raises(NotAcceptable, match="in two minutes"):
        stage.moves()
    stage.world.clock.forward(minutes=2)
    assert stage.moves().people == 1
    seen = stage.look(0)
    assert (seen.commune, seen.opted_out) == ("021201", True)
    with pytest.raises(NotAcceptable, match="everybody has moved"):
        stage.moves()
    assert stage.office.sweeper.ledger.control.switched()[0]


def test_what_was_said_where_somebody_stood_is_not_lost(stage: Renewed) -> None:
    stage.begins()
    stage.moves()
    rows = stage.desk.people.rows
    said = [rows.opted_out.set(True), rows.opted_at.set(stage.world.clock.now().isoformat())]
    known = [rows.network.set("smart"), rows.number.set(stage.sealed(0))]
    rows(stage.oldest.person(stage.party(0))).update([*said, *known])
    with pytest.raises(NotAcceptable, match="1 people came since"):
        stage.drops()
    with pytest.raises(NotAcceptable, match="in two minutes"):
        stage.moves()
    stage.world.clock.forward(minutes=2)
    assert stage.moves().people == 1
    assert (stage.look(0).commune, stage.look(0).opted_out) == ("021201", True)


def test_whose_number_does_not_open_stays_and_is_dropped_only_when_told(stage: Renewed) -> None:
    row = stage.desk.people.rows(stage.oldest.person(stage.party(7)), number=b"noise")
    row.opted_out = True
    row.save()
    stage.begins()
    assert stage.moves().unreadable == 1
    stage.world.clock.forward(days=3)
    with pytest.raises(NotAcceptable, match="--without 1"):
        stage.retires()
    stage.retires(without=1)
    assert stage.traces(8) == []


def test_who_is_forgotten_meanwhile_is_gone_under_both_keys(stage: Renewed) -> None:
    stage.begins()
    for n in (2, 3):
        done = forget(stage.party(n), stage.office.traces())
        assert sum(one.left for one in done) == 0
        assert sum(one.found for one in done) > 0
        assert not stage.look(n).commune
        stage.moves() if n == 2 else None
    stage.world.clock.forward(days=3)
    stage.retires()
    assert stage.traces(6) == []


def test_the_sender_knows_nobody_by_a_way(stage: Renewed) -> None:
    stage.begins()
    stage.moves()
    old = stage.oldest.person(stage.party(0))
    assert stage.world.stores.addressees.reach([old]) == {old: Reached("", opted_out=False)}


@pytest.mark.stack
def test_moving_under_load_loses_and_doubles_nobody(emulator: str, clock: StoppedClock) -> None:
    threads, each = 4, 15
    stage = Renewed(a_dynamo_world(clock, endpoint=emulator, stage="load"))
    phones = [
        Renewed(a_dynamo_world(clock, endpoint=emulator, stage="load")) for _ in range(threads)
    ]
    for n in range(threads * each):
        stage.joins(n)
    stage.begins()
    through, stopped = Event(), [False] * (threads * each)

    def use(thread: int) -> int:
        """Say STOP and START and look, over and over, for people of one's own."""
        chance, looks = random.Random(thread), 0
        while not through.is_set():
            n = thread * each + chance.randrange(each)
            stopped[n] = chance.random() < 0.5
            phones[thread].stops(n, out=stopped[n])
            seen = phones[thread].look(n)
            assert (seen.commune, seen.opted_out) == ("021201", stopped[n])
            looks += 1
        return looks

    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(use, thread) for thread in range(threads)]
        try:
            stage.moves()
        finally:
            through.set()
        assert all(one.result() > 0 for one in running)
    stage.retires()
    assert stage.traces(threads * each) == []
    reached = [stage.party(n).id for n, out in enumerate(stopped) if not out]
    assert sorted(stage.sends()) == reached


@pytest.mark.parametrize("nth", [1, 3, 5])
def test_whoever_says_stop_while_people_are_moved_has_stopped(stage: Renewed, nth: int) -> None:
    def all_stop() -> None:
        for n in range(5):
            stage.stops(n)

    stage.begins()
    with at_call(stage, nth, all_stop, only="TransactWriteItems"):
        assert stage.moves().people == 5
    assert [stage.look(n).opted_out for n in range(5)] == [True] * 5
    assert stage.look(2).watched == (KAMRIENG,)
    assert stage.sends() == []


def test_a_clock_that_is_wrong_begins_nothing(dynamo: World) -> None:
    stage = Renewed(dynamo)
    deployed = Office(Settings(stage="local"), StoppedClock(datetime.now(UTC)))
    deployed.clock.forward(minutes=5)
    with pytest.raises(NotAcceptable, match="seconds from that of AWS"):
        duties.begun(deployed)
    assert not stage.office.sweeper.ledger.control.held_since()


def test_who_broke_off_before_there_was_a_second_key_lets_sending_go_on(stage: Renewed) -> None:
    control = stage.office.sweeper.ledger.control
    control.hold()
    with pytest.raises(NotAcceptable, match="there is one contacts key"):
        stage.moves()
    assert control.switched()[0]


@pytest.mark.parametrize("nth", [2, 9, 20])
def test_two_who_move_at_once_harm_nothing(stage: Renewed, nth: int) -> None:
    other = Renewed(stage.world)
    stage.begins()
    with suppress(Unavailable, NotAcceptable), at_call(stage, nth, other.moves):
        stage.moves()
    with suppress(NotAcceptable):
        # Who came second may have held sending anew, and was told to run it again.
        stage.world.clock.forward(minutes=2)
        stage.moves()
    assert stage.office.sweeper.ledger.control.switched()[0]
    stage.world.clock.forward(days=3)
    stage.retires()
    assert stage.traces(6) == []
    assert [bool(stage.look(n).commune) for n in range(6)] == [True] * 5 + [False]
    assert stage.look(1).opted_out
    assert stage.look(2).watched == (KAMRIENG,)
