"""This file tests the pages of broadcasts: seen while written, agreed to by another, sent once."""

import re

import pytest

from chalicelib.capabilities.staff import Person
from tests.console.conftest import HOST, TOKEN, Browser, Console, hired
from tests.console.people import People

TEXT = {"text": "Fees are posted at {ussd}", "communes": "021204"}


@pytest.fixture
def second(console: Console) -> Browser:
    """Another organizer."""
    hired(console.pool, Person("second", frozenset({"organizer"})))
    return console.enters("second")


def drafted(console: Console) -> tuple[Browser, str]:
    """Write a broadcast; return who did, and where it is."""
    People(console).join(3)
    browser = console.enters("organizer")
    browser.opens("/broadcasts/new")
    browser.sends("/broadcasts/new", **TEXT, keep="yes")
    assert browser.status == 200, browser.text
    return browser, browser.page.request.path


def name_of(path: str) -> str:
    """Return the name of a broadcast by its page."""
    return path.removeprefix("/broadcasts/")


def seen(browser: Browser) -> str:
    """Return what the page says was seen."""
    return browser.page.text.partition('name="seen" value="')[2].partition('"')[0]


def test_what_it_comes_to_stands_beside_the_words_while_they_are_typed(console: Console) -> None:
    People(console).join(3)
    browser = console.enters("organizer")
    browser.opens("/broadcasts/new")
    text = browser.sends("/broadcasts/new", **TEXT, keep="")
    assert "to 3 people" in text
    assert "Fees are posted at *384*55#" in text
    assert "1 parts, gsm7" in text
    part = browser.client.post(
        "/broadcasts/look",
        data={**TEXT, "text": "ថ្លៃ " * 30, "csrf_token": TOKEN.search(browser.page.text)[1]},  # type: ignore[index]
        base_url=HOST,
        headers={"Referer": f"{HOST}/"},
    )
    assert "ucs2" in part.text
    assert "<html" not in part.text
    assert console.office.ledger.open_ids() == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"text": "", "text_latn": ""}, "no text"),
        ({"communes": ""}, "to nobody"),
        ({"text": "Hello {name}"}, "is no placeholder"),
        ({"communes": "Nowhere"}, "no place has the code"),
        ({"until": "2026-01-01T10:00"}, "before it begins"),
    ],
)
def test_what_is_wrong_is_told_and_the_words_are_kept(
    console: Console, change: dict[str, str], why: str
) -> None:
    People(console)
    browser = console.enters("organizer")
    browser.opens("/broadcasts/new")
    typed = {**TEXT, "text_latn": "Tamlai", "forum": "", **change}
    assert why in browser.sends("/broadcasts/new", **typed, keep="yes")
    assert browser.status == 422
    assert typed["communes"] in browser.page.text


def test_who_wrote_it_does_not_approve_it_and_an_edit_voids_what_was_approved(
    console: Console, second: Browser
) -> None:
    first, path = drafted(console)
    assert "somebody else has to approve it" in first.opens(path)
    second.opens(path)
    old = seen(second)
    first.opens(f"{path}/edit")
    assert "Fees are posted at" in first.page.text
    first.sends(f"/broadcasts/new?edit={name_of(path)}", **{**TEXT, "text": "Other"}, keep="yes")
    assert first.status == 200, first.text
    first.opens(path)
    second.opens(path)
    second.sends("/broadcast/approve", name=name_of(path), seen=old)
    assert second.status == 422
    second.sends("/broadcast/approve", name=name_of(path), seen=seen(second))
    assert "Approved by second" in second.text


