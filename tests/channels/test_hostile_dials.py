"""This file tests what a phone or a forger may do to a USSD session."""

import pytest

from tests.builders import KAMRIENG, a_hop, a_party
from tests.phone import Phone
from tests.world import World, a_memory_world


def test_U6_the_same_hop_ten_times_gets_the_same_bytes_and_one_effect(both: World) -> None:
    phone = Phone(both).dials().types("8", "2", KAMRIENG, "1").ends("SMS soon")
    phone.repeats(9)
    phone.receives(KAMRIENG)


def test_U6_a_step_that_comes_out_of_order_is_answered_for_what_it_says(world: World) -> None:
    late = world.ussd.answer(a_hop(text=f"2*{KAMRIENG}"))
    early = world.ussd.answer(a_hop(text="2"))
    assert late.text == world.ussd.answer(a_hop(text=f"2*{KAMRIENG}")).text
    assert early.text == world.ussd.answer(a_hop(text="2")).text != late.text


def test_U6_a_session_id_used_by_another_number_is_a_session_of_its_own(both: World) -> None:
    first, other = Phone(both, "+85512000001"), Phone(both, "+85512000002")
    first.dials().types("8", "2", KAMRIENG, "1").ends("SMS soon")
    other.session, other.text, other.sent_echo = first.session, first.text, first.echo
    other.again().ends("SMS soon")
    first.receives(KAMRIENG)
    other.receives(KAMRIENG)


def test_U7_a_strangers_session_id_and_echo_tell_nothing_of_the_stranger(world: World) -> None:
    owner = Phone(world, "+85512000001").dials().types("8")
    thief = a_hop(
        text="6",
        party=a_party(number="+85512000002"),
        session_id=owner.session,
        echo=owner.echo,
    )
    assert world.ussd.answer(thief).text.startswith("Pheasa")


def test_U11_a_flood_from_one_number_ends_without_a_call_of_the_database() -> None:
    world = a_memory_world(hops_a_number=3)
    phone = Phone(world).dials().types("1", "9")
    calls: list[object] = []
    world.desk.look = lambda *args: calls.append(args)  # type: ignore[method-assign]
    phone.dials().ends()
    assert calls == []


def test_U11_another_number_is_answered_during_a_flood() -> None:
    world = a_memory_world(hops_a_number=3)
    flooding = Phone(world, "+85512000001")
    for _ in range(5):
        flooding.dials()
    assert flooding.reply.end
    Phone(world, "+85512000002").dials().sees("1 ")


@pytest.mark.parametrize("none", ["hops_a_second", "hops_a_number"])
def test_a_stage_that_is_to_answer_no_hop_starts_and_answers_none(none: str) -> None:
    world = a_memory_world(**{none: 0})
    for _ in range(3):
        Phone(world).dials().ends()
        world.clock.forward(days=1)
