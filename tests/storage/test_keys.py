"""This file tests the keys: monthly ones turn and are destroyed, two secrets may be valid."""

from datetime import UTC, datetime

import pytest

from chalicelib.errors import Unavailable
from chalicelib.storage.keys import (
    CONTACTS,
    ECHO,
    SENDER,
    SENDER_PUBLIC,
    WEBHOOK_KEYS,
    WEBHOOKS,
    Keys,
    KeysMissing,
)
from chalicelib.storage.memory.base import BEFORE
from tests.builders import a_party
from tests.world import MORNING, StoppedClock, World, a_memory_world

# Phnom Penh is seven hours ahead: November ends there at 17:00 UTC.
LAST_MINUTE = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)


def at(world: World, moment: datetime) -> Keys:
    """Return the keys that a warm function uses at a moment."""
    world.clock.at = moment
    return world.keys.now()


def test_an_id_is_the_same_all_month_and_says_nothing(both: World) -> None:
    (first,) = both.keys.now().monthly("seen", "x")
    (later,) = at(both, LAST_MINUTE).monthly("seen", "x")
    assert first == later
    assert len(first) == 43
    assert both.keys.now().monthly("seen", "y") != [first]


def test_parts_of_an_id_cannot_run_into_each_other(both: World) -> None:
    keys = both.keys.now()
    assert keys.monthly("a", "bc") != keys.monthly("ab", "c")
    assert keys.person(a_party(gateway="a", number="b")) != keys.person(
        a_party(gateway="ab", number="")
    )


def test_for_48_hours_both_months_are_tried_the_new_one_first(both: World) -> None:
    (old,) = at(both, LAST_MINUTE).monthly("x")
    new, also = at(both, datetime(2026, 11, 30, 17, 1, tzinfo=UTC)).monthly("x")
    assert also == old
    assert new != old
    assert at(both, datetime(2026, 12, 2, 16, 59, tzinfo=UTC)).monthly("x") == [new, old]
    assert at(both, datetime(2026, 12, 2, 17, 1, tzinfo=UTC)).monthly("x") == [new]


def test_a_months_key_is_destroyed_48_hours_after_it(both: World) -> None:
    at(both, LAST_MINUTE)
    turn = both.stores.maker.turn
    assert turn(datetime(2026, 12, 2, 16, 0, tzinfo=UTC)) == (["period-2027-01"], [])
    assert turn(datetime(2026, 12, 2, 18, 0, tzinfo=UTC)) == ([], ["period-2026-11"])
    both.keys.kept = None
    assert len(at(both, datetime(2026, 12, 2, 18, 0, tzinfo=UTC)).periods) == 1


def test_the_next_months_key_is_made_ahead_of_time(both: World) -> None:
    both.keys.kept = None
    assert at(both, datetime(2026, 12, 20, tzinfo=UTC)).month == "period-2026-12"
    both.keys.kept = None
    with pytest.raises(KeysMissing, match="period-2027-01"):
        at(both, datetime(2027, 1, 20, tzinfo=UTC))


def test_a_key_is_never_made_twice(both: World) -> None:
    maker = both.stores.maker
    before = both.keys.now().values[CONTACTS]
    assert maker.ensure(CONTACTS, lambda: b"another") is False
    both.keys.kept = None
    assert both.keys.now().values[CONTACTS] == before


def test_the_phone_side_reads_no_private_key(both: World) -> None:
    assert set(both.keys.now().values) >= {CONTACTS, ECHO, WEBHOOKS, SENDER_PUBLIC}
    assert SENDER not in WEBHOOK_KEYS
    assert SENDER not in both.keys.now().values


def secrets(lines: str) -> Keys:
    return Keys({WEBHOOKS: lines.encode()}, (), "", MORNING)


def test_a_secret_opens_its_own_kind_of_webhook_only() -> None:
    keys = secrets("ussd:one\nsms:two")
    assert keys.is_webhook_secret("ussd", "one")
    assert not keys.is_webhook_secret("sms", "one")
    assert not keys.is_webhook_secret("ussd", "")
    assert not keys.is_webhook_secret("ussd", "onE")


