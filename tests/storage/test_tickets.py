"""This file tests tickets: found by number and alias, saved whole."""

from tests.builders import KAMRIENG, SISOPHON, TICKETS, a_party, a_ticket
from tests.world import World


def test_a_ticket_comes_back_as_it_was_saved(both: World) -> None:
    ticket = a_ticket(
        number="99000000001", due_on=None, missing=(1, 2), reason="the file was lost, ផង"
    )
    both.desk.tickets.save_many([ticket])
    assert both.desk.tickets.find("99000000001") == ticket


def test_a_number_nobody_has_finds_nothing(both: World) -> None:
    assert both.desk.tickets.find("99999999") is None
    assert both.desk.look_at_ticket(a_party(), "99999999").ticket is None


def test_an_alias_finds_its_ticket(both: World) -> None:
    both.desk.tickets.save_many([a_ticket(aliases=("PAY77", "PAY78"))])
    found = [both.desk.tickets.find(one) for one in (KAMRIENG, "PAY77", "PAY78")]
    assert found == [a_ticket(aliases=("PAY77", "PAY78"))] * 3


def test_saving_replaces_what_was_there(both: World) -> None:
    both.desk.tickets.save_many([a_ticket(status="ready")])
    assert both.desk.tickets.find(KAMRIENG).status == "ready"


def test_many_are_found_by_what_was_asked_for(both: World) -> None:
    many = [a_ticket(number=f"9900000{n:04}") for n in range(150)]
    both.desk.tickets.save_many([*many, a_ticket(aliases=("PAY77",))])
    numbers = [one.number for one in many]
    found = both.desk.tickets.find_many([*numbers, "PAY77", "NONE", SISOPHON])
    assert found.keys() == {*numbers, "PAY77", SISOPHON}
    assert found["PAY77"].number == KAMRIENG
    assert found[SISOPHON] == TICKETS[1]


def test_asking_for_none_finds_none(both: World) -> None:
    assert both.desk.tickets.find_many([]) == {}
