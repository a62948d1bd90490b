"""This file tests sending to many against the rows of the fault matrix, judged by the gateway."""

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, cycle, pairwise

import pytest

from chalicelib.capabilities.broadcasts import Audience, Member
from chalicelib.capabilities.ledger import Chunk
from chalicelib.capabilities.ledger_chunks import Job, Name
from chalicelib.capabilities.ledger_control import Control
from chalicelib.capabilities.ledger_planner import AT_ONCE
from chalicelib.errors import NotAcceptable
from chalicelib.storage.memory.base import AFTER, BEFORE, FINE
from chalicelib.telecom.messages import SendResult
from tests.sending import GATEWAY, MORNING, Killed, Stage, an_order, dying_at, judged
from tests.world import StoppedClock

SMALL = 7


def a_stage(people: int = SMALL, *, size: int = 3, **values: float) -> Stage:
    """Return a stage with some people of one commune."""
    stage = Stage(size=size, **values)
    stage.people(people)
    return stage


def sent_out(stage: Stage, **order: object) -> Stage:
    """Let a message to all go; forum messages to few need no second person and no canary."""
    stage.let_go(an_order(kind="forum", **order))
    return stage


def closed(stage: Stage, order_id: str = "b1") -> dict[str, int]:
    """Let the message end, let 72 hours pass, and return the states of its people."""
    stage.gateway.plan = lambda _: "accept"
    stage.database.outage = lambda _: FINE
    stage.books.resume(order_id)
    stage.run(order_id, 24 * 60)
    for _ in range(80):
        stage.clock.forward(hours=1)
        stage.sweeper.tick()
        stage.work()
    assert stage.books.head(order_id).closed
    assert stage.books.open_ids() == []
    return dict(judged(stage, order_id).states)


def killed_at(call: int) -> Stage:
    """Kill a worker as it makes its nth call, of whatever kind."""
    stage = sent_out(a_stage())
    stage.database.outage = dying_at(call)
    stage.work()
    stage.database.outage = lambda _: FINE
    return stage


@pytest.mark.parametrize("call", range(1, 40))
def test_F1_a_worker_killed_at_any_call_sends_nobody_two_and_loses_nobody(call: int) -> None:
    stage = killed_at(call)
    states = closed(stage)
    assert sum(states.values()) == SMALL
    assert states.get("UNCONFIRMED", 0) <= 3
    assert set(states) <= {"UNCONFIRMED", "NO_REPORT"}


def test_F1_a_worker_killed_after_the_post_leaves_its_people_in_doubt() -> None:
    stage = sent_out(a_stage())
    stage.gateway.plan = lambda n: "killed" if n == 1 else "accept"
    assert stage.work() == ["killed", "recorded", "recorded"]
    assert closed(stage) == {"UNCONFIRMED": 3, "NO_REPORT": 4}
    assert len(stage.gateway.log) == SMALL


@pytest.mark.parametrize("lost", [3, 1])
def test_F3_a_lost_reply_is_never_tried_again(lost: int) -> None:
    stage = sent_out(a_stage(30))
    stage.gateway.plan = lambda n: "lost" if n % lost == 0 else "accept"
    stage.run("b1", 20)
    assert judged(stage).states["UNKNOWN"] > 0
    if lost == 1:
        assert stage.books.head("b1").state == "PAUSED"
        assert stage.gateway.posts == 5
        assert "paused" in stage.alarms()


def test_F3_a_person_who_looked_lets_the_rest_go() -> None:
    stage = sent_out(a_stage(30))
    stage.gateway.plan = lambda n: "lost" if n <= 5 else "accept"
    stage.run("b1", 5)
    stage.control.mend("b1")
    assert stage.books.resume("b1")
    assert closed(stage) == {"UNCONFIRMED": 15, "NO_REPORT": 15}


@pytest.mark.parametrize("way", ["lost", "not_accepted_5xx", "bug"])
def test_F4_a_fault_of_the_gateway_is_doubt_whether_it_accepted_or_not(way: str) -> None:
    stage = sent_out(a_stage())
    stage.gateway.plan = lambda n: way if n == 2 else "accept"
    stage.run("b1")
    assert stage.gateway.posts == 3
    assert judged(stage).states == {"SENT_TO_GATEWAY": 4, "UNKNOWN": 3}


