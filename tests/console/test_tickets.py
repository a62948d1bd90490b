"""This file tests the pages of tickets: search, history, files tried and taken, whose is whose."""

import gzip
from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest

from chalicelib.capabilities.staff import Person
from chalicelib.capabilities.tickets import with_check_digit
from chalicelib.operations.whose import LOAD_ALL, office_of
from tests.builders import TICKETS
from tests.console.conftest import HOST, TOKEN, Browser, Console, hired

HEAD = "ticket_no,office,service,status,received_on,due_on,updated_on"
GOOD = with_check_digit("0212260999")


def chosen(browser: Browser, content: bytes, name: str = "tickets.csv", **more: str) -> str:
    """Choose a file in the form that is open, and send it."""
    browser.opens("/tickets/file")
    found = TOKEN.search(browser.page.text)
    assert found is not None
    data: dict[str, Any] = {"csrf_token": found[1], "file": (BytesIO(content), name), **more}
    browser.page = browser.client.post(
        "/tickets/file", data=data, base_url=HOST, headers={"Referer": f"{HOST}/"}
    )
    return browser.text


def rows(*lines: str) -> bytes:
    """Return a CSV of tickets."""
    return "\n".join([HEAD, *lines]).encode()


def hidden(browser: Browser, name: str) -> str:
    """Return a hidden field of the page."""
    return browser.page.text.partition(f'name="{name}" value="')[2].partition('"')[0]


def test_a_clerk_finds_a_ticket_of_the_office_and_its_history(console: Console) -> None:
    browser = console.enters("clerk")
    mine = next(one for one in TICKETS if one.office == "0212")
    assert mine.number in browser.opens(f"/tickets/?number={mine.number[:4]}-{mine.number[4:]}")
    assert "History" in browser.text
    assert "No ticket here" in browser.opens("/tickets/?number=123")


def test_another_offices_ticket_is_as_if_it_were_not_there(console: Console) -> None:
    other = next(one for one in TICKETS if one.office != "0212")
    browser = console.enters("clerk")
    assert "No ticket here" in browser.opens(f"/tickets/?number={other.number}")
    browser.opens(f"/tickets/{other.number}")
    assert browser.status == 404
    browser = console.enters("organizer")
    assert "History" in browser.opens(f"/tickets/{other.number}")


def test_a_file_is_tried_first_and_taken_by_a_second_press(console: Console) -> None:
    browser = console.enters("clerk")
    good = f"{GOOD},0212,102,received,2026-11-20,2026-11-30,2026-11-20"
    text = chosen(browser, rows(good, "1234,0212,102,gone,2026-11-20,,2026-11-20"))
    assert "tried, nothing is stored yet" in text
    assert "Would be taken 1" in text
    assert "3 status" in text
    assert console.office.tickets.find(GOOD) is None
    carried, name = hidden(browser, "carried"), hidden(browser, "name")
    text = browser.sends("/tickets/file", take="yes", carried=carried, name=name)
    assert "Done: 1 rows are stored." in text
    assert console.office.tickets.find(GOOD) is not None
    deeds = list(console.office.audit.of_day(console.office.today()))
    assert [(one.who, one.what) for one in deeds] == [("clerk", "import tickets")]
    assert "Unchanged 1" in chosen(browser, rows(good))


def test_a_clerk_takes_rows_of_the_own_office_only(console: Console) -> None:
    browser = console.enters("clerk")
    number = with_check_digit("0106260999")
    text = chosen(browser, rows(f"{number},0106,102,received,2026-11-20,,2026-11-20"))
    assert "Would be taken 0" in text
    assert "Refused 1" in text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Choose a file first"),
        (b"a,b\n1,2\n", "has no column"),
        (b"\xd0\xcf\x11\xe0 old", "old .xls"),
        ("number\nជ".encode("utf-16"), "UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_told_why(console: Console, content: bytes, why: str) -> None:
    browser = console.enters("clerk")
    assert why in chosen(browser, content)
    assert browser.status == 422


def test_a_name_that_leads_elsewhere_leads_nowhere(console: Console) -> None:
    browser = console.enters("clerk")
    text = chosen(
        browser, rows("<b>x</b>,0212,102,ready,,,"), "../../<script>alert(1)</script>.csv"
    )
    assert "<script>alert" not in browser.page.text
    assert "tried" in text


@pytest.mark.parametrize(
    "carried",
    ["%%%", b64encode(b"no gzip").decode(), b64encode(gzip.compress(b"x" * 9_000_000)).decode()],
)
def test_a_page_that_comes_back_broken_or_swollen_is_refused(
    console: Console, carried: str
) -> None:
    browser = console.enters("clerk")
    browser.opens("/tickets/file")
    text = browser.sends("/tickets/file", take="yes", carried=carried, name="a.csv")
    assert "choose it again" in text
    assert browser.status == 422


def test_what_is_overdue_is_listed_the_latest_first(console: Console) -> None:
    console.clock.forward(days=60)
    text = console.enters("clerk").opens("/tickets/")
    assert "Overdue: " in text
    assert "Overdue: 0" not in text


@pytest.mark.parametrize(
    ("roles", "office", "sees", "loads"),
    [
        ({"clerk"}, "0212", "0212", "0212"),
        ({"clerk", "officer"}, "0212", "0212", "0212"),
        ({"clerk", "organizer"}, "0212", "", "0212"),
        ({"clerk", "admin"}, "0212", "", ""),
        ({"organizer"}, "", "", ""),
    ],
)
def test_only_a_role_that_reaches_every_office_widens_a_clerks(
    roles: set[str], office: str, sees: str, loads: str
) -> None:
    person = Person("somebody", frozenset(roles), office)
    assert (office_of(person), office_of(person, LOAD_ALL)) == (sees, loads)


def test_a_clerk_of_no_office_sees_nothing(console: Console) -> None:
    hired(console.pool, Person("nowhere", frozenset({"clerk"}), office="0212"))
    console.pool.accounts["nowhere"].person = Person("nowhere", frozenset({"clerk"}))
    browser = console.enters("nowhere", ok=False)
    for path in ("/tickets/", "/tickets/file", f"/tickets/{TICKETS[0].number}"):
        browser.opens(path)
        assert browser.status == 404, path
    assert chosen_status(browser) == 404


def chosen_status(browser: Browser) -> int:
    """Return how a file is answered that somebody loads without the page for it."""
    browser.opens("/reports/")
    token = TOKEN.search(browser.page.text)
    assert token is not None
    answer = browser.client.post(
        "/tickets/file",
        data={"csrf_token": token[1], "file": (BytesIO(rows()), "tickets.csv")},
        base_url=HOST,
        headers={"Referer": f"{HOST}/"},
    )
    return int(answer.status_code)