def test_two_secrets_of_a_kind_are_valid_while_one_replaces_the_other() -> None:
    keys = secrets("ussd:old\nussd:new")
    assert [keys.is_webhook_secret("ussd", one) for one in ("old", "new", "else")] == [
        True,
        True,
        False,
    ]


def test_a_local_secret_opens_every_kind() -> None:
    assert secrets("*:local-secret").is_webhook_secret("delivery-reports", "local-secret")


def test_keys_are_read_again_after_ten_minutes(world: World) -> None:
    world.keys.now()
    world.database.calls.clear()
    world.clock.forward(minutes=9)
    world.keys.now()
    assert world.database.calls == []
    world.clock.forward(minutes=2)
    world.keys.now()
    assert world.database.calls == ["get"]


def test_a_short_outage_leaves_this_months_keys_in_use(world: World) -> None:
    before = world.keys.now()
    world.database.outage = lambda _: BEFORE
    world.clock.forward(minutes=11)
    assert world.keys.now().periods == before.periods
    world.clock.at = datetime(2026, 11, 30, 17, 1, tzinfo=UTC)
    with pytest.raises(Unavailable):
        world.keys.now()


def test_a_stage_without_keys_says_what_to_run(clock: StoppedClock) -> None:
    world = a_memory_world(clock)
    world.database.tables["keys"].clear()
    world.keys.kept = None
    with pytest.raises(KeysMissing, match="run the tally once"):
        world.keys.now()


def test_a_months_key_stays_nowhere_once_its_48_hours_are_over(both: World) -> None:
    at(both, LAST_MINUTE)
    overlap = at(both, datetime(2026, 12, 1, 3, 0, tzinfo=UTC))
    old = overlap.periods[1]
    for moment in (overlap, at(both, datetime(2026, 12, 2, 17, 1, tzinfo=UTC))):
        assert set(moment.values) == set(WEBHOOK_KEYS)
        assert old not in moment.values.values()
    assert old not in both.keys.now().periods


def test_a_months_key_is_dropped_in_an_outage_too(world: World) -> None:
    at(world, LAST_MINUTE)
    assert len(at(world, datetime(2026, 12, 1, 3, 0, tzinfo=UTC)).periods) == 2
    world.database.outage = lambda _: BEFORE
    assert len(at(world, datetime(2026, 12, 2, 17, 1, tzinfo=UTC)).periods) == 1


# Secrets of callbacks (threat D1).
def test_a_secret_the_keys_do_not_hold_is_looked_for_once_a_minute(world: World) -> None:
    world.keys.now()
    world.database.calls.clear()
    for _ in range(20):
        assert not world.keys.admits("ussd", "wrong")
    assert world.database.calls == []
    world.clock.forward(minutes=30)
    for _ in range(20):
        assert not world.keys.admits("ussd", "wrong")
    assert world.database.calls == ["get"]


def test_a_new_secret_is_known_after_a_minute(world: World) -> None:
    world.keys.now()
    world.database.tables["keys"][WEBHOOKS] = {"value": b"ussd:old\nussd:new"}
    assert not world.keys.admits("ussd", "new")
    world.clock.forward(minutes=1)
    assert world.keys.admits("ussd", "new")


def test_in_an_outage_the_keys_at_hand_tell_right_from_wrong(world: World) -> None:
    line, *_ = world.keys.now().values[WEBHOOKS].decode().split("\n")
    kind, _, secret = line.partition(":")
    world.database.outage = lambda _: BEFORE
    world.clock.forward(minutes=30)
    world.database.calls.clear()
    for _ in range(20):
        assert world.keys.admits(kind, secret)
        assert not world.keys.admits(kind, "wrong")
    assert world.database.calls == ["get"]


def test_while_no_keys_were_ever_read_nobody_is_told_right_or_wrong(world: World) -> None:
    world.restart()
    world.keys.tried_at = None
    world.database.outage = lambda _: BEFORE
    world.database.calls.clear()
    for _ in range(20):
        with pytest.raises(Unavailable):
            world.keys.admits("ussd", "wrong")
    assert world.database.calls == ["get"]
    world.database.outage = lambda _: ""
    world.clock.forward(seconds=1)
    assert not world.keys.admits("ussd", "wrong")
