"""This file tests answers to SMS: menus, budgets, repeats, languages, who is answered at all."""

import pytest

from chalicelib.capabilities.subscribers import CONFIRM
from chalicelib.desk import Look
from chalicelib.errors import Unavailable
from tests.builders import KAMRIENG, a_party, an_sms
from tests.phone import Phone
from tests.storage.test_usage import counted
from tests.world import World, a_memory_world

ENGLISH = "Other language: LANG"


@pytest.fixture
def english(world: World) -> Phone:
    """A phone whose number speaks English."""
    world.desk.set_language(a_party(), "en")
    return Phone(world)


# Who is answered.
def test_an_opted_out_person_is_still_answered(both: World) -> None:
    phone = Phone(both).texts("STOP").receives("Stopped")
    phone.texts("INFO 102").receives("Replace a plate")
    phone.dials().types("8", "2", KAMRIENG, "1").ends("SMS soon")
    phone.receives(KAMRIENG)
    assert both.desk.profile(a_party()).opted_out


def test_a_masked_number_is_answered_like_any_other(both: World) -> None:
    party = a_party(number=None, id_="masked-7")
    both.sms.receive(an_sms(text="INFO 102", party=party))
    both.deliver()
    assert [to for to, _ in both.gateway.sent] == ["masked-7"]
    both.sms.receive(an_sms(text="stop", id_="sms-2", party=party))
    assert both.desk.profile(party).opted_out


def test_replies_can_be_switched_off_and_stop_still_works() -> None:
    world = a_memory_world(replies=False)
    phone = Phone(world).texts("INFO 102").receives_nothing()
    phone.texts("STOP").receives("Stopped")


@pytest.mark.parametrize("to", ["38456", "", " ", "OTHER"])
def test_D4_a_message_to_another_short_code_is_not_answered(world: World, to: str) -> None:
    world.database.calls.clear()
    world.sms.receive(an_sms(text="STOP", to=to))
    assert world.database.calls == []
    assert world.events == [("sms_refused", {"outcome": "not_our_code"})]


def test_each_of_our_short_codes_is_answered() -> None:
    world = a_memory_world(short_code="38455, OWL")
    for to in ("38455", "owl"):
        world.sms.receive(an_sms(text="HELP", id_=to, to=to))
    assert len(Phone(world).inbox()) == 2


def test_a_message_that_meets_the_flood_is_asked_for_again() -> None:
    world = a_memory_world(hops_a_number=1)
    phone = Phone(world).texts("INFO").receives("Kind of service")
    with pytest.raises(Unavailable):
        phone.texts("STOP", id_="the-same")
    assert ("sms_refused", {"outcome": "flood"}) in world.events
    world.clock.forward(seconds=10)
    phone.texts("STOP", id_="the-same").receives("Stopped")


# STOP and START.
@pytest.mark.parametrize("before", [(), ("INFO",), ("TICKET",), ("LANG",), ("INFO 102", "4")])
def test_stop_works_in_any_state_and_closes_the_menu(both: World, before: tuple[str, ...]) -> None:
    phone = Phone(both).texts(*before)
    phone.inbox()
    phone.read = len(phone.inbox())
    phone.texts("STOP").receives("START")
    assert both.desk.look_sms(a_party(), "id/any").typed is None
    assert both.desk.profile(a_party()).opted_out


def test_stop_again_is_silent_and_start_takes_it_back(both: World) -> None:
    phone = Phone(both).texts("STOP").receives("Stopped")
    phone.texts("STOP").receives_nothing()
    phone.texts("START").receives("Started")
    assert not both.desk.profile(a_party()).opted_out


def test_beyond_two_confirmations_a_day_stop_is_silent_and_still_works(both: World) -> None:
    phone = Phone(both).texts("STOP").receives("Stopped")
    phone.texts("START").receives("Started")
    phone.texts("STOP").receives_nothing()
    assert both.desk.profile(a_party()).opted_out


def test_a_confirmation_is_of_its_own_class_and_a_repetition_is_a_reply(both: World) -> None:
    Phone(both).texts("STOP", "START", "START")
    kinds = [both.stores.box.find(one).message_class for one in both.stores.woken()]
    assert kinds == [CONFIRM, CONFIRM, "reply"]