def test_F5_a_gateway_that_cannot_be_reached_delays_and_loses_nobody() -> None:
    stage = sent_out(a_stage(30))
    times: list[datetime] = []

    def down(_: int) -> str:
        times.append(stage.clock.now())
        return "deferred" if stage.clock.now() < down_until else "accept"

    down_until = stage.clock.now() + timedelta(minutes=10)
    stage.gateway.plan = down
    stage.run("b1", 40)
    assert judged(stage).states == {"SENT_TO_GATEWAY": 30}
    assert max(times) < down_until + timedelta(minutes=15)


def test_F6_the_set_rate_is_kept_and_a_gateway_that_wants_less_is_obeyed() -> None:
    stage = sent_out(a_stage(60, size=5, a_second=2.0))
    times: list[float] = []
    stage.gateway.plan = lambda n: (
        times.append(stage.clock.seconds()) or ("deferred" if n == 3 else "accept")
    )
    stage.run("b1", 30)
    assert judged(stage).states == {"SENT_TO_GATEWAY": 60}
    assert all(b - a >= 5 / 2.0 * 0.95 for a, b in pairwise(times))


def test_F6_a_gateway_that_says_when_to_come_again_is_not_asked_before() -> None:
    stage = sent_out(a_stage(3))
    stage.gateway.plan = lambda n: "come_later" if n == 1 else "accept"
    assert stage.work() == ["put_back"]
    ((at, _),) = stage.queue.held
    assert at - stage.clock.now() >= timedelta(seconds=90)
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": 3}


def test_F7_who_is_missing_from_the_answer_is_in_doubt() -> None:
    stage = sent_out(a_stage(6))
    ways = cycle(["fewer", "more"])
    stage.gateway.plan = lambda _: next(ways)
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": 5, "UNKNOWN": 1}
    assert "numbers_not_asked_for" in stage.alarms()


def test_F8_a_queue_that_repeats_reorders_and_loses_sends_nobody_two() -> None:
    stage = sent_out(a_stage(60))
    held = list(stage.queue.held)
    random.Random(3).shuffle(held)
    stage.queue.held.clear()
    for at, message in held[5:]:
        stage.queue.held.extend([(at, message)] * 10)
    stage.run("b1", 30)
    assert judged(stage).states == {"SENT_TO_GATEWAY": 60}
    assert stage.gateway.posts == 20


def test_F8_a_purged_queue_is_filled_again_within_fifteen_minutes() -> None:
    stage = sent_out(a_stage())
    stage.queue.held.clear()
    stage.run("b1", 15)
    assert judged(stage).states == {"SENT_TO_GATEWAY": SMALL}


def test_F9_a_tick_that_comes_often_or_late_sends_once_or_says_too_late() -> None:
    stage = a_stage()
    stage.books.order(an_order(kind="forum"))
    for _ in range(5):
        stage.sweeper.tick()
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": SMALL}
    stage.books.order(an_order(id_="b2", kind="forum", text="Too late"))
    stage.clock.forward(days=4)
    stage.sweeper.tick()
    assert judged(stage, "b2").reasons == {"SKIPPED too_late": SMALL}
    assert "Too late" not in {words for _, words, _ in stage.gateway.log}


@pytest.mark.parametrize("seed", range(12))
def test_F10_a_database_that_fails_before_or_after_a_write_costs_no_second_copy(seed: int) -> None:
    stage, chance = a_stage(30), random.Random(seed)
    stage.books.order(an_order(kind="forum"))
    stage.database.outage = lambda _: chance.choices([FINE, BEFORE, AFTER], [90, 5, 5])[0]
    for _ in range(60):
        stage.minute()
    states = closed(stage)
    assert sum(states.values()) == 30
    assert set(states) <= {"NO_REPORT", "UNCONFIRMED"}


def test_F10_what_was_written_of_a_chunk_need_not_be_written_again() -> None:
    stage, calls = sent_out(a_stage(60, size=60)), count(1)

    def often_out(call: str) -> str:
        return BEFORE if call == "write" and next(calls) % 3 == 0 else FINE

    stage.gateway.during = lambda: setattr(stage.database, "outage", often_out)
    stage.run("b1", 30)
    assert stage.books.head("b1").state == "DONE"
    assert judged(stage).states == {"SENT_TO_GATEWAY": 60}


