"""This file tests that nobody agrees to what they did not see, however it was changed meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.capabilities.staff import Person
from tests.console.conftest import Browser, Console, hired
from tests.console.people import People
from tests.console.programs import a_program

OTHER = "Send your money to somebody"
HELLO = {
    "text": "Hello",
    "communes": "021204",
    "begin": "2026-12-01T10:00",
    "until": "2026-12-03T10:00",
}


@pytest.fixture
def second(console: Console) -> Browser:
    """Another organizer."""
    hired(console.pool, Person("second", frozenset({"organizer"})))
    return console.enters("second")


def seen(browser: Browser) -> str:
    """Return what the page says was seen."""
    return browser.page.text.partition('name="seen" value="')[2].partition('"')[0]


def grown(console: Console) -> str:
    """Plan a forum for few that many are invited to; return its message, which waits."""
    console.office.settings = replace(console.office.settings, forum_few=4)
    console.office.ledger.few = 4
    people = People(console)
    people.join(3)
    at = f"{console.office.today() + timedelta(days=10)} 08:30"
    plan = {"commune": "021204", "at": at, "venue": {"en": "Pagoda"}, "agenda": {"en": "Fees"}}
    a_program(console, "organizer").posts("/forums", plan)
    people.join(6)
    people.tick()
    (name,) = console.office.ledger.open_ids()
    assert console.office.ledger.head(name).state == "PLANNED"
    return name


def test_no_message_of_a_forum_is_edited_into_words_that_its_page_does_not_show(
    console: Console, second: Browser
) -> None:
    name, one = grown(console), console.enters("organizer")
    one.opens("/broadcasts/new")
    typed = {"text": OTHER, "communes": "021204"}
    text = one.sends(f"/broadcasts/new?edit={name}", **typed, keep="yes")
    assert (one.status, "only one of those is changed here" in text) == (422, True)
    second.opens("/forums/001")
    second.sends("/forums/001/approve", seen=seen(second))
    head = console.office.ledger.head(name)
    assert (head.state, head.kind, head.signers) == ("APPROVED", "forum", ("second",))
    assert OTHER not in str(console.office.ledger.body(head).texts)


def test_who_agrees_to_a_forum_that_grew_is_told_how_many_it_goes_to(
    console: Console, second: Browser
) -> None:
    grown(console)
    assert "exactly what stands below, to 6 people" in second.opens("/forums/001")


def test_the_same_words_to_more_people_are_looked_at_again(
    console: Console, second: Browser
) -> None:
    """An edit that changes no word counts the people anew, and they may be many more."""
    people, one = People(console), console.enters("organizer")
    people.join(3)
    one.opens("/broadcasts/new")
    one.sends("/broadcasts/new", **HELLO, keep="yes")
    path = one.page.request.path
    name = path.removeprefix("/broadcasts/")
    second.opens(path)
    old = seen(second)
    people.join(30)
    one.sends(f"/broadcasts/new?edit={name}", **HELLO, keep="yes")
    one.opens(path)
    assert console.office.ledger.head(name).planned == 30
    second.sends("/broadcast/approve", name=name, seen=old)
    assert second.status == 422
    assert console.office.ledger.head(name).signers == ()
    second.sends("/broadcast/approve", name=name, seen=seen(second))
    assert "Approved by second" in second.text


def test_what_is_no_message_has_no_page(console: Console) -> None:
    """The words of a message are a row beside it."""
    one = console.enters("organizer")
    People(console).join(3)
    name = a_program(console, "organizer").posts(
        "/broadcasts", {"text": "Hello", "communes": ["021204"]}
    )["id"]
    for other in (f"{name}/1/body", "x" * 3000, "a b#c"):
        one.opens(f"/broadcasts/{other}")
        assert one.status == 404, other
        one.opens("/broadcasts/new")
        typed = {"text": OTHER, "communes": "021204"}
        one.sends(f"/broadcasts/new?edit={other}", **typed, keep="yes")
        assert one.status == 422, other