# Budgets.
def test_the_last_reply_of_a_day_says_that_it_is_the_last() -> None:
    world = a_memory_world(replies_a_day=3)
    phone = Phone(world).texts("HELP").receives("INFO").texts("HELP").receives("INFO")
    phone.texts("HELP").receives("Too many messages today")
    phone.texts("HELP", "INFO 102").receives_nothing()
    world.clock.forward(hours=24)
    phone.texts("HELP").receives("INFO")


def test_a_block_of_numbers_over_its_hour_is_answered_by_silence() -> None:
    world = a_memory_world(replies_a_block=2)
    phones = [Phone(world, f"+8551200000{n}") for n in range(3)]
    for phone in phones:
        phone.texts("HELP")
    phones[0].receives("INFO")
    phones[1].receives("INFO")
    phones[2].receives_nothing()


def test_over_budget_a_menu_still_remembers_its_keys() -> None:
    world = a_memory_world(replies_a_day=1)
    Phone(world).texts("INFO", "1", "102")
    assert world.desk.look_sms(a_party(), "id/any").typed[2:] == ("1", "1", "102")


def test_what_is_asked_by_ussd_beyond_the_budget_is_told_and_not_sent() -> None:
    world = a_memory_world(replies_a_day=2)
    phone = Phone(world).dials().types("8", "1", "102", "5").ends("SMS soon")
    phone.dials().types("1", "102", "5").ends("Too many messages today")
    assert len(phone.inbox()) == 1


# Menus.
def test_a_menu_is_walked_by_sms_one_number_at_a_time(english: Phone) -> None:
    english.texts("INFO").receives("1 Transport", "4 Land")
    english.texts("4").receives("403 Building permit")
    english.texts("403").receives("403 Building permit", "420,000 riel")
    english.texts("4").receives("02 Battambang")
    english.texts("02").receives("0212 Kamrieng")
    english.texts("0212").receives("Kamrieng", "053 000 212")
    english.texts("00").receives("1 Services")


def test_a_wrong_key_gets_help_and_the_same_menu(english: Phone) -> None:
    english.texts("INFO").receives("1 Transport")
    english.texts("8").receives("1 Transport", "No service 8")
    english.texts("1").receives("101 Motorbike")


def test_a_menu_closes_after_half_an_hour(world: World, english: Phone) -> None:
    english.texts("INFO").receives("1 Transport")
    world.clock.forward(minutes=31)
    english.texts("1").receives("1 Services")


def test_a_menu_of_another_book_counts_as_closed(world: World, english: Phone) -> None:
    english.texts("INFO", "00", "6").inbox()
    english.read = 3
    look = world.desk.look_sms(a_party(), "id/any")
    other = ("0000abcd", *look.typed[1:])
    world.desk.commit(world.desk.keep_typed(a_party(), other, look.typed_at))
    english.texts("4").receives("1 Services")
    assert not world.desk.profile(a_party()).opted_out


def test_a_keyword_opens_its_own_menu_whatever_is_open(english: Phone) -> None:
    english.texts("INFO").receives("1 Transport")
    english.texts("TICKET").receives("Enter ticket number")
    english.texts("0212 26 0042 8").receives(KAMRIENG)


def test_a_service_code_alone_is_looked_up(english: Phone) -> None:
    english.texts("102").receives("102 Replace a plate")


def test_help_leaves_the_menu_open(english: Phone) -> None:
    english.texts("INFO").receives("1 Transport")
    english.texts("HELP").receives("TICKET")
    english.texts("1").receives("101 Motorbike")


# Two messages of one number at once.
def looks_at(world: World, before: Look) -> None:
    """Let the next message look as if what came since had not been stored yet."""
    looks, real = iter([before]), world.desk.look_sms
    world.desk.look_sms = lambda *args: next(looks, None) or real(*args)


@pytest.mark.parametrize("texts", [("INFO", "1"), ("INFO", "1", "102")], ids=["closed", "open"])
def test_two_messages_at_once_lose_neither(both: World, texts: tuple[str, ...]) -> None:
    both.desk.set_language(a_party(), "en")
    phone = Phone(both).texts(*texts[:-2])
    before = both.desk.look_sms(a_party(), "id/any")
    both.clock.forward(seconds=1)
    phone.texts(texts[-2])
    both.clock.forward(seconds=1)
    looks_at(both, before)
    phone.texts(texts[-1])
    assert both.desk.look_sms(a_party(), "id/any").typed[2:] == ("1", *texts[1:])
    assert len(phone.inbox()) == len(texts)