@pytest.mark.parametrize(
    ("press", "deed", "why"),
    [
        # Who read it before it was done is told so, and who read it after.
        ("approve", "approve broadcast", "or approved meanwhile|approved; it was approved before"),
        ("send", "send broadcast", "or let go meanwhile|; it was let go before"),
        ("pause", "pause broadcast", "It is paused now: look at it again"),
        ("cancel", "cancel broadcast", "It is cancelled now: look at it again"),
    ],
)
def test_of_twenty_presses_at_once_one_is_done_and_each_other_is_told_why(
    console: Console, second: Browser, press: str, deed: str, why: str
) -> None:
    _, path = drafted(console)
    name = name_of(path)
    second.opens(path)
    for before in ("approve", "send"):
        if before == press:
            break
        second.sends(f"/broadcast/{before}", name=name, seen=seen(second))
    answers = second.sends_at_once(20, f"/broadcast/{press}", name=name, seen=seen(second))
    assert sorted(one.status_code for one in answers) == [303, *[422] * 19]
    refused = [one.text for one in answers if one.status_code == 422]
    told = {text.partition('role="alert">')[2].partition("</p>")[0].strip() for text in refused}
    assert [one for one in told if not re.search(why, one)] == []
    deeds = [one.what for one in console.office.audit.of_day(console.office.today())]
    assert deeds.count(deed) == 1
    assert console.office.ledger.head(name).signers == ("second",)


@pytest.mark.parametrize(
    ("press", "why"),
    [
        ("approve", "approved; it was approved before"),
        ("send", "being sent; it was let go before"),
        ("pause", "It is paused now: look at it again"),
        ("cancel", "It is cancelled now: look at it again"),
    ],
)
def test_a_second_press_after_the_first_was_done_is_told_what_became_of_it(
    console: Console, second: Browser, press: str, why: str
) -> None:
    _, path = drafted(console)
    second.opens(path)
    for one in ("approve", "send", press) if press in {"pause", "cancel"} else ("approve", press):
        second.sends(f"/broadcast/{one}", name=name_of(path), seen=seen(second))
    assert why in second.sends(f"/broadcast/{press}", name=name_of(path), seen="old")
    assert second.status == 422


def test_what_twenty_presses_let_go_is_one_broadcast_to_each_person(
    console: Console, second: Browser
) -> None:
    _, path = drafted(console)
    second.opens(path)
    for press in ("approve", "send"):
        second.sends_at_once(20, f"/broadcast/{press}", name=name_of(path), seen=seen(second))
    assert console.office.ledger.open_ids() == [name_of(path)]
    head = console.office.ledger.head(name_of(path))
    queue = console.office.sweeper.queue
    # What stands on the queue twice is posted once: each of a chunk's people is claimed first.
    assert {tuple(sorted(one.items())) for one in queue.ever} == {  # type: ignore[attr-defined]
        (("broadcast", head.id), ("chunk", "0"), ("epoch", "1"))
    }
    assert (head.chunks, head.planned) == (1, 3)


def test_it_is_followed_paused_resumed_and_cancelled_with_a_word_before(
    console: Console, second: Browser
) -> None:
    _, path = drafted(console)
    name = name_of(path)
    second.opens(path)
    second.sends("/broadcast/approve", name=name, seen=seen(second))
    assert "It goes to 3 people" in second.text
    text = second.sends("/broadcast/send", name=name)
    assert "being sent" in text
    assert "0 of 3 people" in text
    assert "paused" in second.sends("/broadcast/pause", name=name)
    assert "being sent" in second.sends("/broadcast/resume", name=name)
    assert "3 people do not get it" in second.opens(f"/broadcast/cancel?name={name}")
    assert "cancelled" in second.sends("/broadcast/cancel", name=name)
    assert "It adds up" in second.opens(f"{path}/ledger")
    second.opens(path)
    second.sends("/broadcast/resume", name=name)
    assert second.status == 422


def test_an_edit_begins_with_everything_that_was_typed(console: Console) -> None:
    People(console).join(3)
    browser = console.enters("organizer")
    browser.opens("/broadcasts/new")
    window = {"begin": "2026-12-01T09:00", "until": "2026-12-02T16:30"}
    browser.sends("/broadcasts/new", **TEXT, **window, topics="fees", keep="yes")
    browser.opens(f"{browser.page.request.path}/edit")
    for name, value in {**window, "communes": "021204"}.items():
        assert f'name="{name}"' in browser.page.text
        assert f'value="{value}"' in browser.page.text
    assert 'value="fees" checked' in browser.page.text
