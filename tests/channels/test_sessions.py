"""This file tests rules of a USSD session that need more than the fold: echo, reads, counting."""

from datetime import UTC, datetime

import pytest

from chalicelib.channels.echo import MAX_LENGTH, Echo, fields_of, read, signed
from chalicelib.dialog.book import LANGUAGES
from chalicelib.storage.keys import ECHO
from chalicelib.telecom.messages import UssdEnd, UssdHop
from tests.builders import KAMRIENG, NUMBER, SERVICE_CODE, SISOPHON, a_hop, a_party
from tests.phone import Phone
from tests.storage.test_usage import counted
from tests.world import World, a_memory_world

OTHER_BOOK = "0000abcd"
KEY = b"k" * 32


def an_echo(world: World, hop: UssdHop, *, book: str = OTHER_BOOK, skip: int = 0) -> str:
    echo = Echo(book, "en", known=True, skip=skip)
    return signed(echo.fields, hop, world.keys.now().values[ECHO])


# The echo (engine rule E8).
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("skip", [0, 9999])
@pytest.mark.parametrize("invited", ["", "30/11"])
def test_an_echo_is_read_back_and_short_enough(language: str, skip: int, invited: str) -> None:
    echo = Echo("0123abcd", language, known=False, skip=skip, invited=invited)
    hop = a_hop(text="1", echo=signed(echo.fields, a_hop(), KEY))
    assert read(fields_of(hop, KEY)) == echo
    assert len(hop.echo) < MAX_LENGTH
    assert NUMBER not in hop.echo


@pytest.mark.parametrize(
    "hop",
    [
        {"party": a_party(number="+85512000002")},
        {"party": a_party(gateway="other")},
        {"session_id": "ATUid_2"},
        {"service_code": "*384*56#"},
    ],
    ids=["party", "gateway", "session", "service_code"],
)
def test_an_echo_of_another_session_is_none(hop: dict[str, object]) -> None:
    fields = Echo("0123abcd", "en", known=True).fields
    echo = signed(fields, a_hop(), KEY)
    assert fields_of(a_hop(text="1", echo=echo), KEY) == fields
    assert fields_of(a_hop(text="1", echo=echo, **hop), KEY) == ""


@pytest.mark.parametrize(
    "echo",
    [
        "",
        ".",
        "1.0123abcd.en.k.0",
        "1.0123abcd.en.k.0.0123456789abcdef",
        "x" * 5000,
        "ក" * 20,
        "1.0123abcd.xx.k.0." + "0" * 16,
        signed("2.0123abcd.en.k.0", a_hop(), KEY),
    ],
)
def test_a_forged_echo_is_none(world: World, echo: str) -> None:
    assert fields_of(a_hop(text="1", echo=echo), KEY) == ""
    world.desk.set_language(a_party(), "en")
    assert "Kind of service" in world.ussd.answer(a_hop(text="1", echo=echo)).text


def test_a_changed_field_of_an_echo_is_a_forgery() -> None:
    echo = signed(Echo("0123abcd", "en", known=False).fields, a_hop(), KEY)
    for old, new in ((".-.", ".k."), (".en.", ".km."), (".0.", ".7."), ("0123abcd", "0123abce")):
        assert fields_of(a_hop(text="1", echo=echo.replace(old, new)), KEY) == ""


def test_a_renewed_menu_begins_at_home_without_effect(world: World) -> None:
    world.desk.set_language(a_party(), "en")
    hop = a_hop(text="6*4", echo=an_echo(world, a_hop()))
    reply = world.ussd.answer(hop)
    assert reply.text.startswith("The menu is new. Please choose again.\n")
    assert "1 Services" in reply.text
    assert not reply.end
    assert not world.desk.profile(a_party()).opted_out
    assert world.ussd.answer(hop) == reply


def test_a_renewed_menu_goes_on_with_what_is_typed_after_it(world: World) -> None:
    world.desk.set_language(a_party(), "en")
    reply = world.ussd.answer(a_hop(text="6*4", echo=an_echo(world, a_hop())))
    later = world.ussd.answer(a_hop(text="6*4*1*102", echo=reply.echo))
    assert "Replace a plate" in later.text
    again = world.ussd.answer(a_hop(text="6*4*1*102*00", echo=later.echo))
    assert "1 Services" in again.text


def test_a_text_shorter_than_what_to_leave_out_is_read_whole(world: World) -> None:
    book = world.conversation.book.version
    echo = an_echo(world, a_hop(), book=book, skip=50)
    assert "Kind of service" in world.ussd.answer(a_hop(text="1", echo=echo)).text


def test_the_language_of_the_first_hop_stays_in_the_echo(world: World) -> None:
    phone = Phone(world).dials().types("8", "1").sees("Kind of service")
    hop = a_hop(text="1", session_id=phone.session, echo=phone.echo)
    echo = read(fields_of(hop, world.keys.now().values[ECHO]))
    assert (echo.language, echo.known) == ("km-Latn", False)


# What is stored changes words, never keys (engine rule E1).
def test_a_stranger_meets_home_in_the_language_of_the_stage(world: World) -> None:
    Phone(world).dials().sees("7 Aksor Khmer", "8 English")


