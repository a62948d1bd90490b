"""This file tests how often the database is called, exactly, by a function that is warm."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.capabilities.tickets import with_check_digit
from chalicelib.telecom.messages import UssdEnd
from tests.builders import KAMRIENG, SERVICE_CODE, a_forum, a_hop, a_party, a_ticket
from tests.phone import Phone
from tests.world import World

GET, TRANSACT, UPDATE, PUT = "BatchGetItem", "TransactWriteItems", "UpdateItem", "PutItem"
Calls = Callable[[], list[str]]


@pytest.fixture
def calls(dynamo: World) -> Calls:
    """Return what was called since the last look, and forget it. The function is warm."""
    seen: list[str] = []

    def note(operation: str, **_: Any) -> None:
        seen.append(operation)

    dynamo.database.wire.events.register("before-send.dynamodb", note)
    dynamo.keys.now()
    dynamo.shelf.catalogue()

    def since() -> list[str]:
        done = list(seen)
        seen.clear()
        return done

    assert since() == [GET, GET, GET]
    return since


@pytest.fixture
def known(dynamo: World, calls: Calls) -> Iterator[Phone]:
    """A phone whose number was met this month, on both channels."""
    phone = Phone(dynamo).dials().types("8").texts("INFO")
    calls()
    return phone


def test_a_first_hop_is_one_call_and_two_once_a_month(dynamo: World, calls: Calls) -> None:
    phone = Phone(dynamo).dials()
    assert calls() == [GET, PUT]
    phone.dials()
    assert calls() == [GET]


def test_a_later_lookup_hop_calls_nothing_with_the_echo(known: Phone, calls: Calls) -> None:
    known.dials()
    calls()
    known.types("1", "9", "102", "2", "0", "4", "02", "0212", "00")
    assert calls() == []


def test_a_later_lookup_hop_is_one_call_without_the_echo(known: Phone, calls: Calls) -> None:
    known.echoes = False
    known.dials()
    calls()
    known.types("1", "102", "2")
    assert calls() == [GET] * 3


def test_a_forged_echo_costs_what_none_costs(known: Phone, calls: Calls) -> None:
    known.dials()
    known.echo = known.echo[:-1] + ("0" if known.echo[-1] != "0" else "1")
    calls()
    known.types("1")
    assert calls() == [GET]


def test_a_ticket_is_one_call_more_and_two_when_it_is_new_that_day(
    dynamo: World, known: Phone, calls: Calls
) -> None:
    known.dials().types("2")
    calls()
    known.types(KAMRIENG)
    assert calls() == [GET, UPDATE]
    known.repeats()
    assert calls() == [GET]
    dynamo.clock.forward(hours=24)
    known.dials()
    calls()
    known.again()
    known.text = f"2*{KAMRIENG}"
    known.again()
    assert calls() == [GET, GET, GET, UPDATE]


def test_a_complaint_is_one_call_and_its_repeat_one_read_more(known: Phone, calls: Calls) -> None:
    known.dials().types("4", "2")
    assert calls().count(GET) == 2
    known.types("0212", "1")
    calls()
    known.types("words").ends("Received")
    assert calls() == [GET, PUT]
    known.repeats()
    assert calls() == [GET, PUT, GET]


def test_a_code_is_two_calls_whether_it_is_right_or_not(known: Phone, calls: Calls) -> None:
    known.dials().types("4", "2", "0212", "1", "words")
    code = re.findall("[0-9]{10}", known.screen)[0]
    known.dials().types("4", "6")
    calls()
    known.types(code)
    assert calls() == [GET, GET]
    known.dials().types("4", "6")
    calls()
    known.types("1234567894")
    assert calls() == [GET, UPDATE]
    known.repeats()
    assert calls() == [GET]


def test_an_answer_to_the_ombudsperson_is_two_calls_more(known: Phone, calls: Calls) -> None:
    known.dials().types("4", "2", "0212", "1", "words")
    code = re.findall("[0-9]{10}", known.screen)[0]
    known.dials().types("4", "6", code, "1")
    calls()
    known.types("more").ends("sent")
    assert calls() == [GET, GET, GET, UPDATE]
    known.repeats()
    assert calls() == [GET, GET, GET]


def test_an_alias_is_one_call_more(dynamo: World, known: Phone, calls: Calls) -> None:
    dynamo.desk.tickets.save_many([a_ticket(aliases=("12345678",))])
    known.dials().types("2", "12345678")
    calls()
    known.repeats()
    assert calls() == [GET, GET]


def test_a_mistyped_ticket_calls_nothing(known: Phone, calls: Calls) -> None:
    known.dials().types("2")
    calls()
    known.types("02122600429").sees("Wrong number")
    assert calls() == []


def test_a_ticket_before_the_last_00_is_not_read_again(known: Phone, calls: Calls) -> None:
    known.dials().types("2", KAMRIENG, "00")
    calls()
    known.types("1", "102")
    assert calls() == []


def test_a_submit_is_one_transaction_and_the_usage_of_its_session_another(
    known: Phone, calls: Calls
) -> None:
    known.dials().types("1", "102")
    calls()
    known.types("5").ends("SMS soon")
    assert calls() == [TRANSACT, TRANSACT]


def test_a_submit_that_was_done_is_answered_from_one_read(known: Phone, calls: Calls) -> None:
    known.dials().types("6", "4")
    calls()
    known.repeats()
    assert calls() == [TRANSACT, GET, TRANSACT]


def test_an_sms_is_one_read_and_one_transaction(known: Phone, calls: Calls) -> None:
    known.texts("INFO 102")
    assert calls() == [GET, TRANSACT]
    known.texts("1")
    assert calls() == [GET, TRANSACT]
    known.texts("STOP")
    assert calls() == [GET, TRANSACT]


def test_an_sms_about_a_ticket_is_two_calls_more(known: Phone, calls: Calls) -> None:
    known.texts(f"TICKET {KAMRIENG}")
    assert calls() == [GET, GET, UPDATE, TRANSACT]


def test_a_repeated_sms_is_one_read(known: Phone, calls: Calls) -> None:
    known.texts("INFO 102", id_="same")
    calls()
    known.texts("INFO 102", id_="same")
    assert calls() == [GET]


def test_a_number_is_added_once_a_month_by_sms(dynamo: World, calls: Calls) -> None:
    Phone(dynamo, "+85512000009").texts("INFO 102")
    assert calls() == [GET, TRANSACT, PUT]


def an_end(phone: Phone) -> UssdEnd:
    return UssdEnd(phone.party, phone.session, SERVICE_CODE, phone.text)


def test_the_end_of_a_session_is_one_read_and_one_transaction_and_then_one_read(
    dynamo: World, known: Phone, calls: Calls
) -> None:
    known.dials().types("1", "102")
    calls()
    dynamo.ussd.ended(an_end(known))
    assert calls() == [GET, TRANSACT]
    dynamo.ussd.ended(an_end(known))
    assert calls() == [GET]


def test_the_end_of_a_session_that_its_last_screen_counted_is_one_read(
    dynamo: World, known: Phone, calls: Calls
) -> None:
    known.dials().types("6", "4").ends("Stopped")
    calls()
    dynamo.ussd.ended(an_end(known))
    assert calls() == [GET]


def test_a_forged_end_of_very_many_tickets_is_given_up(
    dynamo: World, known: Phone, calls: Calls
) -> None:
    tickets = [with_check_digit(f"02122699{n:02}") for n in range(58)]
    known.dials()
    known.text = "*".join(["2", *tickets])
    calls()
    dynamo.ussd.ended(an_end(known))
    assert calls() == [GET] * 21
    assert dynamo.events[-1] == ("count_lost", {"outcome": "too_long"})


def test_the_end_of_a_session_in_a_flood_calls_nothing(
    dynamo: World, known: Phone, calls: Calls
) -> None:
    known.dials()
    for _ in range(40):
        dynamo.ussd.ended(an_end(known))
    calls()
    dynamo.ussd.ended(an_end(known))
    assert calls() == []
    assert dynamo.events[-1] == ("count_lost", {"outcome": "flood"})


def test_what_is_not_understood_is_told_in_one_transaction(known: Phone, calls: Calls) -> None:
    known.texts("xyzzy")
    assert calls() == [GET, TRANSACT]
    known.texts("qwerty")
    assert calls() == [GET, TRANSACT, TRANSACT]


def test_a_word_that_almost_is_a_keyword_costs_one_write_once_a_day(
    known: Phone, calls: Calls
) -> None:
    # By then the menu that INFO opened is closed; HELP has the keys read anew.
    known.world.clock.forward(minutes=30)
    known.texts("HELP")
    calls()
    known.texts("jion")
    assert calls() == [GET, TRANSACT, UPDATE]
    known.texts("hlep")
    assert calls() == [GET, TRANSACT, TRANSACT]
    known.texts("INFO")
    assert calls() == [GET, TRANSACT]


def test_a_flood_and_a_foreign_code_call_nothing(dynamo: World, known: Phone, calls: Calls) -> None:
    for _ in range(30):
        known.dials()
    calls()
    known.dials().ends()
    foreign = a_hop(party=a_party(number="+85512000003"), service_code="*384*1#")
    assert dynamo.ussd.answer(foreign).end
    assert calls() == []


WALK = ("8", "1", "102", "2", "00", "2", KAMRIENG, "0", "9999999", "00", "6", "4")


def test_the_twin_in_memory_counts_as_dynamodb_does(
    world: World, dynamo: World, calls: Calls
) -> None:
    world.keys.now()
    world.shelf.catalogue()
    world.database.calls.clear()
    calls()
    walks = [Phone(one).dials().types(*WALK) for one in (world, dynamo)]
    assert walks[0].screen == walks[1].screen
    assert len(world.database.calls) == len(calls())


def test_a_question_to_a_forum_is_limited_in_the_calls_it_costs_anyway(
    known: Phone, calls: Calls
) -> None:
    known.world.desk.forums.add(a_forum())
    known.dials("5*001*3")
    calls()
    known.types("How much?").ends("received")
    # The list, the forum, the forum again for the submit, the number, all writes as one, a count.
    assert calls() == [GET, GET, GET, UPDATE, TRANSACT, TRANSACT]
