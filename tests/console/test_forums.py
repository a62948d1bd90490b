"""This file tests the pages of forums: planned after a look, moved, called off, accounted for."""

import re
from dataclasses import replace

import pytest

from chalicelib.capabilities.staff import Person
from chalicelib.console.words import words
from tests.console.conftest import Console, hired
from tests.console.people import People

WORDS = {
    "commune": "Trang",
    "at": "2026-12-05T14:00",
    "venue_en": "Trang pagoda",
    "venue_km": "វត្តត្រាង",
    "agenda_en": "Plates",
}


def test_a_forum_is_planned_after_a_look_at_what_it_sends(console: Console) -> None:
    People(console).join(3)
    browser = console.enters("organizer")
    assert "No forum is planned" in browser.opens("/forums/")
    browser.opens("/forums/new")
    text = browser.sends("/forums/new", **WORDS, sure="")
    assert "Invitation" in text
    assert "to 3 people" in text
    assert console.office.forums.all() == []
    text = browser.sends("/forums/new", **WORDS, sure="yes")
    assert "Forum 001 is planned" in text
    (made,) = console.office.forums.all()
    assert (made.commune, made.venue["km"], made.by) == ("021204", "វត្តត្រាង", "organizer")
    assert "001" in browser.opens("/forums/")


def test_a_forum_that_would_reach_nobody_says_how_people_join(console: Console) -> None:
    people = People(console)
    browser = console.enters("organizer")
    browser.opens("/forums/new")
    assert "Let people text JOIN 021204 first" in browser.sends("/forums/new", **WORDS, sure="")
    people.join(1)
    text = browser.sends("/forums/new", **WORDS, sure="")
    assert "Its invitation goes to 1 people" in text
    assert "JOIN" not in text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"commune": "Nowhere"}, "no place has the code or name"),
        ({"at": ""}, "date and time"),
        ({"venue_en": "", "venue_km": ""}, "Say where people meet"),
        ({"at": "2026-01-05T14:00"}, "choose a time to come"),
    ],
)
def test_what_is_missing_is_told_and_what_was_typed_is_kept(
    console: Console, change: dict[str, str], why: str
) -> None:
    People(console)
    browser = console.enters("organizer")
    browser.opens("/forums/new")
    assert why in browser.sends("/forums/new", **{**WORDS, **change}, sure="yes")
    assert browser.status == 422
    assert "Plates" in browser.page.text
    assert console.office.forums.all() == []


def planned(console: Console, people: int = 3) -> People:
    """Plan a forum whose invitation went out as far as the ledger goes."""
    found = People(console)
    found.join(people)
    browser = console.enters("organizer")
    browser.opens("/forums/new")
    browser.sends("/forums/new", **WORDS, sure="yes")
    found.tick()
    return found


def test_moving_and_calling_off_say_before_who_will_be_told(console: Console) -> None:
    planned(console)
    browser = console.enters("organizer")
    browser.opens("/forums/001/move")
    text = browser.sends("/forums/001/move", at="2026-12-06T09:00", sure="")
    assert "people who were invited will be told" in text
    assert "nothing" not in str(console.office.forums.known("001").state)
    assert console.office.forums.known("001").version == 1
    assert "Moved." in browser.sends("/forums/001/move", at="2026-12-06T09:00", sure="yes")
    assert console.office.forums.known("001").version == 2
    assert "will be told that it is off" in browser.opens("/forums/001/cancel")
    assert console.office.forums.known("001").is_on
    assert "Called off." in browser.sends("/forums/001/cancel", sure="yes")
    assert not console.office.forums.known("001").is_on


def test_answers_questions_attendance_and_actions_stand_on_its_page(console: Console) -> None:
    people = planned(console)
    people.say(0, "yes")
    people.say(1, "no")
    people.ask(1, "How much is a plate? <b>me</b>")
    browser = console.enters("organizer")
    text = browser.opens("/forums/001")
    assert "1 yes, 1 no" in text
    assert "<b>me</b>" not in browser.page.text
    text = browser.sends("/forums/001/answer", number="101", answer_en="47,000 riel")
    assert "Answered." in text
    assert "The asker gets an SMS." in text
    assert "answered, read in the menu" in text
    assert "answered already" in browser.sends(
        "/forums/001/answer", number="101", answer_en="again"
    )
    assert "Noted." in browser.sends("/forums/001/actions", text="Post the fees")
    assert "presented" in browser.sends("/forums/001/actions", number="1", state="presented")
    console.clock.forward(days=13)
    browser = console.enters("organizer")
    browser.opens("/forums/001")
    assert "Write a whole number" in browser.sends("/forums/001/attendance", people="x", women="1")
    text = browser.sends("/forums/001/attendance", people="20", women="11")
    assert "20 people, 11 women" in text


