"""This file tests the pages of complaints: one district's, each look noted, words sealed."""

import re

import pytest

from chalicelib.capabilities.complaints import Cause, Report
from chalicelib.capabilities.staff import Person
from chalicelib.storage.complaint_review import ref_of
from chalicelib.storage.desk import DynamoDesk
from chalicelib.storage.keys import WEBHOOK_KEYS, KeyRing
from tests.console.conftest import Console, hired

WORDS = "They asked 50000 riel more. <script>alert(1)</script>"


def phone_side(console: Console) -> DynamoDesk:
    """Return what the phones of the stage use."""
    side = console.office
    return DynamoDesk(side.database, KeyRing(side.database, side.clock, WEBHOOK_KEYS), side.clock)


def complained(console: Console, office: str = "0212") -> tuple[str, str]:
    """Let a citizen complain; return the code, and the reference that staff see."""
    cause = Cause("africastalking", f"session of {office}", "4*2")
    report = Report(office, "extra_fee", "this_week", "2026-W48", WORDS)
    code = phone_side(console).complain(cause, report)
    (found,) = console.office.review().of_district(office)
    return code, ref_of(found)


def heard(console: Console, code: str) -> dict[str, str]:
    """Return what the ombudsperson said last to who has a code."""
    desk = phone_side(console)
    look = desk.look_at_complaint(console.office.party("+85512000001"), code, "1")
    assert look.complaint is not None
    return dict(desk.heard(code, look.complaint))


def deeds(console: Console) -> list[str]:
    """Return what was noted, by its name."""
    return sorted(one.what for one in console.office.audit.of_day(console.office.today()))


def test_an_answer_is_read_by_who_has_the_code(console: Console) -> None:
    code, ref = complained(console)
    browser = console.enters("ombudsperson")
    assert ref in browser.opens("/complaints/")
    assert "They asked 50000 riel more." in browser.opens(f"/complaints/{ref}")
    assert "<script>alert" not in browser.page.text
    told = browser.sends(f"/complaints/{ref}", move="answer", words_en="We asked the office.")
    assert "Whoever has the code reads it now" in told
    assert "answered" in told
    assert "We asked the office." not in told
    assert heard(console, code) == {"en": "We asked the office."}


def test_every_look_is_noted_before_it_is_shown(console: Console) -> None:
    _, ref = complained(console)
    browser = console.enters("ombudsperson")
    browser.opens("/complaints/")
    browser.opens(f"/complaints/{ref}")
    assert deeds(console) == ["list complaints", "read complaint"]
    (read,) = [
        one
        for one in console.office.audit.of_day(console.office.today())
        if one.what == "read complaint"
    ]
    assert (read.who, dict(read.details)) == (
        "ombudsperson",
        {"complaint": ref, "district": "0212"},
    )


def test_another_districts_complaint_is_as_if_it_were_not_there(console: Console) -> None:
    _, ref = complained(console)
    hired(console.pool, Person("other", frozenset({"ombudsperson"}), district="0106"))
    browser = console.enters("other")
    assert ref not in browser.opens("/complaints/")
    for path in (f"/complaints/{ref}", "/complaints/00000000"):
        browser.opens(path)
        assert browser.status == 404
    browser.opens("/complaints/")
    browser.sends(f"/complaints/{ref}", move="close")
    assert browser.status == 404
    (found,) = console.office.review().of_district("0212")
    assert found.state == "received"


def test_an_ombudsperson_of_no_district_reads_none(console: Console) -> None:
    complained(console)
    hired(console.pool, Person("nowhere", frozenset({"ombudsperson"})))
    browser = console.enters("nowhere")
    browser.opens("/complaints/")
    assert browser.status == 404