@pytest.mark.parametrize("failures", [1, 2])
@pytest.mark.parametrize("how", [BEFORE, AFTER])
def test_F10_an_answer_that_was_not_kept_at_first_is_kept(failures: int, how: str) -> None:
    stage = sent_out(a_stage(3))
    left = count(failures, -1)

    def fails_at_first(call: str) -> str:
        return how if call == "write" and next(left) > 0 else FINE

    stage.gateway.during = lambda: setattr(stage.database, "outage", fails_at_first)
    stage.work()
    stage.run("b1", 10)
    assert judged(stage).states == {"SENT_TO_GATEWAY": 3}
    assert stage.gateway.posts == 1


def test_F10_an_answer_that_could_never_be_kept_leaves_its_people_in_doubt() -> None:
    stage = sent_out(a_stage(3))
    stage.gateway.during = lambda: setattr(stage.database, "outage", lambda _: BEFORE)
    assert stage.work() == ["record_lost"]
    stage.database.outage, stage.gateway.during = (lambda _: FINE), (lambda: None)
    stage.run("b1", 10)
    assert judged(stage).states == {"UNKNOWN": 3}


def test_F9_what_is_posted_as_its_time_ends_is_awaited_before_the_rest_is_too_late() -> None:
    stage = sent_out(a_stage(6))
    stage.clock.at = MORNING + timedelta(days=3, seconds=-5)
    states: list[tuple[str, int]] = []

    def time_is_up() -> None:
        stage.clock.forward(seconds=10)
        head = stage.sweeper.advance("b1")
        states.append((head.state, head.ended_at))
        states.append((str(stage.report_on("b1").states), 0))

    stage.gateway.during = time_is_up
    assert stage.work(1) == ["recorded"]
    assert states == [("DONE", 0), ("{'PENDING': 6}", 0)]
    stage.gateway.during = lambda: None
    assert stage.work(1) == ["not_sending"]
    stage.minute()
    assert stage.books.head("b1").ended_at
    found = judged(stage)
    assert found.states == {"SENT_TO_GATEWAY": 3, "SKIPPED": 3}
    assert found.reasons == {"SKIPPED too_late": 3}


@pytest.mark.parametrize("begins", ["planning", "sending"])
def test_what_a_renewal_of_the_contacts_key_holds_for_long_wakes_somebody(begins: str) -> None:
    stage = a_stage()
    if begins == "planning":
        stage.sweeper.ledger.control.hold()
    stage.books.order(an_order(kind="forum", days=1))
    stage.sweeper.tick()
    stage.sweeper.ledger.control.hold()
    stage.clock.forward(hours=6)
    stage.sweeper.tick()
    assert stage.alarms() == []
    stage.clock.forward(minutes=1)
    stage.sweeper.tick()
    assert stage.alarms() == ["held_long"]
    stage.sweeper.ledger.control.let_on()
    stage.sweeper.tick()
    assert stage.alarms() == ["held_long"]


def test_F9_a_message_whose_planning_failed_beyond_its_time_ends_and_wakes_somebody() -> None:
    stage = a_stage()
    stage.books.order(an_order(kind="forum", days=1))

    def poisoned(_: Audience) -> Iterator[Member]:
        raise KeyError("a row that cannot be read")

    stage.reader.members = poisoned  # type: ignore[method-assign]
    stage.clock.forward(days=1, minutes=30)
    stage.sweeper.tick()
    assert (stage.books.head("b1").state, stage.alarms()) == ("PLANNING", [])
    stage.clock.forward(hours=1)
    stage.sweeper.tick()
    head = stage.books.head("b1")
    assert (head.state, head.why) == ("DONE", "too late: it was never planned")
    assert stage.alarms() == ["never_planned"]
    stage.clock.forward(hours=73)
    stage.sweeper.tick()
    assert stage.books.open_ids() == []


def test_F9_a_draft_that_nobody_let_go_ends_with_its_time() -> None:
    stage = a_stage()
    stage.books.draft(an_order(days=1))
    stage.clock.forward(days=1, minutes=1)
    stage.sweeper.tick()
    head = stage.books.head("b1")
    assert (head.state, head.why) == ("CANCELLED", "too late: nobody let it go")
    stage.clock.forward(hours=73)
    stage.sweeper.tick()
    assert stage.books.open_ids() == []