def test_a_menu_that_stop_closed_meanwhile_stays_closed(both: World) -> None:
    both.desk.set_language(a_party(), "en")
    phone = Phone(both).texts("INFO")
    before = both.desk.look_sms(a_party(), "id/any")
    both.clock.forward(seconds=1)
    phone.texts("STOP")
    looks_at(both, before)
    phone.texts("1")
    assert both.desk.look_sms(a_party(), "id/any").typed[2:] == ()
    assert "1 Services" in phone.inbox()[-1]


def test_a_message_that_never_meets_its_menu_as_it_was_read_comes_again(both: World) -> None:
    before = both.desk.look_sms(a_party(), "id/any")
    Phone(both).texts("INFO")
    both.desk.look_sms = lambda *_: before
    both.clock.forward(seconds=1)
    with pytest.raises(Unavailable):
        Phone(both).texts("1")


def test_an_expired_menu_stands_in_nobodys_way(both: World) -> None:
    phone = Phone(both).texts("INFO")
    both.clock.forward(minutes=31)
    phone.texts("INFO", "1")
    assert both.desk.look_sms(a_party(), "id/any").typed[2:] == ("1", "1")


# Languages.
@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("INFO", "Kind of service"),
        ("សេវា", "ប្រភេទសេវា"),
        ("seva", "Praphet seva"),
        ("1", "1 Seva"),
    ],
)
def test_a_stranger_is_answered_in_the_language_of_the_keyword(
    world: World, text: str, seen: str
) -> None:
    Phone(world).texts(text).receives(seen)


def test_who_chose_a_language_is_answered_in_it(world: World, english: Phone) -> None:
    english.texts("seva").receives("Kind of service")
    english.texts("LANG KM").receives("ខ្មែរ")
    english.texts("INFO").receives("ប្រភេទសេវា")


def test_a_stranger_is_told_how_to_change_the_language(both: World) -> None:
    Phone(both).texts("HELP").receives(ENGLISH)
    both.desk.set_language(a_party(), "en")
    phone = Phone(both).texts("HELP")
    assert ENGLISH not in phone.inbox()[-1]


def test_a_menu_keeps_the_language_it_was_opened_in(both: World) -> None:
    Phone(both).texts("INFO").receives("Kind of service").texts("1").receives("Choose service")


# Counting.
def test_a_screen_of_an_open_menu_is_counted_once(
    both: World,
) -> None:
    Phone(both).texts("INFO 102", "2", "0", "3", "77")
    assert {cell.strip("#"): n for cell, n in counted(both).items()} == {
        "sms#en#information#102#all": 1,
        "sms#en#information#102#fee": 1,
        "sms#en#information#102#time": 1,
    }


def test_two_messages_that_ask_the_same_are_counted_twice(both: World) -> None:
    Phone(both).texts("FEE 102", "FEE 102")
    cells = {cell.strip("#"): n for cell, n in counted(both).items()}
    assert cells["sms#en#information#102#fee"] == 2


# Repeats without an id of the gateway (fault row S2).
def test_without_an_id_two_equal_answers_wait_side_by_side(both: World) -> None:
    phone = Phone(both).texts("INFO", id_="")
    both.clock.forward(seconds=5)
    phone.texts("1", id_="")
    both.clock.forward(seconds=5)
    phone.texts("1", id_="")
    assert both.desk.look_sms(a_party(), "id/any").typed[2:] == ("1", "1", "1")
    assert len(phone.inbox()) == 3


def test_without_an_id_stop_in_the_menu_works_every_time(both: World) -> None:
    both.desk.set_language(a_party(), "en")
    phone = Phone(both)

    def walk(*texts: str) -> bool:
        for text in texts:
            both.clock.forward(minutes=2)
            phone.texts(text, id_="")
        return both.desk.profile(a_party()).opted_out

    assert walk("INFO", "00", "6", "4") is True
    assert walk("INFO", "00", "6", "5") is False
    assert walk("INFO", "00", "6", "4") is True


@pytest.mark.parametrize("id_", ["the-same", ""])
def test_two_copies_of_a_message_at_once_are_answered_once(both: World, id_: str) -> None:
    """Both copies look before either is stored, as two functions may."""
    before = both.desk.look_sms(a_party(), "id/any")
    both.desk.look_sms = lambda *_: before
    phone = Phone(both).texts("INFO 102", "INFO 102", id_=id_)
    phone.receives("102 ")
    assert sum(counted(both).values()) == 1