def test_words_that_are_missing_or_too_long_are_told_and_kept(console: Console) -> None:
    _, ref = complained(console)
    browser = console.enters("ombudsperson")
    browser.opens(f"/complaints/{ref}")
    assert "Write something first" in browser.sends(f"/complaints/{ref}", move="ask", words_en=" ")
    long = "word " * 120
    assert "shorten it" in browser.sends(f"/complaints/{ref}", move="ask", words_en=long)
    assert long.strip() in browser.page.text
    browser.sends(f"/complaints/{ref}", move="sing", words_en="la")
    assert browser.status == 400


def test_the_office_reads_what_is_released_and_nothing_else(console: Console) -> None:
    _, ref = complained(console)
    clerk, ombudsperson = console.enters("clerk"), console.enters("ombudsperson")
    assert "Nothing is released" in clerk.opens("/complaints/released")
    ombudsperson.opens(f"/complaints/{ref}")
    both = ombudsperson.sends(f"/complaints/{ref}/release", text="x", as_written="yes")
    assert "not both" in both
    assert ">x</textarea>" in ombudsperson.page.text
    assert 'name="as_written" value="yes" checked' in ombudsperson.page.text
    long = ombudsperson.sends(f"/complaints/{ref}/release", text="x" * 500_000)
    assert "3000 characters at most" in long
    mine = "Somebody was asked for more. Call 012 345 678."
    asked = ombudsperson.sends(f"/complaints/{ref}/release", text=mine)
    assert "Office 0212 will read this text" in asked
    assert "012 345 678" not in asked.split('<form class="sure"')[0]
    assert "Nothing is released" in clerk.opens("/complaints/released")
    told = ombudsperson.sends(f"/complaints/{ref}/release", text=mine, sure="yes")
    assert "may read it" in told
    told = clerk.opens("/complaints/released")
    assert "Somebody was asked for more." in told
    assert "012 345 678" not in told
    assert "They asked 50000" not in told
    assert ref not in told


@pytest.mark.parametrize(("move", "state"), [("close", "closed"), ("out-of-remit", "out_of_remit")])
def test_what_ends_a_complaint_says_so_and_asks_once(
    console: Console, move: str, state: str
) -> None:
    code, ref = complained(console)
    browser = console.enters("ombudsperson")
    browser.opens(f"/complaints/{ref}")
    asked = browser.sends(f"/complaints/{ref}", move=move, words_en="Ask the province.")
    assert "nobody can ask or answer on it again" in asked
    assert "Ask the province." in asked
    (found,) = console.office.review().of_district("0212")
    assert (found.state, deeds(console)) == ("received", ["read complaint"])
    carried = re.findall(
        r'type="hidden" name="(\w+)" value="([^"]*)"', browser.page.text.split('"sure"')[1]
    )
    form = {name: value for name, value in carried if name != "csrf_token"}
    browser.sends(f"/complaints/{ref}", **form, sure="yes")
    (found,) = console.office.review().of_district("0212")
    assert found.state == state
    assert heard(console, code) == {"en": "Ask the province."}


def test_a_complaint_that_goes_as_written_is_asked_about_without_its_words(
    console: Console,
) -> None:
    _, ref = complained(console)
    browser = console.enters("ombudsperson")
    browser.opens(f"/complaints/{ref}")
    asked = browser.sends(f"/complaints/{ref}/release", as_written="yes")
    assert "as the citizen wrote it" in asked
    assert "They asked 50000" not in asked
    browser.sends(f"/complaints/{ref}/release", as_written="yes", sure="yes")
    assert "They asked 50000" in console.enters("clerk").opens("/complaints/released")


def test_A1_no_page_of_complaints_holds_a_time_finer_than_a_week_or_a_tag(
    console: Console,
) -> None:
    _, ref = complained(console)
    browser = console.enters("ombudsperson")
    (found,) = console.office.review().of_district("0212")
    for path in ("/complaints/", f"/complaints/{ref}"):
        browser.opens(path)
        assert found.id not in browser.page.text
        assert not any(tag in browser.page.text for tag in found.tags)
        assert "session of" not in browser.page.text
        assert "W48" in browser.page.text
