"""This file holds the ledger to each gateway's log, whose shape is a file, while it misbehaves."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.channels.forwarding import Forwarding
from chalicelib.gateways.mapped import MappedGateway
from chalicelib.gateways.mapping_read import mapped
from chalicelib.settings import Settings
from chalicelib.storage.memory.base import FINE
from chalicelib.telecom.callbacks import Call
from tests.builders import a_party
from tests.gateways.shapes import files
from tests.gateways.wire import DIALECTS, READABLE, UNREADABLE, Dialect, wired
from tests.sending import DisturbedQueue, Stage, an_order, dying_at, judged

__all__ = ["files"]
PEOPLE = 9
TYPES = {"form": "application/x-www-form-urlencoded", "json": "application/json"}
BATCHES = [one for one in DIALECTS if one.size > 1]
REPORTING = [one for one in DIALECTS if one.report is not None]
each_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=[one.name for one in DIALECTS])


@pytest.fixture
def stage(dialect: Dialect, files: object) -> Iterator[Stage]:
    """A stage whose one gateway is a file, with a message let go to nine people."""
    with wired(dialect) as wire:
        made = Stage(size=dialect.size)
        made.gateway, made.address_of = wire, dialect.address
        made.people(PEOPLE)
        made.let_go(an_order(kind="forum"))
        yield made


def ended(stage: Stage) -> dict[str, int]:
    """Let the message and 72 hours pass; return the states of its people, held to the log."""
    stage.gateway.plan = lambda _: "accept"
    stage.database.outage = lambda _: FINE
    stage.control.mend("b1")
    stage.books.resume("b1")
    stage.run("b1", 600)
    for _ in range(80):
        stage.clock.forward(hours=1)
        stage.sweeper.tick()
        stage.work()
    found = dict(judged(stage).states)
    assert sum(found.values()) == PEOPLE
    return found


@each_dialect
def test_everybody_gets_it_once_as_the_gateway_writes_them(dialect: Dialect, stage: Stage) -> None:
    stage.run("b1")
    assert stage.gateway.posts == PEOPLE / dialect.size
    assert judged(stage).states == {"SENT_TO_GATEWAY": PEOPLE}
    assert set(stage.gateway.copies().values()) == {1}


@each_dialect
@pytest.mark.parametrize("call", range(1, 30, 2))
def test_F1_a_worker_killed_at_any_call_sends_nobody_two(
    call: int, dialect: Dialect, stage: Stage
) -> None:
    stage.database.outage = dying_at(call)
    stage.work()
    states = ended(stage)
    assert states.get("UNCONFIRMED", 0) <= dialect.size
    assert set(states) <= {"UNCONFIRMED", "NO_REPORT"}


@each_dialect
def test_F1_a_worker_killed_after_the_post_leaves_doubt(dialect: Dialect, stage: Stage) -> None:
    stage.gateway.plan = lambda n: "killed" if n == 1 else "accept"
    stage.work()
    assert ended(stage)["UNCONFIRMED"] == dialect.size
    assert len(stage.gateway.log) == PEOPLE


@each_dialect
def test_F3_a_lost_reply_is_never_tried_again(dialect: Dialect, stage: Stage) -> None:
    stage.gateway.plan = lambda n: "lost" if n == 2 else "accept"
    assert ended(stage)["NO_REPORT"] <= PEOPLE
    stage.run("b1")
    assert set(stage.gateway.copies().values()) == {1}
    assert stage.gateway.posts == PEOPLE / dialect.size


@each_dialect
def test_F3_where_every_reply_is_lost_sending_stops(dialect: Dialect, stage: Stage) -> None:
    stage.gateway.plan = lambda _: "lost"
    stage.run("b1", 20)
    posts = int(PEOPLE / dialect.size)
    assert stage.gateway.posts == min(5, posts)
    if posts > 5:
        assert stage.books.head("b1").state == "PAUSED"
        assert "paused" in stage.alarms()
    assert set(ended(stage)) <= {"UNCONFIRMED", "NO_REPORT"}


@each_dialect
def test_F5_a_gateway_that_is_not_there_delays_and_loses_nobody(
    dialect: Dialect, stage: Stage
) -> None:
    stage.gateway.plan = lambda _: "down"
    stage.run("b1", 10)
    assert (stage.gateway.posts, stage.gateway.log) == (0, [])
    assert ended(stage) == {"NO_REPORT": PEOPLE}


@each_dialect
@pytest.mark.parametrize("way", ["429", "401"])
def test_F6_what_is_refused_for_now_comes_again(way: str, dialect: Dialect, stage: Stage) -> None:
    stage.gateway.plan = lambda n: way if n % 2 else "accept"
    stage.run("b1", 60)
    assert ended(stage) == {"NO_REPORT": PEOPLE}
    assert set(stage.gateway.copies().values()) == {1}


@each_dialect
@pytest.mark.parametrize("way", [*UNREADABLE, "5xx"])
def test_F7_an_answer_that_tells_nothing_is_doubt(way: str, dialect: Dialect, stage: Stage) -> None:
    stage.gateway.plan = lambda n: way if n == 2 else "accept"
    stage.run("b1", 60)
    assert judged(stage).states["UNKNOWN"] == dialect.size
    assert stage.gateway.posts == PEOPLE / dialect.size
    assert ended(stage)["UNCONFIRMED"] == dialect.size


@pytest.mark.parametrize("dialect", BATCHES, ids=[one.name for one in BATCHES])
def test_F7_who_is_missing_from_an_answer_is_in_doubt(dialect: Dialect, stage: Stage) -> None:
    stage.gateway.plan = lambda n: "fewer" if n == 1 else "accept"
    stage.run("b1", 60)
    assert judged(stage).states == {"SENT_TO_GATEWAY": PEOPLE - 1, "UNKNOWN": 1}


@pytest.mark.parametrize("dialect", BATCHES, ids=[one.name for one in BATCHES])
@pytest.mark.parametrize("way", READABLE)
def test_F7_an_answer_in_another_order_tells_all_the_same(
    way: str, dialect: Dialect, stage: Stage
) -> None:
    stage.gateway.plan = lambda _: way
    stage.run("b1", 60)
    assert judged(stage).states == {"SENT_TO_GATEWAY": PEOPLE}
    assert ("numbers_not_asked_for" in stage.alarms()) == (way == "more")


def reported(stage: Stage, dialect: Dialect, message_id: str, number: str, word: str) -> str:
    """Bring one report as the gateway posts it: through the webhook's end, to the delivery's."""
    assert dialect.report is not None
    body, kind = dialect.report(message_id, number, word)
    gateway = MappedGateway(replace(mapped(dialect.name), signature=None), dict, "")
    call = Call("", body.encode(), {"content-type": TYPES[kind]})
    (fields,) = gateway.read("delivery-reports", call)
    queue = DisturbedQueue(stage.clock)
    forwarding = Forwarding(queue, lambda party: _mark(stage, dialect, party))
    forwarding.forward(gateway.parse_report(fields, Settings()))
    return stage.delivery.settle(queue.ever[0])


def _mark(stage: Stage, dialect: Dialect, party: object) -> str:
    """Return the mark of who stands in the stage's tables, under the number of the test."""
    told = getattr(party, "msisdn", None) or f"+{getattr(party, 'id', '')}"
    return str(stage.keys.now().person(a_party(number=dialect.number(str(told)))))


@pytest.mark.parametrize("dialect", REPORTING, ids=[one.name for one in REPORTING])
def test_F13_reports_move_forward_whatever_is_forged(dialect: Dialect, stage: Stage) -> None:
    stage.run("b1")
    posts = stage.gateway.posts
    log = list(stage.gateway.log)
    for number, _, message_id in log[:4]:
        for word in ("delivered", "accepted", "failed", "delivered"):
            reported(stage, dialect, message_id, number, word)
    for n in range(20):
        reported(stage, dialect, f"{90_000_000 + n}", "+85512000001", "delivered")
    names = "party" in (mapped(dialect.name).inbound["delivery-reports"].fields)
    if names:
        for number, _, message_id in log[4:]:
            other = next(one for one, _, _ in log if one != number)
            assert reported(stage, dialect, message_id, other, "failed") == "other_number"
    assert judged(stage).states == {"DELIVERED": 4, "SENT_TO_GATEWAY": PEOPLE - 4}
    assert stage.gateway.posts == posts
    late, message_id = log[-1][0], log[-1][2]
    stage.clock.forward(hours=80)
    assert reported(stage, dialect, message_id, late, "delivered") == "settled"
