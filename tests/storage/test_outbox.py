"""This file tests the outbox: taken in once, taken out once, never sent late."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from chalicelib.capabilities.subscribers import CONFIRM, REPLY
from chalicelib.errors import Unavailable
from chalicelib.ports import Refused
from chalicelib.telecom.messages import Party
from tests.builders import NUMBER, a_party
from tests.storage.test_commits import stored
from tests.storage.test_limits import spend
from tests.world import World


def put(world: World, cause: str = "1", text: str = "words", party: Party | None = None) -> str:
    """Put one message that lives for half an hour; return its id."""
    dedupe_id: str = world.desk.outbox.dedupe_id("test", cause)
    not_after = world.clock.now() + timedelta(minutes=30)
    party = party or a_party()
    writes = world.desk.outbox.put(REPLY, party, text, dedupe_id=dedupe_id, not_after=not_after)
    world.desk.commit(writes)
    return dedupe_id


def answers_lost(world: World) -> list[str]:
    """Lose the first answer to every transaction from here on; return the tokens as they go."""
    tokens: list[str] = []
    events = world.database.wire.events

    def note(request: Any, **_: Any) -> None:
        tokens.append(json.loads(request.body)["ClientRequestToken"])

    def lose(**_: Any) -> None:
        if tokens.count(tokens[-1]) == 1:
            raise ConnectionClosedError(endpoint_url="https://dynamodb.example")

    events.register_first("before-send.dynamodb.TransactWriteItems", note)
    events.register("response-received.dynamodb.TransactWriteItems", lose)
    return tokens


def test_a_message_comes_out_as_it_went_in(both: World) -> None:
    waiting = both.stores.box.find(put(both, text="ភាសាខ្មែរ " * 10))
    assert (waiting.number, waiting.text) == (NUMBER, "ភាសាខ្មែរ " * 10)
    assert (waiting.message_class, waiting.segments) == (REPLY, 2)
    assert NUMBER not in repr(waiting)


def test_a_message_comes_out_once(both: World) -> None:
    dedupe_id = put(both)
    box = both.stores.box
    first, second = box.find(dedupe_id), box.find(dedupe_id)
    box.take(first)
    with pytest.raises(Refused, match="outbox"):
        box.take(second)
    assert box.find(dedupe_id) is None
    assert stored(both, "outbox") == 0


def test_a_message_taken_by_two_is_paid_once(both: World) -> None:
    dedupe_id, box = put(both), both.stores.box
    first, second = box.find(dedupe_id), box.find(dedupe_id)
    box.take(first)
    with pytest.raises(Refused, match="outbox"):
        box.take(second)
    assert [spend(both, 999), spend(both, 1)] == [True, False]


def test_the_repeats_of_one_taking_carry_one_token_and_two_takings_two(dynamo: World) -> None:
    box = dynamo.stores.box
    first, second = (box.find(put(dynamo, cause)) for cause in "12")
    tokens = answers_lost(dynamo)
    # The twin does not know tokens: it takes the repeat for another taking.
    with pytest.raises(Refused, match="outbox"):
        box.take(first)
    with pytest.raises(Refused, match="outbox"):
        box.take(second)
    assert len(tokens) == 4
    assert tokens[0] == tokens[1] != tokens[2] == tokens[3]


def test_a_message_that_cannot_be_paid_stays_until_it_is_dropped(both: World) -> None:
    dedupe_id, box = put(both), both.stores.box
    spend(both, 1000)
    waiting = box.find(dedupe_id)
    with pytest.raises(Refused, match="spend"):
        box.take(waiting)
    assert stored(both, "outbox") == 1
    box.drop(waiting)
    assert stored(both, "outbox") == 0


def test_a_message_put_back_is_the_same_and_its_money_is_back(both: World) -> None:
    dedupe_id, box = put(both), both.stores.box
    waiting = box.find(dedupe_id)
    box.take(waiting)
    box.put_back(waiting)
    again = box.find(dedupe_id)
    assert (again.number, again.text) == (waiting.number, waiting.text)
    assert again.not_after == waiting.not_after
    assert [spend(both, 1000), spend(both, 1)] == [True, False]


def test_a_cause_has_one_message_while_it_waits(both: World) -> None:
    put(both)
    with pytest.raises(Refused, match="outbox"):
        put(both, text="other words")
    put(both, cause="2")


def test_a_message_too_late_is_never_sent_and_not_kept(both: World) -> None:
    dedupe_id = put(both)
    both.clock.forward(minutes=31)
    assert both.stores.box.find(dedupe_id) is None
    assert stored(both, "outbox") == 0


def test_a_masked_party_is_written_to_by_its_id(both: World) -> None:
    party = a_party(number=None, gateway="ideamart", id_="masked-1")
    waiting = both.stores.box.find(put(both, party=party))
    assert waiting.number == "ideamart:masked-1"


def test_a_message_is_deleted_before_its_post(both: World) -> None:
    dedupe_id, rows = put(both), []
    send = both.gateway.reply
    both.gateway.reply = lambda *args: rows.append(stored(both, "outbox")) or send(*args)  # type: ignore[method-assign]
    assert both.sender.send(dedupe_id) == "accepted"
    assert rows == [0]
    assert both.sender.send(dedupe_id) == "gone"
    assert len(both.gateway.sent) == 1


@pytest.mark.parametrize("outcome", ["rejected", "deferred", "unknown"])
def test_whatever_a_gateway_says_nothing_is_posted_twice(both: World, outcome: str) -> None:
    both.gateway.outcome = outcome
    dedupe_id = put(both)
    assert [both.sender.send(dedupe_id) for _ in range(3)] == [outcome, "gone", "gone"]
    assert len(both.gateway.sent) == 1


def test_the_sender_is_woken_by_id(both: World) -> None:
    both.desk.outbox.nudge(put(both))
    assert both.deliver() == ["accepted"]
    assert both.deliver() == []


def test_a_queue_that_does_not_answer_is_told_of(dynamo: World) -> None:
    dynamo.desk.outbox.queue.url = dynamo.desk.outbox.queue.url.replace("outbox", "nowhere")
    with pytest.raises(Unavailable, match="queue"):
        dynamo.desk.outbox.nudge("id")


def test_a_confirmation_names_its_class(both: World) -> None:
    dedupe_id = both.desk.outbox.dedupe_id("test", "1")
    writes = both.desk.outbox.put(
        CONFIRM, a_party(), "Stopped.", dedupe_id=dedupe_id, not_after=both.clock.now()
    )
    both.desk.commit(writes)
    assert both.stores.box.find(dedupe_id).message_class == CONFIRM
