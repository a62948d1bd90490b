"""This file tests forums on a phone: find one, say yes or no, ask, and read what was answered."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.capabilities.forums import Forum, cancelled
from chalicelib.telecom.segments import measure
from tests.builders import TRANG, a_catalogue, a_forum
from tests.phone import Phone
from tests.world import World, a_memory_world

CHAN, OTHER, THIRD = "+85512000001", "+85512000002", "+85512000003"


def with_forum(world: World, **values: object) -> Forum:
    """Put a forum in Trang into a world."""
    catalogue = a_catalogue()
    world.desk.catalogue.publish(catalogue._replace(places={**catalogue.places, TRANG.code: TRANG}))
    made: Forum = world.desk.forums.add(a_forum(**values))  # type: ignore[arg-type]
    return made


def invited(world: World, forum: Forum, *numbers: str) -> None:
    """Leave the question of a forum open, as the sender does."""
    for number in numbers:
        party = Phone(world, number).party
        world.desk.commit([world.desk.people.joining(party, TRANG.code, channel="sms")])
        person = world.keys.now().person(party)
        world.stores.addressees.invite([person], forum.invitation.written)


def said(world: World, forum: Forum) -> dict[str, str]:
    """Return what was answered, by number."""
    names = {world.keys.now().person(Phone(world, one).party): one for one in (CHAN, OTHER, THIRD)}
    return {
        names[person]: answer for person, answer in world.desk.forums.answers(forum.code).items()
    }


def english(world: World, number: str = CHAN) -> Phone:
    """Return the phone of somebody who reads English."""
    phone = Phone(world, number)
    phone.dials().types("8")
    return phone


def test_a_citizen_finds_a_forum_by_its_code_and_says_yes(both: World) -> None:
    forum = with_forum(both)
    phone = english(both)
    phone.dials().sees("5 Forums").types("5").sees("Choose forum:", "001 Trang 05/12")
    phone.types("001").sees("Trang 05/12/26 14:00", "Trang pagoda", "About: Plates")
    phone.types("1").ends("Trang", "Noted: you will come 05/12/26.")
    phone.repeats(2)
    assert said(both, forum) == {CHAN: "yes"}
    phone.dials("5*001").sees("You said: I will come.").types("2").ends("not coming")
    assert said(both, forum) == {CHAN: "no"}


def test_every_language_fits_a_small_screen(world: World) -> None:
    with_forum(world)
    for key in ("7", "8"):
        phone = Phone(world)
        phone.dials().types(key)
        for text in ("5", "5*001", "5*001*1", "5*001*2", "5*001*3", "5*001*4"):
            assert measure(phone.dials(text).screen).segments == 1


def test_a_forum_that_has_gone_is_a_wrong_key(world: World) -> None:
    forum = with_forum(world, at=world.clock.now() + timedelta(hours=3))
    phone = english(world)
    phone.dials("5*001").sees("Trang")
    world.clock.at = forum.at + timedelta(days=31)
    phone.dials("5*001*1").sees("No forums near you now.", "Wrong choice.")
    assert said(world, forum) == {}


def test_a_forum_that_is_over_or_off_takes_no_answer(world: World) -> None:
    forum = with_forum(world)
    phone = english(world)
    world.clock.at = forum.at
    phone.dials("5*001").sees("This forum is over.")
    phone.dials("5*001*1").ends("You cannot reply to this forum now.")
    world.clock.at = forum.at - timedelta(days=1)
    off = cancelled(forum, "Lina", world.clock.now())
    world.desk.forums.change(forum, off)
    phone.dials("5").sees("001 Trang 05/12: cancelled")
    phone.dials("5*001*1").ends("You cannot reply")
    phone.dials("5*001*3*Why?").ends("You cannot reply")
    assert said(world, forum) == {}


def test_forums_of_ones_own_commune_come_first(world: World) -> None:
    with_forum(world, commune="010601")
    with_forum(world)
    phone = english(world)
    world.desk.commit([world.desk.joining(phone.party, "021204", channel="sms")])
    screen = phone.dials("5").screen
    assert screen.index("002 Trang") < screen.index("001 ")


def test_an_open_invitation_changes_the_words_of_home_and_no_key(both: World) -> None:
    forum = with_forum(both)
    phone = english(both)
    invited(both, forum, CHAN)
    phone.dials().sees("5 Forum 05/12: coming?").types("1").sees("Kind of service").types("00")
    phone.sees("5 Forum 05/12: coming?").types("5", "001", "1").ends("you will come")
    phone.dials().sees("5 Forums").sees_no("coming?")


def test_an_invitation_is_closed_by_the_forum(world: World) -> None:
    forum = with_forum(world)
    phone = english(world)
    invited(world, forum, CHAN)
    world.clock.at = forum.at
    phone.dials().sees_no("coming?")
    phone.texts("yes")
    assert said(world, forum) == {}


def test_scenario_21_yes_and_no_in_the_words_of_four_people(both: World) -> None:
    forum = with_forum(both)
    for number, text, answer in (
        (CHAN, "mok", "yes"),
        (OTHER, "min mok", "no"),
        (THIRD, "Ot tov te", "no"),
        (OTHER, "1", "no"),
    ):
        if text != "1":
            invited(both, forum, number)
        phone = Phone(both, number)
        phone.texts(text)
        assert said(both, forum)[number] == answer, text
    invited(both, forum, THIRD)
    assert "neak neung mok 05/12/26" in Phone(both, THIRD).texts("1").inbox()[-1]
    assert said(both, forum) == {CHAN: "yes", OTHER: "no", THIRD: "yes"}


def test_scenario_22_a_digit_with_no_open_question_is_no_answer(world: World) -> None:
    forum = with_forum(world)
    Phone(world).texts("1").receives("Chrok chenh chol tae muoy")
    assert said(world, forum) == {}
    Phone(world, OTHER).texts("yes", "mok", "2")
    assert said(world, forum) == {}


def test_a_digit_goes_to_what_came_later_a_menu_or_the_question(world: World) -> None:
    forum = with_forum(world)
    phone = english(world)
    invited(world, forum, CHAN)
    world.clock.forward(minutes=1)
    phone.texts("SEVA").receives("Kind of service")
    phone.texts("1").receives("Choose service")
    assert said(world, forum) == {}
    world.clock.forward(minutes=1)
    invited(world, forum, CHAN)
    phone.texts("1").receives("you will come")
    assert said(world, forum) == {CHAN: "yes"}


def test_a_mind_is_changed_in_words_until_the_forum(world: World) -> None:
    forum = with_forum(world)
    phone = english(world)
    invited(world, forum, CHAN)
    phone.texts("yes", "no")
    assert said(world, forum) == {CHAN: "no"}
    phone.texts("មក")
    assert said(world, forum) == {CHAN: "yes"}


def test_the_same_answer_delivered_twice_is_one(both: World) -> None:
    forum = with_forum(both)
    invited(both, forum, CHAN)
    phone = Phone(both)
    phone.texts("mok", id_="sms-x").texts("mok", id_="sms-x").receives("neak neung mok")
    assert said(both, forum) == {CHAN: "yes"}


@pytest.mark.parametrize(
    "text",
    ["plak lek phdo ponman?", "តើប្តូរផ្លាកលេខអស់ប៉ុន្មាន?", "fee? " * 80],
    ids=["la", "km", "three parts"],
)
def test_scenario_23_a_question_is_kept_whole_and_has_a_number(both: World, text: str) -> None:
    forum = with_forum(both)
    invited(both, forum, CHAN)
    Phone(both).texts(f"ASK {text}").receives("101")
    (question,) = both.desk.forums.questions(forum.code)
    assert question.text == text.strip()
    assert question.state == "asked"


def test_a_question_longer_than_three_parts_is_cut_and_that_is_said(world: World) -> None:
    forum = with_forum(world)
    invited(world, forum, CHAN)
    english(world).texts("ASK " + "why so dear " * 60).receives("only its beginning is kept")
    (question,) = world.desk.forums.questions(forum.code)
    assert measure(question.text).segments == 3


def test_a_question_by_dialling_takes_all_the_rest(world: World) -> None:
    forum = with_forum(world)
    phone = english(world)
    phone.dials("5*001*3").sees("Write your question").types("Is it 2*3?")
    phone.ends("Question 101 received. Answer will come by SMS.").repeats()
    assert [one.text for one in world.desk.forums.questions(forum.code)] == ["Is it 2*3?"]


@pytest.mark.parametrize("number", ["012 000 001", "02122600428", "០១២០០០០០១"])
def test_a_question_that_everybody_may_read_tells_no_number(world: World, number: str) -> None:
    forum = with_forum(world)
    english(world).dials(f"5*001*3*Call {number}: is it 40000 riel?").ends("Question 101")
    asked = [one.text for one in world.desk.forums.questions(forum.code)]
    assert asked == ["Call ***: is it 40000 riel?"]


def test_free_text_over_sms_may_begin_with_a_keyword(world: World) -> None:
    forum = with_forum(world)
    phone = english(world)
    phone.texts("FORUM").receives("001 Trang").texts("001").receives("3 Ask a question")
    phone.texts("3").receives("Write your question").texts("fee is too high?").receives("101")
    assert [one.text for one in world.desk.forums.questions(forum.code)] == ["fee is too high?"]
    phone.texts("FORUM 001").receives("Trang").texts("3").receives("Write").texts("HELP")
    phone.receives("INFO")


def test_a_question_without_an_invitation_goes_to_the_nearest_forum(world: World) -> None:
    with_forum(world, commune="010601")
    near = with_forum(world)
    phone = english(world)
    world.desk.commit([world.desk.joining(phone.party, "021204", channel="sms")])
    phone.texts("ASK how much?").receives("Question 101")
    assert len(world.desk.forums.questions(near.code)) == 1


def test_a_question_while_no_forum_is_planned_is_never_thanked_for(world: World) -> None:
    english(world).texts("ASK how much?").receives("No forums near you now.")


def test_who_stopped_sms_is_promised_none(world: World) -> None:
    with_forum(world)
    phone = english(world)
    phone.texts("STOP").receives("Stopped")
    phone.dials("5*001*3*How?").ends("SMS are stopped: read the answer in Forums.")


def test_a_number_asks_so_many_questions_a_day_on_both_channels(both: World) -> None:
    forum = with_forum(both)
    phone, most = english(both), both.settings.questions_a_day
    for n in range(most - 1):
        phone.dials(f"5*001*3*Question {n}?").ends("received")
    phone.dials("5*001*3*The last?").ends("received").repeats(2)
    phone.dials("5*001*3*One more?").ends("Too many questions today. Try tomorrow.")
    phone.texts("ASK and one more?").receives("Too many questions today.")
    english(both, OTHER).dials("5*001*3*Mine?").ends("received")
    asked = [one.text for one in both.desk.forums.questions(forum.code)]
    assert (len(asked), asked[-2:]) == (most + 1, ["The last?", "Mine?"])
    both.clock.forward(days=1)
    phone.dials("5*001*3*The next day?").ends("received")


@pytest.mark.parametrize(
    ("key", "said"),
    [("7", "សំណួរច្រើនពេកថ្ងៃនេះ"), ("8", "Too many questions today."), ("", "Samnuor chraen pek")],
)
def test_a_question_too_many_is_refused_in_ones_own_language(key: str, said: str) -> None:
    world = a_memory_world(questions_a_day=0)
    with_forum(world)
    phone = Phone(world)
    phone.dials().types(*([key] if key else []))
    phone.dials("5*001*3*Why?").ends(said)


def test_answers_can_be_read_by_everybody(both: World) -> None:
    forum = with_forum(both)
    english(both).dials("5*001*3*How much is a plate?").ends("Question 101")
    other = english(both, OTHER)
    other.dials("5*001*4").sees("No answers yet.")
    (question,) = both.desk.forums.questions(forum.code)
    done = replace(question, state="published", answer={"en": "40,000 riel."})
    both.desk.forums.answer(done)
    other.dials("5*001*4").sees("101 How much is a plate?").types("101")
    other.sees("How much is a plate?", "= 40,000 riel.")
    other.dials("5*001*4*102").sees("Wrong choice.")


def test_reading_an_answer_costs_one_call_for_the_list_and_one_for_the_answer(
    world: World,
) -> None:
    forum = with_forum(world)
    phone = english(world)
    phone.dials("5*001*3*How much is a plate?").ends("Question 101")
    (question,) = world.desk.forums.questions(forum.code)
    done = replace(question, state="published", answer={"en": "40,000 riel."})
    world.desk.forums.answer(done)
    phone.dials("5*001")
    world.database.calls.clear()
    phone.types("4").sees("101 How much")
    listed = list(world.database.calls)
    world.database.calls.clear()
    phone.types("101").sees("= 40,000 riel.")
    # The list of forums and the forum, which the path leads over, and the list of questions; on
    # the last hop the answer too. As many as when one row held them all.
    assert listed == ["get"] * 3
    assert world.database.calls == ["get"] * 4


def test_a_forum_that_cannot_be_read_is_never_thanked_for(world: World) -> None:
    forum = with_forum(world)
    phone = english(world)
    phone.dials("5*001")
    world.database.outage = lambda call: "before" if call == "commit" else ""
    phone.types("1").ends("Not recorded")
    world.database.outage = lambda _: ""
    assert said(world, forum) == {}
    phone.again().ends("you will come")
    assert said(world, forum) == {CHAN: "yes"}
