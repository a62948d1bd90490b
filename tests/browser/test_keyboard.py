"""This file tests that the console needs no mouse: each role's main task, and every page."""

from pathlib import Path
from typing import Any

import pytest

from chalicelib.capabilities.tickets import with_check_digit
from tests.browser.desk import PAGES, Desk
from tests.end_to_end.stack import Local, until

pytestmark = [pytest.mark.browser, pytest.mark.stack]
# More than any page has to reach, with every part of every date.
MOST_TABS = 400
# What a person may act on; what lies closed is opened first.
MARKED = """() => {
  for (const one of document.querySelectorAll('details')) one.open = true;
  const kinds = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  const look = (one) => {
    const style = getComputedStyle(one);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join();
  };
  const ring = (one) => {
    const style = getComputedStyle(one);
    const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    return outline || style.boxShadow !== 'none';
  };
  // Of radio buttons that belong together one is reached by Tab, and the others by arrows from it.
  const arrows = (one) => one.type === 'radio' && !one.checked &&
    document.querySelector(`input[type=radio][name="${one.name}"]:checked`);
  const found = [...document.querySelectorAll(kinds)].filter(
    (one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled && !arrows(one));
  window.owl = {found, before: found.map(look), look, ring};
  return found.map((one) => one.outerHTML.slice(0, 120));
}"""
# Where the focus is: which of what was found, or none; whether it shows there.
FOCUSED = """() => {
  const {found, before, look, ring} = window.owl;
  const one = document.activeElement, at = found.indexOf(one);
  if (at < 0) return {at, ends: one === document.body, shows: true};
  const box = one.getBoundingClientRect();
  const seen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0;
  return {at, ends: false, shows: seen && ring(one) && look(one) !== before[at]};
}"""