def test_no_text_of_a_forum_is_longer_than_a_file_may_have_it(console: Console) -> None:
    """Each is in every SMS, and a forum for few needs no second person to see it."""
    planned(console)
    browser = console.enters("organizer")
    browser.opens("/forums/new")
    long = "x" * 3000
    for name in ("venue_km", "agenda_latn", "organizer"):
        typed = {**WORDS, "at": "2026-12-20T08:00", name: long, "sure": "yes"}
        assert "3000 characters" in browser.sends("/forums/new", **typed)
    browser.opens("/forums/001/move")
    assert "3000 characters" in browser.sends("/forums/001/move", venue_en=long, sure="yes")
    assert len(console.office.forums.all()) == 1
    assert console.office.forums.known("001").version == 1


def test_who_answers_on_a_khmer_page_is_told_in_khmer_whether_the_asker_hears(
    console: Console,
) -> None:
    planned(console).ask(1, "How much?")
    browser = console.enters("organizer")
    browser.sends("/language", language="km", next="/forums/001")
    text = browser.sends("/forums/001/answer", number="101", answer_km="ខ្មែរ")
    assert words("km")["forums.heard"] in text
    assert "asker" not in text


def test_a_button_that_is_pressed_ten_times_at_once_plans_one_forum(console: Console) -> None:
    People(console).join(3)
    browser = console.enters("organizer")
    browser.opens("/forums/new")
    answers = browser.sends_at_once(10, "/forums/new", **WORDS, sure="yes")
    assert sorted(one.status_code for one in answers) == [303, *[422] * 9]
    told = "for that place and time already|at this moment: try again"
    assert all(re.search(told, one.text) for one in answers if one.status_code == 422)
    assert len(console.office.forums.all()) == 1
    browser.opens("/forums/001/cancel")
    browser.sends("/forums/001/cancel", sure="yes")
    assert "Forum 002 is planned" in browser.sends("/forums/new", **WORDS, sure="yes")


def test_many_people_need_a_second_person_who_agrees_to_what_they_saw(console: Console) -> None:
    console.office.settings = replace(console.office.settings, forum_few=2)
    planned(console)
    browser = console.enters("organizer")
    assert "somebody else has to approve" in browser.opens("/forums/001")
    seen = browser.page.text.partition('name="seen" value="')[2].partition('"')[0]
    assert "somebody else has to approve it" in browser.sends("/forums/001/approve", seen=seen)
    assert browser.status == 422
    hired(console.pool, Person("second", frozenset({"organizer"})))
    second = console.enters("second")
    second.opens("/forums/001")
    assert "It changed since you looked" in second.sends("/forums/001/approve", seen="something")
    assert console.office.forums.known("001").approved_at is None
    assert "Approved." in second.sends("/forums/001/approve", seen=seen)
    assert console.office.forums.known("001").approved_by == "second"


def test_a_file_of_forums_is_tried_and_planned(console: Console) -> None:
    from io import BytesIO  # noqa: PLC0415 - here alone

    People(console)
    browser = console.enters("organizer")
    browser.opens("/forums/template.csv")
    assert "commune" in browser.page.text
    browser.opens("/forums/file")
    content = "commune,venue,at,agenda_en\n021204,Pagoda,2026-12-07 08:00,Fees\n021204,,x,\n"
    text = browser.sends("/forums/file", file=(BytesIO(content.encode()), "forums.csv"))
    assert "Would be taken 1" in text
    assert console.office.forums.all() == []
    carried = browser.page.text.partition('name="carried" value="')[2].partition('"')[0]
    assert "Done: 1 rows" in browser.sends(
        "/forums/file", take="yes", carried=carried, name="forums.csv"
    )
    assert len(console.office.forums.all()) == 1
