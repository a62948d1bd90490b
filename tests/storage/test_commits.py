"""This file tests that several writes are done all or none, and refused by name."""

import json
import time
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from chalicelib.capabilities.subscribers import CONFIRM, REPLY
from chalicelib.errors import Unavailable
from chalicelib.ports import Refused
from tests.builders import a_count, a_party
from tests.storage.test_wire import answered
from tests.world import World


def stored(world: World, name: str) -> int:
    """Count the rows of a table, wherever it is."""
    tables = getattr(world.database, "tables", None)
    if tables is not None:
        return len(tables[name.replace("-", "_")])
    table = world.settings.table(name)
    answer = world.database.wire.call("Scan", TableName=table, Select="COUNT")
    return int(answer["Count"])


def a_reply(world: World, cause: str = "1", message_class: str = REPLY) -> list[object]:
    return world.desk.outbox.put(
        message_class,
        a_party(),
        "words",
        dedupe_id=world.desk.outbox.dedupe_id("test", cause),
        not_after=world.clock.now(),
    )


def test_writes_are_done_together(both: World) -> None:
    writes = [*both.desk.mark_seen(a_party(), "id/1"), *a_reply(both)]
    both.desk.commit(writes)
    assert stored(both, "seen") == 1
    assert stored(both, "outbox") == 1
    assert stored(both, "limits") == 2


def test_one_refusal_leaves_everything_as_it_was(both: World) -> None:
    both.desk.commit(both.desk.mark_seen(a_party(), "id/1"))
    writes = [*a_reply(both), *both.desk.counting([a_count()])]
    with pytest.raises(Refused) as refused:
        both.desk.commit([*writes, *both.desk.mark_seen(a_party(), "id/1")])
    assert refused.value.what == "seen"
    assert stored(both, "outbox") == stored(both, "limits") == stored(both, "counters") == 0


def test_of_several_refusals_the_first_kind_of_write_is_named(both: World) -> None:
    for cause in ("1", "2"):
        both.desk.commit(a_reply(both, cause, CONFIRM))
    with pytest.raises(Refused) as refused:
        both.desk.commit(reversed(a_reply(both, "1", CONFIRM)))
    assert refused.value.what == "outbox"


def test_a_refusal_never_holds_what_was_stored(both: World) -> None:
    both.desk.commit(a_reply(both))
    with pytest.raises(Refused, match=r"^refused: outbox$"):
        both.desk.commit(a_reply(both))


def test_what_takes_the_place_of_a_refused_write_is_asked_under_another_token(
    dynamo: World,
) -> None:
    dynamo.desk.commit(a_reply(dynamo))
    first, *_ = a_reply(dynamo)
    other, *_ = a_reply(dynamo, cause="2")
    tokens: list[str] = []

    def note(request: Any, **_: Any) -> None:
        tokens.append(json.loads(request.body)["ClientRequestToken"])

    dynamo.database.wire.events.register("before-send.dynamodb.TransactWriteItems", note)
    dynamo.database.commit([first.or_else(other)], token="one")
    assert tokens[0] == "one" != tokens[1]
    assert len(tokens) == stored(dynamo, "outbox") == 2


# What DynamoDB answers a transaction with that met another one at a shared row, or was throttled.
CANCELLED = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
PASSING = ("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded")


def meeting(world: World, times: int, code: str = PASSING[0]) -> list[float]:
    """Let the next transactions be cancelled; return when each was tried."""
    reasons = [{"Code": "None"}, {"Code": code, "Message": "ongoing"}]
    tried: list[float] = []

    def answer(**_: Any) -> AWSResponse | None:
        tried.append(time.monotonic())
        if len(tried) > times:
            return None
        told = {"__type": CANCELLED, "Message": "", "CancellationReasons": reasons}
        return answered(400, told)

    events = world.database.wire.events
    events.register("before-send.dynamodb.TransactWriteItems", answer)
    return tried


@pytest.mark.parametrize("code", PASSING)
def test_a_transaction_that_meets_another_or_is_throttled_is_tried_again(
    dynamo: World, code: str
) -> None:
    tried = meeting(dynamo, 3, code)
    dynamo.desk.commit(dynamo.desk.counting([a_count()]))
    assert len(tried) == 4
    assert stored(dynamo, "counters") == 1


def test_a_transaction_that_keeps_meeting_others_is_given_up_in_time(dynamo: World) -> None:
    tried = meeting(dynamo, 99)
    with pytest.raises(Unavailable):
        dynamo.desk.commit(dynamo.desk.counting([a_count()]))
    assert len(tried) == 4
    assert tried[-1] - tried[0] < 0.5
    assert stored(dynamo, "counters") == 0