@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
def test_F11_a_worker_with_a_wrong_clock_sends_nobody_two(hours: int) -> None:
    stage = sent_out(a_stage(), days=5)
    wrong = StoppedClock(stage.clock.now() + timedelta(hours=hours))
    for _, message in list(stage.queue.held) * 2:
        stage.worker(clock=wrong).send(message)
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": SMALL}


def test_F11_one_wrong_clock_does_not_stop_the_line_for_the_others() -> None:
    stage = a_stage(1)
    ahead = StoppedClock(stage.clock.now() + timedelta(days=1))
    assert Control(stage.cells, ahead, 1000.0).wait(50) == 0
    assert stage.control.wait(50) == 0
    assert stage.control.wait(50) == pytest.approx(0.05)


def test_F11_a_worker_frozen_between_claim_and_post_posts_nothing() -> None:
    stage = sent_out(a_stage(3))
    times = iter([0.0, 700.0])
    stage.seconds = lambda: next(times, 701.0)
    assert stage.work(1) == ["put_back"]
    assert stage.gateway.posts == 0
    stage.seconds = stage.clock.seconds
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": 3}


@pytest.mark.parametrize(("before", "posts"), [(19.0, 1), (21.0, 0)])
def test_F11_a_post_begins_only_with_time_left_to_hear_its_answer(
    before: float, posts: int
) -> None:
    """The look, the wait in the line and the claim count: a function lives for 45 seconds."""
    stage = sent_out(a_stage(3))
    look, begun = stage.chunks.look, stage.clock.seconds()

    def slow(name: Name) -> Job:
        stage.clock.forward(seconds=before)
        return look(name)

    object.__setattr__(stage.chunks, "look", slow)
    assert stage.work(1) == ["recorded" if posts else "put_back"]
    assert stage.clock.seconds() - begun >= before
    assert stage.gateway.posts == posts


def test_F11_a_worker_given_up_tells_what_it_knows_when_it_wakes() -> None:
    stage = sent_out(a_stage(3))

    def freeze() -> None:
        stage.clock.forward(minutes=10)
        stage.sweeper.tick()

    stage.gateway.during = freeze
    assert stage.work(1) == ["late"]
    stage.gateway.during = lambda: None
    assert judged(stage).states == {"SENT_TO_GATEWAY": 3}
    stage.run("b1")
    assert stage.gateway.posts == 1


@pytest.mark.parametrize("posts", range(4))
def test_F12_after_a_cancel_only_the_chunk_in_hand_goes_out(posts: int) -> None:
    stage = sent_out(a_stage(15))
    stage.work(posts)
    stage.gateway.during = lambda: stage.books.cancel("b1", "the venue burned")
    stage.work(1)
    before = len(stage.gateway.log)
    stage.gateway.during = lambda: None
    stage.run("b1")
    found = judged(stage)
    assert len(stage.gateway.log) == before == 3 * (posts + 1)
    assert found.reasons == {"SKIPPED cancelled": 15 - before}
    assert not stage.books.resume("b1")


def test_F12_the_kill_switch_stops_the_next_claim_and_a_pause_resumes_without_a_copy() -> None:
    stage = sent_out(a_stage(15))
    stage.gateway.during = lambda: stage.control.stop("sok")
    assert stage.work() == ["recorded", *["switched_off"] * 4]
    stage.gateway.during = lambda: None
    stage.run("b1", 15)
    assert len(stage.gateway.log) == 3
    assert not stage.control.start("sok")
    assert not stage.control.start("sok")
    assert stage.control.start("dara")
    assert stage.books.pause("b1", "wait")
    stage.run("b1", 15)
    assert len(stage.gateway.log) == 3
    assert stage.books.resume("b1")
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": 15}


def test_F12_a_switch_turned_between_look_and_claim_stops_the_claim() -> None:
    stage = sent_out(a_stage(3))
    job = stage.chunks.look(Name("b1", 1, 0))
    stage.control.stop("sok")
    assert stage.chunks.claim(job, "me") is None