class Keys:
    """A keyboard: it goes from one thing to the next, types, and presses; it cannot point."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def to(self, role: str, name: str) -> None:
        """Go by Tab to the next thing of a role and a name, as a screen reader says them."""
        wanted = self.page.get_by_role(role, name=name, exact=True)
        if role == "summary":  # it has no role of its own
            wanted = self.page.locator("summary", has_text=name)
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if wanted.evaluate_all("all => all.includes(document.activeElement)"):
                return
        raise AssertionError(f"no {role} {name} on {self.page.url}: {self.said}")

    def fills(self, role: str, name: str, text: str) -> None:
        """Go to a field and type."""
        self.to(role, name)
        self.page.keyboard.type(text)

    def presses(self, role: str, name: str, key: str = "Enter") -> None:
        """Go to a thing and press a key on it."""
        self.to(role, name)
        self.page.keyboard.press(key)

    def opens(self, role: str, name: str) -> None:
        """Go to a thing that leads to another page, and follow it."""
        self.to(role, name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    @property
    def said(self) -> str:
        """What the page says."""
        return str(self.page.inner_text("main"))


@pytest.mark.parametrize("name", PAGES)
def test_tab_reaches_everything_on_every_page_shows_where_it_is_and_never_sticks(
    desk: Desk, name: str
) -> None:
    page = desk.enters(name, reduced_motion="reduce")
    for path in PAGES[name]:
        desk.opens(page, path)
        there = page.evaluate(MARKED)
        reached, unseen = set(), set()
        for _ in range(MOST_TABS):
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUSED)
            if focus["ends"] and reached:
                break
            if focus["at"] >= 0:
                reached.add(focus["at"])
            if not focus["shows"]:
                unseen.add(there[focus["at"]])
        else:
            raise AssertionError(f"{path}: the focus never comes to the end")
        assert [one for n, one in enumerate(there) if n not in reached] == [], path
        assert unseen == set(), path


def test_the_first_tab_leads_past_the_menu(desk: Desk) -> None:
    page = desk.enters("dara")
    desk.opens(page, "/broadcasts/new")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("name") == "text_km"


def test_an_organizer_drafts_and_a_second_one_approves_and_sends(desk: Desk, stage: Local) -> None:
    stage.texts("+85512345401", "JOIN 021202", "keys-join-1")
    stage.receives("+85512345401")
    keys = Keys(desk.enters("dara"))
    keys.opens("link", "Broadcasts")
    keys.opens("button", "Write a broadcast")
    keys.fills("textbox", "Khmer in Latin letters", "Tamlai bet nov bangouch")
    keys.fills("textbox", "Communes, districts or provinces", "021202")
    keys.presses("checkbox", "Khmer in Latin letters", key="Space")
    keys.opens("button", "Look")
    assert "to 1 people" in keys.said
    keys.opens("button", "Keep it as a draft")
    assert "somebody else has to approve it" in keys.said
    name = keys.page.inner_text("h1")
    second = Keys(desk.enters("bopha"))
    second.opens("link", "Broadcasts")
    second.opens("link", name)
    second.opens("button", "Approve")
    assert "Approved." in second.said
    second.opens("button", "Send it")
    assert "It goes out now" in second.said


def test_an_organizer_plans_a_forum_and_answers_what_is_asked(desk: Desk, stage: Local) -> None:
    number = "+85512345402"
    stage.texts(number, "JOIN 021203", "keys-join-2")
    stage.receives(number)
    keys = Keys(desk.enters("dara"))
    keys.opens("link", "Forums")
    keys.opens("button", "Plan a forum")
    keys.fills("textbox", "Commune, by code or name", "021203")
    keys.fills("textbox", "Date and time", "03062031")
    keys.page.keyboard.press("ArrowRight")
    keys.page.keyboard.type("0200PM")
    keys.fills("textbox", "English", "Pagoda")
    keys.fills("textbox", "English", "Fees")
    keys.opens("button", "Look what it would send")
    assert "06/03/2031 14:00" in keys.said
    # Enter in a field never does what cannot be taken back.
    keys.opens("textbox", "Commune, by code or name")
    keys.opens("button", "Plan it")
    assert "is planned" in keys.said
    invited = until(
        lambda: stage.messages(number),
        lambda all_: any("Pagoda" in one["text"] for one in all_),
        150,
    )
    stage.texts(number, "ASK how much is a plate?", "keys-ask")
    stage.receives(number, len(invited) + 1)
    keys.page.reload()
    keys.presses("summary", "Answer", key="Space")
    keys.fills("textbox", "English", "47,000 riel")
    keys.opens("button", "Send the answer")
    assert "47,000 riel" in keys.said
    keys.opens("button", "Call it off")
    keys.opens("button", "Call it off")
    assert "Called off." in keys.said


def test_a_clerk_loads_a_file_of_tickets(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    number = with_check_digit("0212269001")
    path.write_text(
        "ticket_no,office,service,status,received_on,due_on,updated_on\n"
        f"{number},0212,102,received,2026-11-02,2026-11-20,2026-11-02\n"
    )
    keys = Keys(desk.enters("chan"))
    keys.opens("link", "Tickets")
    keys.opens("button", "Load a file of tickets")
    keys.to("button", "File")
    # The window in which a file is chosen is the system's, and no page's.
    keys.page.locator("input:focus").set_input_files(path)
    keys.opens("button", "Try the file")
    assert "nothing is stored yet" in keys.said
    keys.opens("button", "Take these rows")
    assert "Done: 1 rows are stored." in keys.said


def test_an_ombudsperson_answers_a_complaint(desk: Desk, stage: Local) -> None:
    stage.hops("+85512345403", "8*4*2*0212*1*They asked for more", "keys-complaint")
    keys = Keys(desk.enters("sokha"))
    keys.opens("link", "Complaints")
    keys.opens("link", keys.page.locator("tbody a").last.inner_text())
    keys.fills("textbox", "English", "We asked the office to post the fees.")
    keys.opens("button", "Answer")
    assert "Whoever has the code reads it now" in keys.said


def test_an_officer_chooses_a_table_and_gets_its_file(desk: Desk) -> None:
    keys = Keys(desk.enters("vanna"))
    keys.opens("link", "Reports")
    keys.to("combobox", "Table")
    keys.page.keyboard.type("5")
    keys.opens("button", "Show")
    assert "name=standard" in keys.page.url
    keys.to("link", "As a file for a spreadsheet")
    with keys.page.expect_download() as waiting:
        keys.page.keyboard.press("Enter")
    assert "standard" in waiting.value.suggested_filename


def test_an_administrator_adds_staff_and_stops_sending_which_two_start_again(desk: Desk) -> None:
    keys, second = Keys(desk.enters("admin")), Keys(desk.enters("dara"))
    keys.opens("link", "Staff")
    keys.fills("textbox", "Name", "srey")
    keys.to("combobox", "Role")
    keys.page.keyboard.type("officer")
    keys.opens("button", "Add somebody")
    assert "srey is added" in keys.said
    keys.opens("link", "Stop or start sending")
    keys.opens("button", "Stop all sending")
    assert "Sending is stopped." in keys.said
    for each in (keys, second):
        each.opens("link", "Stop or start sending")
        each.opens("button", "Let sending go on")
    assert "Sending goes on." in second.said
