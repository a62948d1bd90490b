"""This file tests what an SMS is taken to mean, in the order of engine rule E9."""

import pytest

from chalicelib import shipped
from chalicelib.capabilities import tickets
from chalicelib.capabilities.subscribers import STRANGER, Profile
from chalicelib.capabilities.tickets import with_check_digit
from chalicelib.channels.understanding import Plan, Understanding
from tests.phone import Phone
from tests.world import World

# A number with a + in front never was a STOP before a ticket: it is no word and no ticket.
STOPS = {"STOP +85512000001": None}
HOME: tuple[str, ...] = ()
SERVICES, TICKET_QUESTION = ("en", "1"), ("en", "2")
T = "02122600428"


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    """The words and paths as they are shipped, for a stage whose strangers read Latin Khmer."""
    return Understanding(shipped.keywords(), shipped.paths(), "km-Latn")


def ways(
    understanding: Understanding, text: str, typed: tuple[str, ...] | None = None
) -> tuple[tuple[str, ...], ...]:
    return understanding.plan(text, STRANGER, typed).ways


@pytest.mark.parametrize("typed", [None, SERVICES, TICKET_QUESTION])
@pytest.mark.parametrize("text", ["STOP", "s t o p", "STOP 012000001", "ឈប់"])
def test_stop_comes_before_everything(
    understanding: Understanding, text: str, typed: tuple[str, ...] | None
) -> None:
    assert understanding.plan(text, STRANGER, typed).opting is True


@pytest.mark.parametrize("typed", [None, SERVICES, TICKET_QUESTION])
@pytest.mark.parametrize(
    "text",
    [
        f"STOP {T}",
        f"stop{T}",
        "Unsubscribe 0212-26-0042-8",
        "STOP O2122600428",
        "ឈប់ ០២១២២៦០០៤២៨",
        f"chhop {T}",
        f"kom phnher {T}",
        f"END #{T}",
    ],
)
def test_stop_and_a_ticket_ends_the_news_of_that_ticket_only(
    understanding: Understanding, text: str, typed: tuple[str, ...] | None
) -> None:
    plan = understanding.plan(text, STRANGER, typed)
    assert plan.opting is None
    assert [way[:2] for way in plan.ways] == [("6", "7")]
    assert tickets.parse(plan.ways[0][2]).number == T


@pytest.mark.parametrize(
    "text",
    [
        "STOP 02122600429",
        "STOP 1234567",
        "STOP 012000001",
        "STOP +85512000001",
        f"STOP {with_check_digit('8551200000')}",
        f"STOP {T} {T}",
        f"STOP {T}0",
    ],
)
def test_stop_and_what_is_surely_no_ticket_is_never_less_than_a_whole_stop(
    understanding: Understanding, text: str
) -> None:
    plan = understanding.plan(text, STRANGER, None)
    assert (plan.opting, plan.ways) == (STOPS.get(text, True), ())


def test_stop_and_any_number_that_is_waited_for_ends_that_news_only(
    understanding: Understanding,
) -> None:
    waiting = Profile(watched=("1234567",))
    assert understanding.plan("STOP 1234567", waiting, None).ways == (("6", "7", "1234567"),)
    assert understanding.plan("STOP 1234568", waiting, None).opting is True
    assert understanding.plan("STOP", waiting, None).opting is True


def test_start_takes_stop_back(understanding: Understanding) -> None:
    assert understanding.plan("baek", STRANGER, None) == Plan("km-Latn", opting=False)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("INFO", ("1",)),
        ("hello there", ("1",)),
        ("FEE", ("1",)),
        ("how many days", ("1",)),
        ("INFO 102", ("1", "102")),
        ("INFO 999", ("1", "999")),
        ("info102", ("1", "102")),
        ("FEE 102", ("1", "102", "2")),
        ("តម្លៃ១០២", ("1", "102", "2")),
        ("DOCS 102", ("1", "102", "1")),
        ("duration 102", ("1", "102", "3")),
        ("where 102", ("1", "102", "4")),
        ("TICKET", ("2",)),
        ("TICKET 0212-26-0042-8", ("2", "0212-26-0042-8")),
        ("TICKET 1*2", ("2", "1*2")),
        ("status of my land", ("2",)),
        ("lek 02122600428", ("2", "02122600428")),
        ("LANG", ("6", "1")),
        ("LANG english", ("6", "1", "1")),
        ("LANG km", ("6", "1", "2")),
        ("ភាសាខ្មែរ", ("6", "1", "2")),
        ("JOIN", ("6", "2")),
        ("JOIN 021203", ("6", "2", "021203")),
        ("join Trang", ("6", "2", "Trang")),
        ("khum Ta Krei", ("6", "2", "Ta Krei")),
        ("ឃុំត្រាង", ("6", "2", "ត្រាង")),
        ("LANG abc", ("6", "1", "3")),
        ("LANG french", ("6", "1")),
        ("bdeung", ("4",)),
        ("COMPLAIN 1", ("4",)),
        ("COMPLAIN they asked 50000", ("4",)),
        ("COMPLAIN 1234567897", ("4", "6", "1234567897")),
        ("complain 12345 67897", ("4", "6", "1234567897")),
        ("បណ្តឹង១២៣៤៥៦៧៨៩៧", ("4", "6", "1234567897")),
        ("COMPLAIN 123456789", ("4", "6", "123456789")),
        ("102", ("1", "102")),
        ("១០២", ("1", "102")),
        ("999", ("1", "999")),
        ("02122600428", ("2", "02122600428")),
        ("0212 26 0042 8", ("2", "02122600428")),
        ("O2122600428", ("2", "o2122600428")),
        ("1", HOME),
        ("42", HOME),
    ],
)
def test_a_message_stands_for_keys(
    understanding: Understanding, text: str, path: tuple[str, ...]
) -> None:
    assert ways(understanding, text) == (path,)