def test_F13_reports_settle_whatever_their_number_and_order_and_forgeries_do_not() -> None:
    stage = sent_out(a_stage(6))
    stage.run("b1")
    numbers = [to for to, _, _ in stage.gateway.log]
    for n, (to, _, message) in enumerate(stage.gateway.log):
        last = "delivered" if n % 2 else "failed"
        for status in ("accepted", last, "accepted", "delivered", "failed"):
            stage.report(to, message, status)
        stage.report(numbers[n - 1], message)
        stage.report(to, f"forged-{n}")
    assert set(stage.parked()) == {"parked", "unknown_id"}
    assert judged(stage).states == {"DELIVERED": 3, "FAILED": 3}
    assert stage.gateway.posts == 2


def test_F13_a_report_before_the_answer_waits_and_settles() -> None:
    stage = sent_out(a_stage(3))
    early: list[str] = []
    stage.gateway.during = lambda: early.append(stage.report("+85512000000", "m1"))
    stage.run("b1", 1)
    assert early == ["parked"]
    assert stage.parked() == ["settled"]
    assert judged(stage).states == {"DELIVERED": 1, "SENT_TO_GATEWAY": 2}


@pytest.mark.parametrize("call", range(1, 8))
def test_F13_a_report_settles_a_doubt_though_its_function_died_at_any_step(call: int) -> None:
    stage = sent_out(a_stage(3))
    stage.gateway.plan = lambda _: "lost"
    stage.run("b1", 2)
    (to, _, message), *_ = stage.gateway.log
    last = {"gateway": GATEWAY, "id": message, "status": "delivered", "reason": "", "waited": "4"}
    last["mark"] = stage.id_of(to)
    stage.database.outage = dying_at(call)
    with suppress(Killed):
        stage.delivery.settle(last)
    stage.database.outage = lambda _: FINE
    assert stage.delivery.settle(last) in {"settled", "unchanged"}
    assert judged(stage).states == {"DELIVERED": 1, "UNKNOWN": 2}


def test_F13_a_report_settles_somebody_whose_chunk_was_given_up() -> None:
    stage = sent_out(a_stage(3))
    stage.gateway.plan = lambda _: "killed"
    stage.minute()
    stage.clock.forward(minutes=10)
    stage.minute()
    assert stage.alarms() == ["chunk_lost"]
    (to, _, message), *_ = stage.gateway.log
    stage.report(to, message)
    assert stage.parked()[-1] == "settled"
    assert judged(stage).states == {"DELIVERED": 1, "UNKNOWN": 2}


def test_a_chunk_that_is_given_up_alarms_though_its_doubts_cannot_be_kept_yet() -> None:
    stage = sent_out(a_stage(3))
    stage.gateway.plan = lambda _: "killed"
    stage.minute()
    stage.clock.forward(minutes=10)
    writes: list[str] = []

    def failing(call: str) -> str:
        writes.extend([call] * (call == "write"))
        return BEFORE if len(writes) > 1 else FINE

    stage.database.outage = failing
    stage.minute()
    stage.database.outage = lambda _: FINE
    assert len(writes) > 1
    assert stage.alarms() == ["chunk_lost"]
    stage.clock.forward(minutes=10)
    stage.minute()
    assert stage.alarms() == ["chunk_lost"]
    assert judged(stage).states == {"UNKNOWN": 3}


def test_F13_a_report_settles_the_one_doubt_of_its_number_and_no_second() -> None:
    stage = sent_out(a_stage(3))
    stage.gateway.plan = lambda _: "lost"
    stage.run("b1", 2)
    (to, _, message), *_ = stage.gateway.log
    assert stage.report(to, message) == "parked"
    assert stage.parked() == ["parked", "parked", "parked", "settled"]
    assert judged(stage).states == {"DELIVERED": 1, "UNKNOWN": 2}
    stage.report(to, "forged")
    assert stage.parked()[-1] == "unknown_id"


def test_F13_a_true_report_after_the_close_wins() -> None:
    stage = sent_out(a_stage(3))
    stage.run("b1")
    assert closed(stage) == {"NO_REPORT": 3}
    to, _, message = stage.gateway.log[0]
    assert stage.report(to, message) == "settled"
    assert judged(stage).states == {"NO_REPORT": 2, "DELIVERED": 1}


