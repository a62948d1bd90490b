"""This file tests the first page: what needs whom, and an empty day."""

from tests.console.conftest import Console
from tests.console.people import People
from tests.console.test_complaints import complained
from tests.console.test_forums import planned


def test_an_empty_day_says_so(console: Console) -> None:
    for role in ("officer", "admin", "ombudsperson"):
        assert "Nothing waits for you" in console.enters(role).opens("/")


def test_complaints_need_their_ombudsperson_and_nobody_else(console: Console) -> None:
    complained(console)
    assert "1 complaints wait for you" in console.enters("ombudsperson").opens("/")
    assert "complaints" not in console.enters("organizer").opens("/")


def test_an_organizer_sees_forums_questions_and_what_is_overdue(console: Console) -> None:
    people = planned(console)
    people.ask(1, "How much?")
    console.clock.forward(days=8)
    text = console.enters("organizer").opens("/")
    assert "1 questions wait for an answer" in text
    assert "1 forums within a week" in text
    console.clock.forward(days=60)
    assert "applications are overdue" in console.enters("organizer").opens("/")


def test_three_pictures_show_four_weeks_and_no_small_number(console: Console) -> None:
    People(console)
    browser = console.enters("officer")
    browser.opens("/")
    assert browser.page.text.count("<svg") == 3
