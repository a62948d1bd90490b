"""This file tests JOIN, topics, STOP in any state, and what of it is kept: on both channels."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.capabilities.catalogue import Place
from chalicelib.capabilities.catalogue_places import communes
from chalicelib.capabilities.subscribers import CONFIRM, Member, Profile
from chalicelib.channels.edge import CHANNEL as GATEWAY_CHANNEL
from chalicelib.storage.memory.base import MemoryDatabase
from chalicelib.storage.memory.people import member_of as in_memory
from chalicelib.storage.people import member_of
from tests.builders import KAMRIENG, a_catalogue, a_party, an_sms
from tests.phone import Phone
from tests.world import World, a_memory_world


def row(world: World) -> Any:
    """Return the row of the one person of a world."""
    key = world.keys.now().person(a_party())
    if isinstance(world.database, MemoryDatabase):
        return world.database.tables["people"][key]
    (found,) = world.database.get([(world.desk.people.rows, (key,))])
    return {name: value for name, value in found.attribute_values.items() if value is not None}


def member(world: World) -> Member:
    """Return the one person of a world as a message to many sees them."""
    key = world.keys.now().person(a_party())
    if isinstance(world.database, MemoryDatabase):
        return in_memory(key, row(world))
    (found,) = world.database.items([(world.desk.people.rows, (key,))])
    return member_of(found)


# JOIN.


def test_join_keeps_the_commune_the_consent_its_time_and_its_channel(both: World) -> None:
    Phone(both).texts("JOIN 021204").receives("You joined Trang.", "STOP")
    kept = row(both)
    assert kept["commune"] == "021204"
    assert (kept["consented_at"], kept["consented_by"]) == ("2026-11-23T03:00:00+00:00", "sms")
    assert kept["network"] == "cellcard"
    assert b"12000001" not in bytes(kept["number"])
    assert member(both).reachable


def test_join_by_dialling_is_the_same_consent(both: World) -> None:
    phone = Phone(both).dials().types("8", "6", "2", "Trang").ends("You joined Trang.")
    phone.repeats(2).receives_nothing()
    assert (row(both)["commune"], row(both)["consented_by"]) == ("021204", "ussd")


def test_join_after_stop_takes_the_stop_back(both: World) -> None:
    phone = Phone(both).texts("JOIN Trang", "STOP")
    assert not member(both).reachable
    phone.texts("JOIN Kamrieng")
    assert member(both).reachable
    assert (row(both)["commune"], row(both)["opted_out"]) == ("021201", False)


def test_start_after_stop_keeps_the_consent_that_was_given(both: World) -> None:
    Phone(both).texts("JOIN Trang", "STOP", "START")
    assert member(both).reachable


def test_start_alone_is_no_consent_to_anything(both: World) -> None:
    Phone(both).texts("STOP", "START")
    assert not member(both).reachable


def test_the_answer_to_join_is_a_confirmation(world: World) -> None:
    Phone(world).texts("JOIN Trang")
    (waiting,) = world.database.tables["outbox"].values()
    assert waiting["waiting"].message_class == CONFIRM


def test_join_is_answered_though_replies_are_switched_off() -> None:
    world = a_memory_world(replies=False)
    Phone(world).texts("JOIN Trang").receives("You joined Trang")


def test_a_third_join_of_a_day_is_kept_and_not_confirmed(world: World) -> None:
    phone = Phone(world).texts("JOIN Trang").receives("Trang")
    phone.texts("JOIN Kamrieng").receives("Kamrieng")
    phone.texts("JOIN 020204").receives_nothing()
    assert world.desk.profile(a_party()).commune == "020204"


def test_two_communes_of_a_name_are_asked_for_and_nothing_is_kept_before_the_answer(
    both: World,
) -> None:
    phone = Phone(both).texts("JOIN Chrey").receives("020204 Chrey", "020605 Chrey")
    assert both.desk.profile(a_party()).commune == ""
    phone.texts("020605").receives("You joined Chrey")
    assert both.desk.profile(a_party()).commune == "020605"


@pytest.mark.parametrize("typed", ["ស្តៅ", "ស្ដៅ", "ឃុំ ស្ដៅ", " ស្ត\u200bៅ", "Sdau", "s'dau"])
def test_a_name_is_one_however_its_letters_are_typed(typed: str) -> None:
    place = Place("020999", {"en": "Sdau", "km": "ស្តៅ", "km-Latn": "Sdau"})
    other = Place("020998", {"en": "Sdok", "km": "ស្ដុក", "km-Latn": "Sdok"})
    assert communes({one.code: one for one in (place, other)}, typed) == [place]


def test_a_district_stands_for_its_communes_and_a_province_for_none() -> None:
    places = a_catalogue().places
    assert [one.code for one in communes(places, "0212")] == ["021201", "021204"]
    assert [one.code for one in communes(places, "Kamrieng")] == ["021201"]
    assert communes(places, "Battambang") == []


def test_what_is_no_commune_asks_again_and_keeps_nothing(both: World) -> None:
    phone = Phone(both).dials().types("8", "6", "2", "Atlantis")
    phone.sees("Place not found", "Type the name or code of your commune")
    phone.types("021204").ends("You joined Trang")


def test_a_join_that_could_not_be_kept_says_so_and_is_done_the_next_time(world: World) -> None:
    phone = Phone(world).dials().types("8", "6", "2")
    world.database.outage = lambda call: "before" if call == "commit" else ""
    phone.types("Trang").ends("Not recorded")
    world.database.outage = lambda _: ""
    phone.again().ends("You joined Trang")
    assert world.desk.profile(a_party()).commune == "021204"


def test_a_join_whose_answer_was_lost_is_done_once_and_said_again(world: World) -> None:
    phone = Phone(world).dials().types("8", "6", "2")
    world.database.outage = lambda call: "after" if call == "commit" else ""
    phone.types("Trang").ends("Not recorded")
    world.database.outage = lambda _: ""
    phone.again().ends("You joined Trang")


# Topics and sex.


def test_a_topic_and_a_sex_are_kept_as_codes_and_taken_back(both: World) -> None:
    phone = Phone(both).dials().types("8", "6", "3", "2").ends("Saved.")
    phone.dials().types("6", "6", "1").ends("Saved.")
    assert (member(both).topics, member(both).sex) == (frozenset({"fees"}), "women")
    phone.dials().types("6", "3", "4").ends("Saved.")
    phone.dials().types("6", "6", "3").ends("Saved.")
    assert (member(both).topics, member(both).sex) == (frozenset(), "")


def test_what_somebody_says_of_themselves_is_no_consent(both: World) -> None:
    Phone(both).dials().types("8", "6", "3", "2")
    assert not member(both).consented


def test_the_district_of_a_commune_is_counted_and_never_the_commune(both: World) -> None:
    assert Profile(commune="021204").district == "0212"
    assert Profile().district == ""


# STOP.

STATES = {
    "nothing": [],
    "a menu": ["INFO"],
    "a list": ["INFO", "1"],
    "a question": ["TICKET"],
    "a wrong key": ["INFO", "9999"],
    "a choice of communes": ["JOIN Chrey"],
    "a commune asked for": ["JOIN"],
    "joined": ["JOIN Trang"],
    "started": ["START"],
    "waiting for a ticket": [f"TICKET {KAMRIENG}", "2"],
    "not understood": ["gibberish", "gibberish"],
    "a language": ["LANG km"],
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("stop", ["STOP", "stop please", "ឈប់", "chhop", "S T O P"])
def test_stop_stops_everything_in_any_state_and_is_confirmed_once(
    world: World, state: str, stop: str
) -> None:
    phone = Phone(world).texts(*STATES[state])
    phone.inbox()
    before = len(phone.inbox())
    phone.texts(stop)
    assert len(phone.inbox()) == before + 1
    assert world.desk.profile(a_party()).opted_out
    assert not member(world).reachable
    phone.texts(stop, stop)
    assert len(phone.inbox()) == before + 1


def test_a_gateway_stores_an_opt_out_as_a_phone_does(both: World) -> None:
    Phone(both).texts("JOIN Trang")
    both.clock.forward(hours=1)
    both.desk.commit([both.desk.opting(a_party(), out=True, channel=GATEWAY_CHANNEL)])
    kept = row(both)
    assert (kept["opted_out"], kept["opted_by"]) == (True, "gateway")
    assert kept["opted_at"] == "2026-11-23T04:00:00+00:00"
    assert kept["commune"] == "021204"
    assert not member(both).reachable


def test_stop_and_a_ticket_leaves_all_other_sms_as_they_are(both: World) -> None:
    phone = Phone(both).texts("JOIN Trang", f"TICKET {KAMRIENG}", "2")
    person = both.keys.now().person(a_party())
    assert both.desk.watchers.of([KAMRIENG]) == {KAMRIENG: [person]}
    phone.inbox()
    before = len(phone.inbox())
    phone.texts("chhop 0212 26 0042 8")
    assert f"{KAMRIENG}" in phone.inbox()[before]
    assert both.desk.watchers.of([KAMRIENG]) == {}
    assert member(both).reachable


def test_a_number_that_is_waited_for_is_known_to_who_answers_an_sms_only(both: World) -> None:
    Phone(both).texts(f"TICKET {KAMRIENG}", "2")
    assert both.desk.look_sms(a_party(), "id/1").profile.watched == (KAMRIENG,)
    assert both.desk.look(a_party(), "ussd").profile.watched == ()


@pytest.mark.law
@given(st.lists(st.sampled_from(["STOP", "START", "JOIN Trang", "JOIN 021201"]), max_size=8))
def test_the_last_word_counts(said: list[str]) -> None:
    world = a_memory_world()
    for at, text in enumerate(said):
        world.sms.receive(an_sms(text=text, id_=f"sms-{at}"))
    profile = world.desk.profile(a_party())
    assert profile.opted_out == (bool(said) and said[-1] == "STOP")
    joins = [text for text in said if text.startswith("JOIN")]
    wanted = {"JOIN Trang": "021204", "JOIN 021201": "021201"}
    assert profile.commune == (wanted[joins[-1]] if joins else "")