def test_F14_a_broadcast_approved_twenty_times_goes_out_once() -> None:
    stage = a_stage(3)
    stage.let_go(an_order())
    for _ in range(20):
        with pytest.raises(NotAcceptable):
            stage.books.sign("b1", "sok", stage.books.head("b1").seen)
        with pytest.raises(NotAcceptable):
            stage.books.release("b1")
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": 3}
    assert not stage.books.draft(an_order())
    with pytest.raises(NotAcceptable, match="other words"):
        stage.books.draft(an_order(text="Another text"))


def test_F14_a_draft_repeated_after_an_edit_is_refused_and_the_edit_repeated_is_not() -> None:
    stage = a_stage(3)
    stage.books.draft(an_order())
    stage.books.edit(an_order(text="Another text"))
    with pytest.raises(NotAcceptable, match="other words"):
        stage.books.draft(an_order())
    assert not stage.books.draft(an_order(text="Another text"))


def test_F14_an_edit_takes_back_what_was_agreed_to() -> None:
    stage = a_stage(3)
    stage.books.draft(an_order())
    stage.books.move("b1", "DRAFT", "PLANNING")
    head = stage.sweeper.advance("b1")
    stage.books.edit(an_order(text="Another text"))
    with pytest.raises(NotAcceptable, match="preview"):
        stage.books.sign("b1", "sok", head.seen)
    stage.books.move("b1", "DRAFT", "PLANNING")
    stage.sweeper.advance("b1")
    with pytest.raises(NotAcceptable, match="changed"):
        stage.books.sign("b1", "sok", head.seen)
    with pytest.raises(NotAcceptable, match="approve it first"):
        stage.books.release("b1")


def test_F14_who_wrote_a_broadcast_does_not_approve_it() -> None:
    stage = a_stage(3)
    stage.books.draft(an_order())
    stage.books.move("b1", "DRAFT", "PLANNING")
    head = stage.sweeper.advance("b1")
    with pytest.raises(NotAcceptable, match="somebody else"):
        stage.books.sign("b1", "dara", head.seen)


def test_F15_who_stands_in_a_list_five_times_gets_one() -> None:
    stage = Stage(size=3)
    for number in stage.people(5) * 4:
        stage.reader.people.append(stage.reader.people[int(number[-1])])
    sent_out(stage)
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": 5}


def test_F15_two_people_with_one_number_get_one() -> None:
    stage = sent_out(a_stage(3))
    people = stage.database.tables["people"]
    first, second = stage.id_of("+85512000000"), stage.id_of("+85512000001")
    people[second] = people[first]
    stage.run("b1")
    assert stage.gateway.copies()["+85512000000"] == 1
    assert stage.report_on("b1").reasons == {"SKIPPED same_number": 1}


def test_F16_a_stop_before_the_post_is_honoured() -> None:
    stage = sent_out(a_stage(6))
    stage.work(1)
    stage.stops("+85512000004")
    stage.run("b1")
    assert "+85512000004" not in stage.gateway.copies()
    assert judged(stage).reasons == {"SKIPPED opted_out": 1}


def test_F16_who_is_on_the_gateways_block_list_is_opted_out() -> None:
    stage = sent_out(a_stage(3))
    blocked = SendResult("rejected", reason="user_in_blacklist")
    stage.gateway.each = lambda to: blocked if to == "+85512000001" else None
    stage.run("b1")
    assert stage.database.tables["people"][stage.id_of("+85512000001")]["opted_out"]
    assert judged(stage).reasons == {"REJECTED user_in_blacklist": 1}


@pytest.mark.parametrize("seed", range(5))
def test_F17_a_planner_killed_often_plans_exactly_the_audience(seed: int) -> None:
    stage, chance = a_stage(100), random.Random(seed)
    stage.books.order(an_order(kind="forum"))

    def dying(_: str) -> str:
        if chance.random() < 0.08:
            raise Killed
        return FINE

    stage.database.outage = dying
    for _ in range(200):
        try:
            head = stage.books.head("b1")
            if head.state == "PLANNING":
                stage.planner.plan(head)
        except Killed:
            assert stage.gateway.posts == 0
    stage.database.outage = lambda _: FINE
    head = stage.books.head("b1")
    assert (head.state, head.planned, head.chunks) == ("PLANNED", 100, 34)
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": 100}


