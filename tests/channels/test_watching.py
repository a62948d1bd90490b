"""This file tests how a phone asks for news of its ticket, and ends them, on both channels."""

import pytest

from chalicelib.capabilities.tickets import MOST_WATCHERS
from tests.builders import KAMRIENG, NUMBER, a_party, a_ticket
from tests.phone import Phone
from tests.world import World


def waiting(world: World) -> int:
    """Return how many wait for the ticket."""
    return len(world.desk.watchers.of([KAMRIENG]).get(KAMRIENG, []))


def test_a_dial_asks_for_news_and_says_how_to_end_them(both: World) -> None:
    both.desk.set_language(a_party(), "en")
    phone = Phone(both).dials().types("2", KAMRIENG, "2")
    phone.ends(f"{KAMRIENG}: you get an SMS when it changes.\nTo end: STOP {KAMRIENG}")
    assert waiting(both) == 1


def test_an_sms_asks_for_news_by_the_key_that_the_answer_names(both: World) -> None:
    phone = Phone(both).texts(f"TICKET {KAMRIENG}")
    assert "SMS on change: send 2" in phone.inbox()[-1]
    phone.texts("2")
    assert f"STOP {KAMRIENG}" in phone.inbox()[-1]
    assert waiting(both) == 1


def test_U6_the_same_hop_ten_times_asks_once(both: World) -> None:
    phone = Phone(both).dials().types("2", KAMRIENG, "2")
    phone.repeats(10)
    assert waiting(both) == 1


def test_news_are_ended_by_dialling_whether_there_were_any_or_not(both: World) -> None:
    both.desk.set_language(a_party(), "en")
    Phone(both).dials().types("2", KAMRIENG, "2")
    for _ in range(2):
        Phone(both).dials().types("2", KAMRIENG, "3").ends(
            f"No more SMS on {KAMRIENG}. To end all: STOP"
        )
        assert waiting(both) == 0


def test_after_stop_news_are_not_promised(both: World) -> None:
    both.desk.set_language(a_party(), "en")
    Phone(both).texts("STOP")
    Phone(both).dials().types("2", KAMRIENG, "2").ends(
        "You stopped all SMS. Send START first, then ask again."
    )
    assert waiting(both) == 0


@pytest.mark.parametrize("status", ["collected", "rejected"])
def test_nothing_is_promised_of_a_ticket_that_is_over(both: World, status: str) -> None:
    both.desk.set_language(a_party(), "en")
    both.desk.tickets.save_many([a_ticket(status=status)])
    Phone(both).dials().types("2", KAMRIENG, "2").ends(
        f"{KAMRIENG} is finished. Nothing will change."
    )
    assert waiting(both) == 0


def test_too_many_phones_at_one_ticket_are_told_so(both: World) -> None:
    for n in range(MOST_WATCHERS):
        party = a_party(number=f"+855120001{n:02}")
        both.desk.commit(both.desk.watching(party, KAMRIENG, "en"))
    both.desk.set_language(a_party(), "en")
    Phone(both).dials().types("2", KAMRIENG, "2").ends(
        "Too many phones ask for this number already."
    )
    assert waiting(both) == MOST_WATCHERS
    assert both.inbox(NUMBER) == []