@pytest.mark.parametrize("text", ["", "...", "xyzzy", "1234", "yes", "ok", "mok"])
def test_what_nothing_stands_for_is_not_understood(understanding: Understanding, text: str) -> None:
    assert ways(understanding, text) == ()
    assert understanding.plan(text, STRANGER, None).text == ""


@pytest.mark.parametrize("typed", [None, SERVICES])
def test_a_code_alone_is_told_how_to_be_sent_where_no_menu_takes_it(
    understanding: Understanding, typed: tuple[str, ...] | None
) -> None:
    plan = understanding.plan("1234567897", STRANGER, typed)
    assert (plan.text, plan.told, plan.tentative) == (
        "complain_how",
        {"code": "1234567897"},
        True,
    )
    assert plan.ways == (((*typed[1:], "1234567897"),) if typed else ())


@pytest.mark.parametrize("typed", [None, SERVICES, TICKET_QUESTION])
@pytest.mark.parametrize("text", ["?", "HELP", "help!", "chuoy", "ជួយ"])
def test_help_is_a_text_wherever_it_is_asked_for(
    understanding: Understanding, text: str, typed: tuple[str, ...] | None
) -> None:
    assert understanding.plan(text, STRANGER, typed).text == "help"


def test_digits_go_to_the_open_menu_first(understanding: Understanding) -> None:
    assert ways(understanding, "2", SERVICES) == (("1", "2"),)
    assert ways(understanding, "102", SERVICES) == (("1", "102"), ("1", "102"))
    assert ways(understanding, T, SERVICES) == (("1", T), ("2", T))
    assert ways(understanding, "1234567897", SERVICES) == (("1", "1234567897"),)


@pytest.mark.parametrize("code", ["0212", "021203", "០២១២០៣", "99999"])
def test_a_permanent_code_of_any_length_goes_to_the_open_menu(
    understanding: Understanding, code: str
) -> None:
    plan = understanding.plan(code, STRANGER, SERVICES)
    assert (plan.ways[0], plan.tentative) == (("1", code), False)


def test_a_keyword_leaves_the_open_menu(understanding: Understanding) -> None:
    assert ways(understanding, "FEE 102", TICKET_QUESTION) == (("1", "102", "2"),)


def test_other_words_count_only_where_the_open_menu_takes_them(
    understanding: Understanding,
) -> None:
    plan = understanding.plan("AB-1234", STRANGER, TICKET_QUESTION)
    assert (plan.ways, plan.tentative) == ((("2", "AB-1234"),), True)


@pytest.mark.parametrize(
    ("text", "stored", "typed", "language"),
    [
        ("seva", None, None, "km-Latn"),
        ("info", None, None, "en"),
        ("សេវា", None, None, "km"),
        ("info", "km", None, "km"),
        ("info", "fr", None, "en"),
        ("1", None, SERVICES, "en"),
        ("1", None, ("fr", "1"), "km-Latn"),
        ("ខ", None, None, "km"),
        ("xyzzy", None, None, "km-Latn"),
        ("02122600428", None, None, "km-Latn"),
        ("stop", None, None, "en"),
        ("stop", "km", None, "km"),
    ],
)
def test_the_language_is_the_stored_one_then_the_words_then_the_script(
    understanding: Understanding,
    text: str,
    stored: str | None,
    typed: tuple[str, ...] | None,
    language: str,
) -> None:
    assert understanding.plan(text, Profile(stored), typed).language == language


# What that comes to on a phone.


def test_a_wrong_digit_keeps_the_open_menu_and_says_so(world: World) -> None:
    phone = Phone(world).texts("LANG").receives("Language")
    phone.texts("8").receives("Wrong choice", "Language")


def test_words_nobody_knows_are_told_so_once_a_day_though_a_menu_is_open(world: World) -> None:
    phone = Phone(world).texts("INFO").receives("Kind of service")
    phone.texts("xyzzy").receives("Not understood")
    phone.texts("xyzzy again").receives_nothing()
    phone.texts("1").receives("Choose service")


def test_a_session_of_many_mistyped_tickets_goes_on_until_it_is_too_long(world: World) -> None:
    phone = Phone(world, echoes=False).dials().types("8", "2")
    for at in range(58):
        right = with_check_digit(f"02122699{at:02d}")
        phone.types(f"{right[:-1]}{(int(right[-1]) + 1) % 10}")
        if at % 10 == 9:
            world.clock.forward(seconds=10)
    phone.sees("Wrong number")
    phone.types("1").ends("Too many wrong keys")