def test_F17_who_stops_between_two_planners_is_counted_once() -> None:
    stage = a_stage(AT_ONCE + 1, size=1)
    stage.books.order(an_order(kind="forum"))
    head = stage.books.head("b1")
    # The first planner dies after its first chunks, and one of them says STOP.
    stage.database.outage = dying_at(4)
    with pytest.raises(Killed):
        stage.planner.plan(head)
    stage.database.outage = lambda _: FINE
    batch, *others = stage.chunks.batches(head)
    assert batch is not None
    assert len(others) == AT_ONCE - 1
    stage.reader.people = [
        one._replace(opted_out=one.id == batch.people[0]) for one in stage.reader.people
    ]
    stage.planner.plan(head)
    head = stage.books.head("b1")
    assert (head.planned, head.left_out) == (AT_ONCE + 1, {})
    assert sum(head.networks.values()) == AT_ONCE + 1


def test_F17_of_two_planners_at_once_the_later_writes_nothing() -> None:
    stage = a_stage(2 * AT_ONCE, size=1)
    stage.books.order(an_order(kind="forum"))
    head = stage.books.head("b1")
    other = iter([head])

    def meanwhile(call: str) -> str:
        if call == "commit" and (begun := next(other, None)) is not None:
            # The other meets the audience in another order.
            stage.reader.people.reverse()
            assert stage.planner.plan(begun)
        return FINE

    stage.database.outage = meanwhile
    assert not stage.planner.plan(head)
    assert stage.books.head("b1").planned == 2 * AT_ONCE
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": 2 * AT_ONCE}


def test_a_message_paused_while_its_worker_waits_in_the_line_is_not_posted() -> None:
    stage = sent_out(a_stage(6, a_second=1.0))
    worker = stage.worker()

    def pausing(wait: float) -> None:
        stage.clock.forward(seconds=wait)
        assert stage.books.pause("b1", "somebody looked")

    machine = replace(worker.machine, sleep=pausing)
    waiting = [stage.queue.take(), stage.queue.take()]
    outcomes = [replace(worker, machine=machine).send(one) for one in waiting if one is not None]
    assert outcomes == ["recorded", "not_sending"]
    assert stage.gateway.posts == 1


def test_F18_two_broadcasts_at_once_keep_the_cap() -> None:
    stage = a_stage(9)
    for name in ("b1", "b2"):
        stage.let_go(an_order(id_=name, text=f"Text {name}"))
    for name in ("b1", "b2"):
        stage.run(name)
    assert max(stage.gateway.copies().values()) == 1
    assert sum(judged(stage, one).states.get("SKIPPED", 0) for one in ("b1", "b2")) == 9


def test_F19_a_poisoned_chunk_harms_nobody_else() -> None:
    stage = sent_out(a_stage(9))
    place = Name("b1", 1, 1).people
    row = stage.database.tables["chunks"][place.id]
    stage.database.tables["chunks"][place.id] = {**row, "data": "{"}
    for _ in range(3):
        outcomes = stage.work()
        stage.clock.forward(minutes=6)
    assert outcomes == ["JSONDecodeError"]
    assert len(stage.gateway.log) == 6
    stage.database.tables["chunks"][place.id] = row
    stage.queue.held.extend(list(stage.queue.held) * 2)
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": 9}


def test_F19_a_poisoned_message_holds_up_no_other() -> None:
    stage = a_stage(3)
    for id_ in ("b1", "b2"):
        stage.books.order(an_order(id_=id_, kind="notice"))
    rows = stage.database.tables["broadcasts"]
    rows["b1"] = {**rows["b1"], "data": "{"}
    stage.run("b2")
    assert judged(stage, "b2").states == {"SENT_TO_GATEWAY": 3}
    assert ("tick_failed", {"error": "JSONDecodeError"}) in stage.events


def test_what_was_ordered_once_stays_as_it_was_whenever_it_is_ordered_again() -> None:
    stage = a_stage(3)
    assert stage.books.order(an_order(kind="notice"))
    assert not stage.books.order(an_order(kind="notice", text="Other words", days=9))
    assert stage.books.body(stage.books.head("b1")) == an_order(kind="notice")
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": 3}


