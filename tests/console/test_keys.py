"""This file tests the page of keys: made for oneself or a system, shown once, ended."""

import re

import pytest

from chalicelib.capabilities.staff import Person
from chalicelib.capabilities.staff_keys import MOST_EACH, Wish
from chalicelib.console.words import LANGUAGES, words
from chalicelib.errors import NotAcceptable
from chalicelib.operations.every import PERSONAL, SCOPES, scopes_of
from tests.console.conftest import OFFICE, Browser, Console, hired
from tests.console.programs import Program, a_program, a_system

TEXT = re.compile(r"owl_[0-9a-f]{10}_[A-Za-z0-9_-]{43}")


def made(browser: Browser, **typed: object) -> str:
    """Make a key on the page; return its text."""
    browser.opens("/keys/")
    fields = {"label": "laptop", "days": "30", "scopes": ["reports:read", "tickets:read"]}
    browser.sends("/keys/", **{**fields, **typed})
    assert browser.status == 200, browser.text
    (text,) = set(TEXT.findall(browser.page.text))
    return text


def test_a_key_of_ones_own_is_shown_once_and_stands_for_oneself(console: Console) -> None:
    clerk = console.enters("clerk")
    key = made(clerk)
    assert Program(console, key).gets("/me") == {
        "stage": "local",
        "name": "clerk",
        "roles": ["clerk"],
        "office": "0212",
        "district": "",
    }
    assert "laptop clerk" in clerk.opens("/keys/")
    assert not TEXT.search(clerk.page.text)
    (deed,) = console.office.audit.of_day(console.office.today())
    assert (deed.who, deed.what) == ("clerk", "make key")
    assert key.rpartition("_")[2] not in str(deed)


def test_a_key_holds_nothing_that_its_holder_may_not(console: Console) -> None:
    officer = console.enters("officer")
    key = made(officer, scopes=["reports:read", "complaints:read", "staff:write"])
    assert Program(console, key).refused(403, "GET", "/complaints")
    assert "may do nothing" in officer.sends(
        "/keys/", label="other", days="30", scopes=["complaints:read"]
    )


def test_only_an_administrator_makes_keys_for_systems_and_never_to_what_is_personal(
    console: Console,
) -> None:
    typed = {"label": "lab", "holder": "system", "role": "clerk", "office": "0212"}
    key = made(console.enters("admin"), **typed, scopes=["tickets:write", *PERSONAL])
    assert Program(console, key).gets("/me")["name"] == "system:lab"
    assert Program(console, key).refused(403, "GET", "/released-complaints")
    key = made(console.enters("clerk"), **typed)
    assert Program(console, key).gets("/me")["name"] == "clerk"
    assert set(scopes_of(frozenset({"ombudsperson"}))) - PERSONAL == {"reports:read"}


def test_no_system_writes_what_two_people_agree_to(console: Console) -> None:
    """Whoever has its key may be the second of them: one person would have sent it alone."""
    typed = {"label": "lab", "holder": "system", "role": "organizer"}
    wanted = ["broadcasts:write", "forums:write", "broadcasts:read"]
    lab = Program(console, made(console.enters("admin"), **typed, scopes=wanted))
    assert lab.gets("/broadcasts") == []
    old = a_system(console, Person("system:lab", frozenset({"organizer"})), *wanted)
    for program in (lab, old):
        program.refused(403, "POST", "/broadcasts", json={"text": "Hello", "communes": ["0212"]})
        program.refused(403, "POST", "/forums", json={})


