"""This file tests that a long message goes on the queue in waves, and that none of it is lost."""

from collections.abc import Sequence

import pytest

from chalicelib.capabilities.broadcasts import Order
from chalicelib.capabilities.ledger_cells import Cell, Place
from chalicelib.capabilities.ledger_waves import LEAST, most_waiting
from chalicelib.errors import Unavailable
from tests.sending import Stage, an_order, judged

PEOPLE, RATE = 400, 1.0


def a_long_one(people: int = PEOPLE) -> tuple[Stage, Order]:
    """Return a stage that needs longer for a message than a wave may wait, and the message."""
    stage = Stage(size=1, a_second=RATE, always=True)
    stage.people(people)
    order = an_order(kind="notice")
    stage.let_go(order)
    return stage, order


def waiting(stage: Stage) -> list[int]:
    """Return the chunks on the queue."""
    return [int(one["chunk"]) for _, one in stage.queue.held]


def test_a_wave_holds_five_minutes_of_sending_or_a_hundred_chunks() -> None:
    assert most_waiting(20, 50) == 120
    assert most_waiting(1000, 50) == 6000
    assert most_waiting(1, 100) == LEAST == 100


def test_a_long_message_waits_on_the_queue_in_part() -> None:
    stage, _ = a_long_one()
    assert waiting(stage) == list(range(300))
    for _ in range(60):
        stage.sweeper.tick()
        stage.work(5)
        assert len(waiting(stage)) <= 300
    stage.run("b1")
    assert sorted(int(one["chunk"]) for one in stage.queue.ever) == list(range(PEOPLE))
    assert judged(stage).states == {"SENT_TO_GATEWAY": PEOPLE}


def test_a_look_does_not_grow_with_the_audience() -> None:
    stage, _ = a_long_one(1_000)
    read, looked = stage.cells.read, []

    def counted(places: Sequence[Place]) -> list[Cell]:
        looked.extend(one for one in places if one.table == "chunks")
        return read(places)

    stage.cells.read = counted  # type: ignore[method-assign]
    most = 0
    for _ in range(30):
        looked.clear()
        stage.sweeper.tick()
        most = max(most, len(looked))
        stage.minute()
    assert stage.books.head("b1").ended_at
    # Two waves and a call: what was sent since the last look, and what goes on the queue now.
    assert most <= 700


def test_what_the_queue_lost_comes_again_while_the_rest_goes_on() -> None:
    stage, _ = a_long_one()
    lost = stage.queue.take()
    assert lost is not None
    for _ in range(12):
        stage.minute()
    assert stage.queue.ever.count(lost) == 2
    assert len(stage.queue.ever) == PEOPLE + 1
    stage.run("b1")
    assert judged(stage).states == {"SENT_TO_GATEWAY": PEOPLE}


def test_a_chunk_put_back_for_long_holds_up_no_other() -> None:
    stage, _ = a_long_one()
    stage.gateway.plan = lambda post: "deferred" if post == 1 else "accept"
    stage.random.random = lambda: 1.0  # type: ignore[method-assign]
    stage.run("b1", 30)
    assert judged(stage).states == {"SENT_TO_GATEWAY": PEOPLE}
    assert stage.clock.now() < stage.books.body(stage.books.head("b1")).not_after


def test_nothing_goes_on_the_queue_that_its_head_does_not_know_of() -> None:
    stage, _ = a_long_one()
    stage.queue.held.clear()
    stage.books.pause("b1", "wait")
    stage.books.resume("b1")
    faults = iter([True])

    def refuse(call: str) -> str:
        return "before" if call == "write" and next(faults, False) else ""

    stage.database.outage = refuse
    with pytest.raises(Unavailable):
        stage.sweeper.advance("b1")
    assert waiting(stage) == []
    stage.sweeper.advance("b1")
    assert len(waiting(stage)) == 300


def test_a_claim_that_met_the_tick_is_tried_again() -> None:
    stage, _ = a_long_one()
    name = stage.queue.take()
    assert name is not None
    look, met = stage.chunks.look, iter([True])

    def met_by_the_tick(one: object) -> object:
        job = look(one)  # type: ignore[arg-type]
        if next(met, False):
            stage.books.change("b1", lambda head: type(head)(**{**_values(head), "why": "tick"}))
        return job

    object.__setattr__(stage.chunks, "look", met_by_the_tick)
    assert stage.worker().send(name) == "recorded"


def _values(head: object) -> dict[str, object]:
    return {name: getattr(head, name) for name in head.__dataclass_fields__}  # type: ignore[attr-defined]