def test_without_money_everything_waits_and_nobody_is_lost() -> None:
    stage = sent_out(a_stage(6))
    stage.gateway.each = lambda _: SendResult("rejected", reason="insufficient_balance")
    stage.run("b1", 3)
    assert stage.books.head("b1").state == "PAUSED"
    stage.gateway.each = lambda _: None
    assert stage.books.resume("b1")
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": 6}


def test_what_a_gateway_refuses_every_time_is_refused_after_five_tries() -> None:
    stage = sent_out(a_stage(3))
    stage.gateway.plan = lambda _: "rejected"
    stage.run("b1", 90)
    assert stage.gateway.posts == 5
    assert judged(stage).reasons == {"REJECTED told": 3}


def test_the_first_people_of_a_broadcast_are_awaited_a_minute() -> None:
    stage = a_stage(100, size=10)
    stage.let_go(an_order())
    assert stage.work() == ["recorded", "recorded"]
    stage.clock.forward(seconds=50)
    stage.sweeper.tick()
    assert stage.work() == []
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": 100}


def test_a_broadcast_that_fails_for_the_first_people_goes_no_further() -> None:
    stage = a_stage(100, size=10)
    stage.gateway.each = lambda _: SendResult("rejected", reason="invalid_sender_id")
    stage.let_go(an_order())
    stage.run("b1", 10)
    assert stage.books.head("b1").state == "PAUSED"
    assert stage.gateway.posts == 2
    assert stage.books.resume("b1")
    stage.run("b1", 10)
    assert stage.books.head("b1").state == "PAUSED"
    assert stage.gateway.posts == 4


def test_who_lets_a_broadcast_go_on_whose_first_people_failed_is_heeded() -> None:
    stage = a_stage(100, size=10)
    stage.gateway.plan = lambda n: "lost" if n <= 2 else "accept"
    stage.let_go(an_order())
    stage.run("b1", 10)
    assert stage.books.head("b1").state == "PAUSED"
    assert stage.books.resume("b1")
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": 80, "UNKNOWN": 20}


def test_nothing_goes_out_in_the_evening_and_the_rest_does_in_the_morning() -> None:
    stage = a_stage()
    stage.clock.at = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
    sent_out(stage)
    stage.run("b1", 60)
    assert stage.gateway.posts == 0
    stage.clock.at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    stage.run("b1", 3)
    assert judged(stage).states == {"SENT_TO_GATEWAY": SMALL}


def test_who_gets_an_invitation_has_the_question_open_before_the_post() -> None:
    stage = a_stage(3)
    seen: list[object] = []
    people = stage.database.tables["people"]
    stage.gateway.during = lambda: seen.extend(row.get("invited") for row in people.values())
    sent_out(stage, opens="041 2026-12-05T08:30+07:00")
    stage.run("b1")
    assert seen == ["041 2026-12-05T08:30+07:00"] * 3


def test_no_number_is_in_the_queue_or_in_a_row_of_the_ledger() -> None:
    stage = sent_out(a_stage(9))
    stage.gateway.plan = lambda n: "deferred" if n == 1 else "accept"
    stage.run("b1")
    told = str(stage.queue.ever)
    assert len(stage.queue.ever) > 3
    ledger = ("broadcasts", "chunks", "control", "caps", "recipients")
    told += "".join(str(stage.database.tables[name]) for name in ledger) + str(stage.events)
    assert "12000" not in told


def test_one_notice_goes_through_the_same_ledger() -> None:
    stage = a_stage(3)
    (one, *_) = (member.id for member in stage.reader.people)
    stage.books.order(an_order(id_="n1", kind="notice", audience=Audience(people=(one,))))
    stage.run("n1")
    assert judged(stage, "n1").states == {"SENT_TO_GATEWAY": 1}


def test_a_chunk_is_put_back_by_nobody_but_who_claimed_it() -> None:
    stage = sent_out(a_stage(3))
    job = stage.chunks.look(Name("b1", 1, 0))
    cell = stage.chunks.claim(job, "me")
    assert cell is not None
    stage.clock.forward(hours=1)
    stage.sweeper.tick()
    assert not stage.chunks.put_back(cell, tried=False)
    (now,) = stage.cells.read([job.name.state])
    assert Chunk.of(now.value).state == "DONE"
