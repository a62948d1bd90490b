"""This file tests the sender: a message is posted once or never, within the money of the day."""

from collections.abc import Iterator

import pytest

from chalicelib.errors import Unavailable
from chalicelib.storage.memory.base import AFTER, FINE
from chalicelib.telecom.messages import SendResult
from tests.builders import KAMRIENG, a_party
from tests.phone import Phone
from tests.storage.test_commits import stored
from tests.storage.test_limits import spend
from tests.world import StoppedClock, World, a_memory_world, on_moto

ONE_PART = {"spend_a_day": "0.05", "reply_price": "0.05"}


class Unreachable:
    """A gateway that no connection reaches."""

    def reply(self, *_: str) -> SendResult:
        """Say that nothing was posted."""
        return SendResult("deferred", reason="connect", posted=False)


@pytest.fixture(params=["memory", "moto"])
def poor(request: pytest.FixtureRequest, clock: StoppedClock) -> Iterator[World]:
    """A stage whose day pays for one part of a message, on either twin."""
    if request.param == "memory":
        yield a_memory_world(clock, **ONE_PART)
        return
    with on_moto(clock, **ONE_PART) as world:
        yield world


def waits(world: World, text: str = "HELP") -> str:
    """Text something, and return the id of the answer that waits."""
    Phone(world).texts(text)
    return next(world.stores.woken())


def test_a_message_that_no_connection_carried_is_sent_when_the_queue_brings_it_again(
    both: World,
) -> None:
    dedupe_id, gateway = waits(both), both.gateway
    both.sender.gateway = Unreachable
    with pytest.raises(Unavailable):
        both.sender.send(dedupe_id)
    both.sender.gateway = lambda: gateway
    assert both.sender.send(dedupe_id) == "accepted"
    assert both.sender.send(dedupe_id) == "gone"
    assert len(gateway.sent) == 1


def test_a_database_that_takes_no_transaction_loses_no_message(both: World) -> None:
    dedupe_id, box = waits(both), both.stores.box
    take = box.database.commit

    def failing(*_: object) -> None:
        raise Unavailable("no database")

    box.database.commit = failing
    with pytest.raises(Unavailable):
        both.sender.send(dedupe_id)
    box.database.commit = take
    assert both.gateway.sent == []
    assert both.sender.send(dedupe_id) == "accepted"


def test_a_message_that_may_have_been_taken_is_never_posted(world: World) -> None:
    dedupe_id = waits(world)
    world.database.outage = lambda call: AFTER if call == "commit" else FINE
    with pytest.raises(Unavailable):
        world.sender.send(dedupe_id)
    world.database.outage = lambda _: FINE
    assert world.sender.send(dedupe_id) == "gone"
    assert world.gateway.sent == []


@pytest.mark.parametrize("outcome", ["unknown", "deferred", "rejected"])
def test_a_message_that_was_posted_is_never_posted_again(both: World, outcome: str) -> None:
    dedupe_id = waits(both)
    both.gateway.outcome = outcome
    assert both.sender.send(dedupe_id) == outcome
    assert both.sender.send(dedupe_id) == "gone"
    assert len(both.gateway.sent) == 1


# The money of the day.
def test_a_gateway_out_of_reach_costs_no_money_of_the_day(poor: World) -> None:
    dedupe_id, gateway = waits(poor), poor.gateway
    poor.sender.gateway = Unreachable
    for _ in range(3):
        with pytest.raises(Unavailable):
            poor.sender.send(dedupe_id)
    poor.sender.gateway = lambda: gateway
    assert poor.sender.send(dedupe_id) == "accepted"


@pytest.mark.parametrize("outcome", ["deferred", "rejected"])
def test_a_post_that_the_gateway_did_not_take_costs_no_money(poor: World, outcome: str) -> None:
    poor.gateway.outcome = outcome
    assert [poor.sender.send(waits(poor)) for _ in range(3)] == [outcome] * 3
    poor.gateway.outcome = "accepted"
    assert poor.sender.send(waits(poor)) == "accepted"


@pytest.mark.parametrize("outcome", ["accepted", "unknown"])
def test_a_post_that_was_or_may_have_been_taken_is_paid(poor: World, outcome: str) -> None:
    poor.gateway.outcome = outcome
    assert poor.sender.send(waits(poor)) == outcome
    assert not spend(poor, 1)


def test_money_that_cannot_be_given_back_is_told_and_fails_no_message(world: World) -> None:
    dedupe_id = waits(world)
    world.gateway.outcome = "rejected"

    def failing(_: object) -> None:
        raise Unavailable("no database")

    world.stores.box.refund = failing
    assert world.sender.send(dedupe_id) == "rejected"
    assert ("refund_lost", {"error": "Unavailable"}) in world.events
    assert ("sms_sent", {"outcome": "rejected", "kind": "reply"}) in world.events


def test_a_reply_that_cannot_be_paid_is_dropped_and_never_sent_later(poor: World) -> None:
    first, second = waits(poor), waits(poor)
    assert poor.sender.send(first) == "accepted"
    assert poor.sender.send(second) == "over_spend"
    assert stored(poor, "outbox") == 0


def test_a_stop_is_confirmed_when_the_money_of_the_day_is_spent(poor: World) -> None:
    assert poor.sender.send(waits(poor, "HELP")) == "accepted"
    assert poor.sender.send(waits(poor, "STOP")) == "accepted"
    assert poor.sender.send(waits(poor, "START")) == "accepted"


def test_replies_switched_off_are_dropped_and_cost_nothing() -> None:
    world = a_memory_world(replies=False, **ONE_PART)
    assert world.sender.send(waits(world)) == "switched_off"
    assert stored(world, "outbox") == 0
    assert spend(world, 1)


# What a citizen is told (fault rows of false thank-yous).
@pytest.mark.parametrize(
    "keys", [("1", "102", "5"), ("1", "102", "4", "02", "0212", "1"), ("2", KAMRIENG, "1")]
)
def test_nobody_is_promised_a_message_that_the_day_cannot_pay(
    both: World, keys: tuple[str, ...]
) -> None:
    both.desk.set_language(a_party(), "en")
    spend(both, 1000)
    phone = Phone(both).dials().types(*keys).ends("Too many messages today")
    phone.repeats().receives_nothing()
    assert stored(both, "outbox") == 0
    both.clock.forward(hours=24)
    Phone(both).dials().types(*keys).ends("SMS soon").receives("102" if "102" in keys else KAMRIENG)


def test_nobody_is_promised_a_message_while_replies_are_switched_off() -> None:
    world = a_memory_world(replies=False)
    world.desk.set_language(a_party(), "en")
    phone = Phone(world).dials().types("1", "102", "5").ends("Too many messages today")
    phone.receives_nothing()
    assert stored(world, "outbox") == 0


def test_over_sms_an_empty_purse_is_silence_and_stop_still_works(both: World) -> None:
    spend(both, 1000)
    phone = Phone(both).texts("INFO 102", "HELP").receives_nothing()
    assert both.desk.look_sms(a_party(), "id/any").typed is not None
    phone.texts("STOP").receives("Stopped")
    assert both.desk.profile(a_party()).opted_out
