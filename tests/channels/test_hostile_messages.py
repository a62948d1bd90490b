"""This file tests what a phone, a machine or a forger may text."""

import pytest

from chalicelib.channels.sms_words import readable
from tests.builders import KAMRIENG, a_party, an_sms
from tests.phone import Phone
from tests.world import World, a_memory_world


def test_S1_one_id_ten_times_is_one_message(both: World) -> None:
    phone = Phone(both)
    for _ in range(10):
        phone.texts("INFO 102", id_="the-same")
    phone.receives("102 ")


def test_S1_an_id_is_remembered_for_48_hours(both: World) -> None:
    phone = Phone(both).texts("INFO 102", id_="the-same").receives("102 ")
    both.clock.forward(hours=47)
    phone.texts("INFO 102", id_="the-same").receives_nothing()


def test_S2_without_an_id_an_equal_text_within_a_minute_is_a_repeat(both: World) -> None:
    phone = Phone(both).texts("HELP", id_="").receives("INFO")
    both.clock.forward(seconds=59)
    phone.texts("HELP", id_="").receives_nothing()
    both.clock.forward(seconds=62)
    phone.texts("HELP", id_="").receives("INFO")


def test_S2_without_an_id_a_menu_takes_the_same_answer_again_after_two_seconds(
    both: World,
) -> None:
    phone = Phone(both).texts("seva", id_="").receives("Praphet")
    both.clock.forward(seconds=5)
    phone.texts("1", id_="").receives("101")
    both.clock.forward(seconds=1)
    phone.texts("1", id_="").receives_nothing()
    both.clock.forward(seconds=5)
    phone.texts("1", id_="").receives("101")


@pytest.mark.parametrize(
    "text", ["STOP", "stop.", "Stop please", "STOPP", "S T O P", " stop ", "ឈប់", "chhop"]
)
def test_S3_a_message_that_says_nothing_but_stop_stops(world: World, text: str) -> None:
    Phone(world).texts(text).receives("START")
    assert world.desk.profile(a_party()).opted_out


@pytest.mark.parametrize(
    "text", ["don't stop the project", "bus stop far", "stop corruption", "stp1", "shop"]
)
def test_S3_stop_within_a_sentence_stops_nothing(world: World, text: str) -> None:
    Phone(world).texts(text)
    assert not world.desk.profile(a_party()).opted_out


def test_S3_stop_works_in_an_open_menu_and_closes_it(both: World) -> None:
    phone = Phone(both).texts("seva").receives("Praphet")
    phone.texts("STOP").receives("START")
    assert both.desk.profile(a_party()).opted_out
    phone.texts("1").receives("1 Seva")


def test_S4_an_unknown_word_is_told_so_once_a_day(both: World) -> None:
    phone = Phone(both).texts("xyzzy").receives("HELP")
    phone.texts("qwerty").receives_nothing()
    both.clock.forward(hours=24)
    phone.texts("xyzzy").receives("HELP")


def test_S5_our_own_short_code_is_never_answered(world: World) -> None:
    world.sms.receive(an_sms(text="INFO 102", party=a_party(number=None, id_="38455")))
    assert world.deliver() == []


def test_S7_a_long_text_of_several_parts_is_read_whole(both: World) -> None:
    Phone(both).texts(f"ticket {' ' * 20}{KAMRIENG}").receives(KAMRIENG)
    Phone(both, "+85512000003").texts("សេវា " + "ពាក្យ " * 60).receives("ប្រភេទសេវា")


@pytest.mark.parametrize(("length", "seen"), [(1_500, "102 "), (1_600, "Not understood")])
def test_S7_of_a_very_long_text_the_beginning_is_read(world: World, length: int, seen: str) -> None:
    world.desk.set_language(a_party(), "en")
    Phone(world).texts(f"{' ' * length}INFO 102").receives(seen)


@pytest.mark.parametrize("letters", ["ពាក្យ", "ក្ម", "e\u0301", "🇰🇭", "a"])
def test_S7_a_very_long_text_is_cut_between_clusters(letters: str) -> None:
    read = readable(letters * 2_000)
    assert 1_590 < len(read) <= 1_600
    assert read == letters * (len(read) // len(letters))


def test_D6_forged_messages_cost_at_most_the_replies_of_a_day(world: World) -> None:
    phone = Phone(world)
    for n in range(1000):
        world.clock.forward(seconds=30)
        phone.texts("HELP", id_=f"forged-{n}")
        world.deliver()
    inbox = phone.inbox()
    assert len(inbox) == world.settings.replies_a_day
    assert "tomorrow" in inbox[-1] or "sa-aek" in inbox[-1]


def test_D6_replies_stop_at_the_money_of_the_day() -> None:
    world = a_memory_world(spend_a_day="0.50", reply_price="0.05")
    for n in range(40):
        party = a_party(number=f"+855120000{n:02}")
        world.sms.receive(an_sms(text="HELP", id_=f"{n}", party=party))
    outcomes = world.deliver()
    assert outcomes.count("accepted") == 10
    assert outcomes.count("over_spend") == 30
