"""This file tests what outlives a hop, and for how long: menus, messages seen, submits."""

import pytest

from chalicelib.ports import Refused
from tests.builders import a_count, a_party
from tests.storage.test_commits import stored
from tests.world import World


def typed(world: World) -> tuple[str, ...] | None:
    return world.desk.look_sms(a_party(), "id/any").typed


def keep(world: World, *inputs: str) -> None:
    read = world.desk.look_sms(a_party(), "id/any").typed_at
    world.desk.commit(world.desk.keep_typed(a_party(), inputs or None, read))


def test_an_open_menu_is_kept_in_order_and_replaced(both: World) -> None:
    keep(both, "book", "km", "1")
    keep(both, "book", "km", "1", "១០២", "a*b")
    look = both.desk.look_sms(a_party(), "id/any")
    assert look.typed == ("book", "km", "1", "១០២", "a*b")
    assert look.typed_at == both.clock.now()


def test_a_menu_closes_30_minutes_after_its_last_message(both: World) -> None:
    keep(both, "book", "en")
    both.clock.forward(minutes=29)
    keep(both, "book", "en", "1")
    both.clock.forward(minutes=29, seconds=59)
    assert typed(both) == ("book", "en", "1")
    both.clock.forward(seconds=1)
    assert typed(both) is None


def test_a_closed_menu_is_gone(both: World) -> None:
    keep(both, "book", "en", "1")
    keep(both)
    assert typed(both) is None


@pytest.mark.parametrize("inputs", [("book", "en", "2"), None], ids=["kept", "forgotten"])
def test_a_menu_is_written_only_as_it_was_read(both: World, inputs: tuple[str, ...] | None) -> None:
    reads = [None]
    for key in ("1", "2"):
        both.clock.forward(seconds=1)
        keep(both, "book", "en", key)
        reads.append(both.desk.look_sms(a_party(), "id/any").typed_at)
    for read in reads[:2]:
        with pytest.raises(Refused, match="talk"):
            both.desk.commit(both.desk.keep_typed(a_party(), inputs, read))
    both.desk.commit(both.desk.keep_typed(a_party(), inputs, reads[2]))


def test_a_menu_that_is_closed_is_not_the_one_that_was_read(both: World) -> None:
    keep(both, "book", "en", "1")
    read = both.desk.look_sms(a_party(), "id/any").typed_at
    keep(both)
    with pytest.raises(Refused, match="talk"):
        both.desk.commit(both.desk.keep_typed(a_party(), ("book", "en"), read))
    keep(both, "book", "en")


def test_a_menu_of_last_month_moves_to_this_months_key(both: World) -> None:
    both.clock.at = both.clock.at.replace(day=30, hour=16, minute=55)
    keep(both, "book", "en", "1")
    read = both.desk.look_sms(a_party(), "id/any").typed_at
    both.clock.forward(minutes=10)
    keep(both, "book", "en", "1", "2")
    assert typed(both) == ("book", "en", "1", "2")
    with pytest.raises(Refused, match="talk"):
        both.desk.commit(both.desk.keep_typed(a_party(), ("book", "en"), read))
    assert stored(both, "talk") == 1


def test_a_menu_is_its_partys_alone(both: World) -> None:
    keep(both, "book", "en", "1")
    assert both.desk.look_sms(a_party(number="+85512000002"), "id/any").typed is None


def test_a_menu_is_sealed_where_it_is_stored(dynamo: World) -> None:
    keep(dynamo, "book", "en", "a secret")
    (item,) = dynamo.database.wire.call("Scan", TableName=dynamo.settings.table("talk"))["Items"]
    assert b"a secret" not in item["typed"]["B"]


def test_a_message_is_remembered_for_48_hours(both: World) -> None:
    both.desk.commit(both.desk.mark_seen(a_party(), "id/1"))
    assert both.desk.look_sms(a_party(), "id/2").seen_until is None
    both.clock.forward(hours=47, minutes=59)
    assert both.desk.look_sms(a_party(), "id/1").seen_until is not None
    with pytest.raises(Refused, match="seen"):
        both.desk.commit(both.desk.mark_seen(a_party(), "id/1"))
    both.clock.forward(minutes=1)
    assert both.desk.look_sms(a_party(), "id/1").seen_until is None
    both.desk.commit(both.desk.mark_seen(a_party(), "id/1"))


def test_an_id_is_one_message_of_one_number_at_one_gateway(both: World) -> None:
    both.desk.commit(both.desk.mark_seen(a_party(), "id/1"))
    for other in (a_party(number="+85512000002"), a_party(gateway="other")):
        assert both.desk.look_sms(other, "id/1").seen_until is None


def test_a_submit_is_done_once_and_keeps_its_answer(both: World) -> None:
    def submit(answer: str, session: str = "s", transcript: str = "1*2") -> str:
        return both.desk.submit(
            a_party(), session, transcript, answer, both.desk.counting([a_count()])
        )

    assert submit("first") == "first"
    assert submit("second") == "first"
    assert submit("third", session="t") == "third"
    assert submit("fourth", transcript="1*3") == "fourth"
    assert stored(both, "submits") == 3


def test_a_submit_that_is_refused_may_be_done_later(both: World) -> None:
    both.desk.commit(both.desk.mark_seen(a_party(), "id/1"))
    refusing = both.desk.mark_seen(a_party(), "id/1")
    with pytest.raises(Refused, match="seen"):
        both.desk.submit(a_party(), "s", "1", "no", refusing)
    assert both.desk.submit(a_party(), "s", "1", "yes", []) == "yes"


def test_what_was_done_before_a_months_turn_is_known_after_it(both: World) -> None:
    both.clock.at = both.clock.at.replace(day=30, hour=16, minute=55)
    both.desk.commit(both.desk.mark_seen(a_party(), "id/1"))
    both.desk.submit(a_party(), "s", "1", "before", [])
    keep(both, "book", "en", "1")
    both.clock.forward(minutes=10)
    look = both.desk.look_sms(a_party(), "id/1")
    assert look.typed == ("book", "en", "1")
    assert look.seen_until is not None
    assert both.desk.submit(a_party(), "s", "1", "after", []) == "before"
    with pytest.raises(Refused, match="seen"):
        both.desk.commit(both.desk.mark_seen(a_party(), "id/1"))


def test_a_menu_of_last_month_is_closed_for_good(both: World) -> None:
    both.clock.at = both.clock.at.replace(day=30, hour=16, minute=55)
    keep(both, "book", "en", "1")
    both.clock.forward(minutes=10)
    keep(both)
    assert typed(both) is None


def test_what_last_month_forgot_does_not_stand_in_the_way(both: World) -> None:
    both.clock.at = both.clock.at.replace(day=28)
    both.desk.commit(both.desk.mark_seen(a_party(), "id/1"))
    both.clock.at = both.clock.at.replace(day=30, hour=18)
    both.desk.commit(both.desk.mark_seen(a_party(), "id/1"))