def test_a_known_number_is_greeted_in_its_language_and_offered_no_other(world: World) -> None:
    world.desk.set_language(a_party(), "en")
    Phone(world).dials().sees("Services").sees_no("7 ", "8 ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_mean_the_same_in_every_language(world: World, language: str) -> None:
    world.desk.set_language(a_party(), language)
    Phone(world).dials().types("8", "1", "102", "2").sees("30,000 riel")


def test_a_network_without_khmer_letters_is_shown_latin_ones() -> None:
    world = a_memory_world(unicode=False)
    world.desk.set_language(a_party(), "km")
    phone = Phone(world).dials().types("1", "102", "1")
    assert phone.screen.isascii()
    phone.types("0", "5").ends()
    phone.receives("អត្តសញ្ញាណប័ណ្ណម្ចាស់")


# Reads and guesses (engine rule E7).
def test_a_right_ticket_is_never_a_guess_however_often_it_is_asked(both: World) -> None:
    phone = Phone(both)
    for _ in range(8):
        both.clock.forward(minutes=1)
        phone.dials().types("8", "2", KAMRIENG).sees(KAMRIENG)
    assert both.desk.look_at_ticket(a_party(), KAMRIENG).tried.misses == {}
    phone.dials().types("2", SISOPHON).sees("ready")


def test_a_bad_check_digit_is_neither_looked_up_nor_counted(world: World) -> None:
    phone = Phone(world).dials().types("8", "2")
    world.database.calls.clear()
    phone.types(*["02122600429"] * 20).sees("Wrong number")
    assert world.database.calls == []


def test_the_limit_of_a_day_holds_across_its_hours(both: World) -> None:
    phone = Phone(both)
    for n in range(15):
        phone.dials().types("8", "2", f"777700{n:02}").sees("not found")
        if n % 5 == 4:
            both.clock.forward(hours=1)
    phone.dials().types("2", KAMRIENG).ends("Too many tries")
    phone.dials().types("2", "77770000").sees("not found")
    both.clock.forward(hours=24)
    phone.dials().types("2", KAMRIENG).sees(KAMRIENG)


def test_guesses_over_sms_and_ussd_share_one_set(both: World) -> None:
    both.desk.set_language(a_party(), "en")
    phone = Phone(both)
    for n in range(5):
        phone.texts(f"TICKET 7777000{n}").receives("not found")
    phone.dials().types("2", KAMRIENG).ends("Too many tries")
    phone.texts(f"TICKET {KAMRIENG}").receives("Too many tries")


# A month that turns in mid session.
def test_a_session_lives_through_a_months_turn(both: World) -> None:
    both.clock.at = datetime(2026, 11, 30, 16, 59, 30, tzinfo=UTC)
    phone = Phone(both).dials().types("8", "1", "102")
    both.clock.forward(minutes=1)
    phone.types("5").ends("SMS soon")
    phone.repeats(2)
    phone.receives("Replace a plate")


def test_a_submit_before_a_months_turn_is_not_done_again_after_it(both: World) -> None:
    both.clock.at = datetime(2026, 11, 30, 16, 59, 30, tzinfo=UTC)
    phone = Phone(both).dials().types("8", "1", "102", "5").ends("SMS soon")
    phone.receives("Replace a plate")
    both.clock.forward(minutes=1)
    phone.again().ends("SMS soon")
    phone.receives_nothing()


# Counting: once a session, by whoever reports it first.
def an_end(phone: Phone) -> UssdEnd:
    return UssdEnd(phone.party, phone.session, SERVICE_CODE, phone.text)


def cells(world: World) -> dict[str, int]:
    return {cell.strip("#"): n for cell, n in counted(world).items()}


def test_a_session_that_ends_is_counted_by_its_last_screen(both: World) -> None:
    phone = Phone(both).dials().types("8", "1", "102", "2", "0", "5").ends("SMS soon")
    assert cells(both) == {
        "ussd#en#information#102#all": 1,
        "ussd#en#information#102#fee": 1,
    }
    both.ussd.ended(an_end(phone))
    phone.again()
    assert sum(counted(both).values()) == 2


def test_a_session_that_is_given_up_is_counted_by_its_notification(both: World) -> None:
    phone = Phone(both).dials().types("8", "2", KAMRIENG)
    assert counted(both) == {}
    for _ in range(2):
        both.ussd.ended(an_end(phone))
    assert list(cells(both).values()) == [1]
    assert "tracking" in next(iter(cells(both)))


def test_what_was_seen_before_00_is_counted_too(both: World) -> None:
    Phone(both).dials().types("8", "1", "102", "00", "1", "201", "00", "6", "4").ends("Stopped")
    assert cells(both) == {
        "ussd#en#information#102#all": 1,
        "ussd#en#information#201#all": 1,
        "ussd#en#consent##stop#done": 1,
    }


def test_counting_a_session_that_was_given_up_does_nothing_else(both: World) -> None:
    phone = Phone(both).dials().types("8", "1", "102")
    phone.text += "*5"
    both.ussd.ended(an_end(phone))
    phone.receives_nothing()


def test_one_session_id_of_two_numbers_is_two_sessions(both: World) -> None:
    phones = [Phone(both, number) for number in (NUMBER, "+85512000002")]
    for phone in phones:
        phone.dials().types("8", "1", "102", "5")
        both.ids = iter([phone.session.removeprefix("ATUid_")])
    assert phones[0].session == phones[1].session
    assert list(counted(both).values()) == [2]
