"""This file plays the rows about queues and ticks that repeat, lose and come late."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

from chalicelib.capabilities.forums import approved
from chalicelib.capabilities.ledger import DONE
from chalicelib.storage.cells import packed
from chalicelib.wiring.phones import Webhooks
from tests.builders import TRANG, a_catalogue, a_forum
from tests.faults.case import Case
from tests.faults.queues import CHUNKS
from tests.faults.run import HOUR, MINUTE, Run
from tests.faults.town import SECOND, texted
from tests.faults.worker import SENDER, TICKER

MOST_COPIES, LONGEST_DELAY = 10, 30 * MINUTE
FILLED_WITHIN = 15 * MINUTE
TICKS_AT_ONCE = 5
# So many say YES, and are reminded a day before and in the morning.
COMING = 30
STEP = 20 * MINUTE
FORUM_AT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
# The tick is missed from an hour before the reminder of the day before until an hour after.
MISSED = (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), datetime(2026, 11, 24, 2, 0, tzinfo=UTC))


def f8_queue_disturbed(case: Case) -> None:
    """Deliver each message 1 to 10 times, in any order, up to 30 minutes late; then lose all."""
    with case.run() as run:
        run.longest_step = MINUTE
        run.queues.disturbance.most_copies = MOST_COPIES
        run.queues.disturbance.longest_delay = LONGEST_DELAY
        run.queues.disturbance.shuffled = True
        run.staff()
        run.let_go("b1")
        half = case.people // run.size // 2
        run.until(lambda: len(run.gateway.log_lines()) >= half)
        lost, at, seen = run.queues.purge(CHUNKS), run.clock.seconds(), len(run.gateway.log_lines())
        run.queues.disturbance.longest_delay = 0
        run.finish("b1")
        after = [one["at"] for one in run.gateway.log_lines()[seen + 2 :]]
        (found,) = case.judge(run, "b1")
        case.require("somebody did not get it", that=found.accepted == found.people)
        case.require("a chunk was posted twice", that=_posts_once(run))
        waited = min(after) - at
        case.require(f"nothing was sent for {waited:.0f} s", that=waited <= FILLED_WITHIN)
        case.note(f"{run.queues.made} messages, {lost} lost at once, sent again {waited:.0f} s on")


def f9_ticks_disturbed(case: Case) -> None:
    """Fire each tick 1 to 5 times at once, and miss it for two hours where a reminder is due."""
    with case.run(people=1) as run:
        run.town.people(case.people, commune=TRANG.code)
        places = {**a_catalogue().places, TRANG.code: TRANG}
        run.town.office.catalogue.publish(a_catalogue()._replace(places=places))
        run.fleet.start(SENDER)
        for _ in range(2):
            run.fleet.start(TICKER, announces=True)
        now = run.clock.now()
        forum = a_forum(at=FORUM_AT, now=now, people=case.people)
        forum = run.town.office.forums.add(forum)
        agreed = approved(forum, SECOND, now, few=200)
        run.town.office.forums.change(forum, agreed)
        webhooks, coming = Webhooks(run.town.settings), list(run.town.ids)[1 : COMING + 1]
        while run.clock.now() < FORUM_AT + timedelta(hours=1):
            missed = MISSED[0] <= run.clock.now() < MISSED[1]
            run.ticks = 0 if missed else run.chance.randint(1, TICKS_AT_ONCE)
            run.tick()
            run.quieten()
            if coming and _is_invited(run, agreed.code):
                for n, number in enumerate(coming):
                    texted(webhooks, number, "YES", f"yes-{n}")
                coming = []
            run.clock.forward(STEP)
        plan = run.town.office.announcer.plan(agreed)
        fired = run.town.office.forums.fired(one.id for one in plan)
        wanted = [one for one, outcome in fired.items() if outcome == "ordered"]
        for one in wanted:
            run.finish(one)
        found = case.judge(run, *wanted)
        case.require(
            "somebody did not get a message of a forum",
            that=all(one.accepted == one.people > 0 for one in found),
        )
        told = sorted(one.people for one in found)
        case.require(f"{told} were told", that=told == [COMING, COMING, case.people])
        _too_late(case, run)
        case.note(f"messages of a forum: {dict(fired)}")


def _is_invited(run: Run, code: str) -> bool:
    (head,) = run.town.office.ledger.heads([f"forum/{code}/invite/1"])
    return head is not None and bool(head.ended_at)


def _too_late(case: Case, run: Run) -> None:
    """Miss the tick until the window of a message is over: it is skipped, and says why."""
    run.ticks = 1
    run.town.office.ledger.order(run.town.order("late", hours=1, kind="notice"))
    run.clock.forward(2 * HOUR)
    run.tick()
    run.quieten()
    (found,) = case.judge(run, "late")
    reasons = dict(found.reasons)
    case.require(f"late: {reasons}", that=reasons == {"SKIPPED too_late": 1})
    case.require("late: posted", that=found.accepted == 0)


def f19_poison(case: Case) -> None:
    """Poison one chunk: the others go out, it ends among the dead, and a redrive sends it once."""
    with case.run() as run:
        run.staff()
        run.let_go("b1")
        run.queues.hello("nobody", CHUNKS)
        chunk = case.people // run.size // 2
        table, key = run.town.settings.table("chunks"), {"id": {"S": f"b1/1/{chunk}/people"}}
        whole = run.town.dynamodb.get_item(TableName=table, Key=key)["Item"]
        poison = {**whole, "data": {"B": packed({"no": "people"})}}
        run.town.dynamodb.put_item(TableName=table, Item=poison)
        run.queues.goodbye("nobody")
        others = case.people - run.size
        run.until(lambda: _accepted(run) == others and bool(run.queues.dead))
        dead = Counter(one.body for one in run.queues.dead)
        case.require(f"{len(dead)} chunks are dead", that=len(dead) == 1)
        names = {str(json.loads(one)["chunk"]) for one in dead}
        case.require("another chunk is dead than the poisoned", that=names == {str(chunk)})
        run.town.dynamodb.put_item(TableName=table, Item=whole)
        for _ in range(2):
            run.queues.redrive(list(dead))
        run.finish("b1")
        (found,) = case.judge(run, "b1")
        case.require("somebody did not get it", that=found.accepted == found.people)
        case.require("it is not over", that=run.town.head("b1").state == DONE)


def _accepted(run: Run) -> int:
    return sum(len(one["ids"]) for one in run.gateway.log_lines())


def _posts_once(run: Run) -> bool:
    return len(run.gateway.log_lines()) == run.town.head("b1").chunks
