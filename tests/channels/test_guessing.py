"""This file tests what somebody learns who guesses at tickets."""

from chalicelib import actions
from chalicelib.capabilities.subscribers import STRANGER
from chalicelib.capabilities.tickets import Standing, with_check_digit
from tests.builders import KAMRIENG, MONDAY, SISOPHON, a_catalogue, a_party
from tests.phone import Phone
from tests.world import MORNING, World

GUESSES = [with_check_digit(f"02122699{n:02}") for n in range(20)]


def test_T1_a_standing_has_no_field_for_anything_personal() -> None:
    assert set(Standing._fields) == {
        "number",
        "stage",
        "since",
        "due",
        "office",
        "service",
        "missing",
        "late_by",
    }


def test_T2_whoever_asks_is_answered_the_same(both: World) -> None:
    asked = []
    for number in ("+85512000001", "+85512000002"):
        phone = Phone(both, number).dials().types("8", "2")
        asked.append(
            [phone.types(one).screen for one in (KAMRIENG, "0", GUESSES[0], "02122600429")]
        )
    assert asked[0] == asked[1]


def test_T3_after_five_wrong_tickets_a_number_waits_an_hour(both: World) -> None:
    phone = Phone(both).dials().types("8", "2", *GUESSES[:5]).sees("not found")
    phone.types(GUESSES[5]).ends("Wait 1 hour")
    phone.dials().types("2", SISOPHON).ends("Wait 1 hour")
    both.clock.forward(hours=1)
    phone.dials().types("2", SISOPHON).sees("ready")


def test_T3_a_ticket_asked_before_the_pause_is_answered_in_it(both: World) -> None:
    phone = Phone(both).dials().types("8", "2", KAMRIENG, "0", *GUESSES[:5])
    phone.dials().types("2", GUESSES[7]).ends("Wait 1 hour")
    phone.dials().types("2", KAMRIENG).sees("in process")


def test_T3_a_repeated_hop_costs_no_guess(both: World) -> None:
    phone = Phone(both).dials().types("8", "2", GUESSES[0]).sees("not found")
    phone.repeats(9)
    phone.types(KAMRIENG).sees("in process")


def ticket(world: World, number: str) -> str:
    """Ask for a ticket; return the exit it takes."""
    context = actions.Context(
        desk=world.desk,
        catalogue=a_catalogue(),
        settings=world.settings,
        party=a_party(),
        channel="ussd",
        session="session",
        transcript=f"2*{number}",
        now=MORNING,
        today=MONDAY,
        language="en",
        compose=lambda *_: "",
        profile=lambda: STRANGER,
    )
    return actions.ticket(context, {"ticket": number}).exit


def test_T3_guesses_at_once_are_decided_one_after_the_other(both: World) -> None:
    """Every question reads before any of them is noted, as ten functions may."""
    real = both.desk.look_at_ticket
    looks = [real(a_party(), guess) for guess in GUESSES[:9]]
    exits = []
    for guess, look in zip(GUESSES, looks, strict=False):
        first = iter([look])
        both.desk.look_at_ticket = lambda *args, first=first: next(first, None) or real(*args)
        exits.append(ticket(both, guess))
    assert exits == ["none"] * 5 + ["limit"] * 4
    assert real(a_party(), GUESSES[0]).tried.misses == {10: 5}


def test_T3_who_is_always_overtaken_waits(both: World) -> None:
    before = both.desk.look_at_ticket(a_party(), GUESSES[0])
    ticket(both, GUESSES[1])
    both.desk.look_at_ticket = lambda *_: before
    assert ticket(both, GUESSES[0]) == "limit"


def test_T3_a_mistyped_number_is_no_guess(both: World) -> None:
    phone = Phone(both).dials().types("8", "2", *["02122600429"] * 8).sees("Wrong number")
    phone.types(KAMRIENG).sees("in process")