def test_a_clerk_loads_no_office_and_no_place(console: Console) -> None:
    clerk, admin = a_program(console, "clerk", *SCOPES), a_program(console, "admin")
    (row, *_) = [one for one in admin.gets("/offices") if one["code"] != OFFICE]
    for path in ("/offices", "/places"):
        clerk.refused(403, "POST", path, json={"rows": [row]})
    assert admin.posts("/offices", {"rows": [row]})["unchanged"] == 1


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"label": "A key"}, "no label"),
        ({"days": "91"}, "1 to 90 days"),
        ({"days": "0"}, "1 to 90 days"),
        ({"days": "many"}, "Write the days as a number"),
        ({"holder": "system", "role": "clerk"}, "of one office"),
        ({"holder": "system", "role": "clerk", "office": "9999"}, "no office has the code"),
        ({"holder": "system", "role": "ombudsperson"}, "a system is one of"),
    ],
)
def test_a_key_that_cannot_be_is_refused_and_what_was_typed_stays(
    console: Console, typed: dict[str, str], why: str
) -> None:
    admin = console.enters("admin")
    admin.opens("/keys/")
    fields = {"label": "mine", "days": "30", "scopes": ["reports:read"], **typed}
    assert why in admin.sends("/keys/", **fields)
    assert admin.status == 422
    assert f'value="{fields["label"]}"' in admin.page.text
    assert console.back.keys.listed() == []


def test_one_ends_ones_own_keys_and_an_administrator_any(console: Console) -> None:
    hired(console.pool, Person("other", frozenset({"officer"})))
    officer, other, admin = (console.enters(one) for one in ("officer", "other", "admin"))
    mine = Program(console, made(officer))
    path = f"/keys/{mine.id}/revoke"
    other.opens(path)
    assert other.status == 404
    other.opens("/keys/")
    assert "There is no key yet" in other.text
    other.sends(path)
    assert other.status == 404
    mine.gets("/me")
    assert "can do nothing more" in admin.opens(path)
    assert "The key is ended" in admin.sends(path)
    assert mine.refused(401, "GET", "/me")
    assert "ended" in officer.opens("/keys/")


def test_the_keys_of_who_is_disabled_end_at_once(console: Console) -> None:
    mine = Program(console, made(console.enters("clerk")))
    admin = console.enters("admin")
    admin.opens("/staff/disable?name=clerk")
    admin.sends("/staff/disable", name="clerk", sure="yes")
    assert mine.refused(401, "GET", "/me")


def test_who_begins_again_has_no_key_and_the_page_says_what_ends_and_what_goes_on(
    console: Console,
) -> None:
    hired(console.pool, Person("boss", frozenset({"admin"})))
    boss = console.enters("boss")
    made(boss, holder="system", role="officer", scopes=["reports:read"])
    mine, admin = Program(console, made(boss)), console.enters("admin")
    for page in ("disable", "renew"):
        text = admin.opens(f"/staff/{page}?name=boss")
        assert "their keys (1) end now" in text
        assert "boss made 1 keys of systems that go on" in text
    admin.sends("/staff/renew", name="boss", sure="yes")
    assert mine.refused(401, "GET", "/me")
    assert "their keys (0) end now" in admin.opens("/staff/renew?name=boss")


def test_who_makes_as_many_keys_as_one_may_keeps_nobody_else_from_it(console: Console) -> None:
    """Those that ended make place: who ends one can make another."""
    keys, clerk = console.back.keys, console.pool.look("clerk")
    assert clerk is not None
    wish = Wish("lab", ("tickets:read",), 90)
    made_ = [keys.make(clerk, wish, "clerk")[0] for _ in range(MOST_EACH)]
    with pytest.raises(NotAcceptable, match="end one before another"):
        keys.make(clerk, wish, "clerk")
    a_program(console, "officer").gets("/me")
    for one in made_:
        keys.revoke(one.id)
        keys.make(clerk, wish, "clerk")
    assert len(keys.of("clerk")) == MOST_EACH
    assert len([one for one in keys.listed() if one.holder.name == "clerk"]) == MOST_EACH


def test_a_key_does_nothing_that_its_maker_may_no_more(console: Console) -> None:
    """A visit may be a quarter of an hour behind, and the key it makes is no further behind."""
    browser = console.enters("ombudsperson")
    account = console.pool.accounts["ombudsperson"]
    account.person = Person("ombudsperson", frozenset({"officer"}))
    console.clock.forward(minutes=14)
    program = Program(console, made(browser, scopes=["complaints:read"]))
    assert "no more" in program.refused(403, "GET", "/complaints")


def test_every_scope_is_called_something_in_each_language() -> None:
    named = {f"scope.{one}" for one in SCOPES if one != "me"}
    for language in LANGUAGES:
        assert {one for one in words(language) if one.startswith("scope.")} == named
