"""This file plays whole scenarios of tickets and complaints: staff by pages, citizens by phone."""

import re

import pytest

from chalicelib.capabilities.staff import Person
from chalicelib.capabilities.tickets import with_check_digit
from tests.builders import KAMRIENG, NUMBER, SISOPHON
from tests.console.conftest import Browser, hired
from tests.console.town import Town, chosen, facts, hidden, table, taken, words
from tests.phone import Phone
from tests.world import World

HEAD = "ticket_no,office,service,status,received_on,updated_on,reason"
FILE = "/tickets/file"
KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
TOLD = "Tickets whose people get an SMS"
UNKNOWN = "'finished' is unknown: write received, processing, more_documents, ready, collected"
CODE = re.compile(r"[0-9]{10}")
CHAN, FRIEND, BOPHA = "+85512000061", "+85512000062", "+85512000063"


@pytest.fixture
def town(dynamo: World) -> Town:
    """A town on a Monday at ten."""
    return Town(dynamo)


def number(n: int) -> str:
    """Return a number of Kamrieng with its check digit."""
    return with_check_digit(f"0212260{n:03}")


def row(ticket: str, status: str = "processing", **given: str) -> str:
    """Return one row of a clerk's file."""
    cells = {"office": "0212", "on": "2026-11-20", "reason": ""} | given
    return f"{ticket},{cells['office']},102,{status},2026-11-16,{cells['on']},{cells['reason']}"


def the_200_rows() -> str:
    """Return the file of scenario 10 as a spreadsheet leaves it, with a byte order mark."""
    khmer = "20/11/2026".translate(KHMER)
    rows = [row(number(100 + n), office="212", on=khmer) for n in range(194)]
    rows[20] = row(KAMRIENG, "ready", office="212", on=khmer)
    rows[50:50] = [row(number(500 + n), "finished") for n in range(3)]
    rows.insert(100, row("02122600429"))
    return "\n".join([HEAD, *rows, rows[0], rows[7]]) + "\n"


def outcome(browser: Browser) -> list[str]:
    """Return what became of a file: rows, taken, unchanged, refused, tickets told of."""
    found = facts(browser)
    took = found.get("Would be taken", found.get("Taken", ""))
    return [found["Rows"], took, found["Unchanged"], found["Refused"], found.get(TOLD, "0")]


def history(browser: Browser, ticket: str) -> list[str]:
    """Open a ticket by the search; return its history."""
    browser.opens(f"/tickets/?number={ticket}")
    return [words(one) for one in re.findall(r"<li>(\d\d/.*?)</li>", browser.page.text)]


def watches(town: Town, number_: str) -> Phone:
    """Let Chan ask for an SMS when a ticket moves on."""
    phone = Phone(town.world, number_)
    phone.dials().types("8", "2", KAMRIENG, "2").ends()
    return phone


def test_scenario_10_of_200_rows_194_are_taken_4_refused_2_not_doubled(town: Town) -> None:
    watches(town, CHAN)
    dara = town.console.enters("clerk")
    text = chosen(dara, FILE, "clerk.csv", the_200_rows(), "utf-8-sig")
    assert "tried, nothing is stored yet" in text
    assert outcome(dara) == ["200", "194", "0", "4", "0"]
    assert facts(dara)["Replaced by a later row"] == "2"
    refused, replaced = table(dara, "Column"), table(dara, "Column", 1)
    assert [one[:2] for one in refused] == [
        *(["52", "status"], ["53", "status"], ["54", "status"], ["102", "ticket_no"])
    ]
    assert all(UNKNOWN in one[2] for one in refused[:3])
    assert "wrong in one digit, or two are swapped" in refused[3][2]
    assert [(one[0], one[2][:22]) for one in replaced] == [
        *(("2", "replaced by row 200, w"), ("9", "replaced by row 201, w"))
    ]
    assert history(dara, number(100)) == []
    text = chosen(dara, FILE, "clerk.csv", the_200_rows(), "utf-8-sig")
    carried = {one: hidden(dara, one) for one in ("carried", "name")}
    assert "Done: 194 rows are stored." in dara.sends(FILE, take="yes", **carried)
    assert outcome(dara) == ["200", "194", "0", "4", "1"]
    assert history(dara, number(100)) == ["20/11/2026: in process"]
    assert facts(dara)["Office"] == "0212 Kamrieng"
    town.minutes()
    [news] = town.got(CHAN)
    assert "ready" in news
    # The same again, by the file and by a page that was kept: nothing changes, nothing is sent.
    chosen(dara, FILE, "clerk.csv", the_200_rows(), "utf-8-sig")
    assert outcome(dara) == ["200", "0", "194", "4", "0"]
    dara.sends(FILE, take="yes", **carried)
    assert outcome(dara) == ["200", "0", "194", "4", "0"]
    assert history(dara, number(100)) == ["20/11/2026: in process"]
    town.minutes()
    assert town.got(CHAN) == [news]


def test_scenario_12_a_row_of_another_office_is_refused_and_stands_in_the_log(town: Town) -> None:
    clerk = town.console.enters("clerk")
    before = town.side.tickets.find(SISOPHON)
    content = "\n".join([HEAD, row(SISOPHON, "ready", office="0106"), row(KAMRIENG, "ready")])
    chosen(clerk, FILE, "two.csv", content)
    assert outcome(clerk)[1:4] == ["1", "0", "1"]
    why = "0106 is another office: you load tickets of 0212"
    assert table(clerk, "Column") == [["2", "office", why]]
    taken(clerk, FILE)
    assert outcome(clerk)[1:4] == ["1", "0", "1"]
    # Nor by writing the own office's code beside the other's number.
    chosen(clerk, FILE, "own.csv", "\n".join([HEAD, row(SISOPHON, "ready")]))
    assert outcome(clerk)[1:4] == ["0", "0", "1"]
    assert "belongs to office 0106" in table(clerk, "Column")[0][2]
    assert town.side.tickets.find(SISOPHON) == before
    officer = town.console.enters("officer")
    officer.opens("/log")
    tried = "try tickets of another office"
    done = "file two.csv, office 0212, refused 1, replaced 0, rows 2, taken 1, unchanged 0"
    assert sorted(table(officer, "Details")) == [
        ["clerk", "import tickets", done],
        ["clerk", tried, "file own.csv, office 0212, refused 1"],
        ["clerk", tried, "file two.csv, office 0212, refused 1"],
    ]


def test_scenario_13_a_status_goes_back_with_a_reason_only_and_both_are_kept(town: Town) -> None:
    clerk = town.console.enters("clerk")
    for status, on, reason, is_taken in (
        ("collected", "2026-11-21", "", True),
        ("processing", "2026-11-22", "", False),
        ("processing", "2026-11-22", "handed to the wrong person", True),
    ):
        chosen(clerk, FILE, "one.csv", f"{HEAD}\n{row(KAMRIENG, status, on=on, reason=reason)}\n")
        assert outcome(clerk)[1] == str(int(is_taken))
        if is_taken:
            taken(clerk, FILE)
            continue
        assert table(clerk, "Column") == [
            ["2", "status", "goes back from collected to in process: write why in column reason"]
        ]
    assert history(clerk, KAMRIENG)[-2:] == [
        "21/11/2026: collected",
        "22/11/2026: in process (handed to the wrong person)",
    ]
    phone = Phone(town.world, CHAN)
    phone.texts("LANG EN").receives()
    phone.texts(f"TICKET {KAMRIENG}").receives("in process")
    assert "wrong person" not in phone.inbox()[-1]


def complains(phone: Phone, office: str, words_: str) -> str:
    """Complain of an extra fee by SMS in English; return the code."""
    phone.texts("LANG EN", "COMPLAIN", "2", office, "1", words_)
    return CODE.findall(phone.inbox()[-1])[0]


def listed(browser: Browser) -> list[list[str]]:
    """Open the list of complaints; return its rows."""
    browser.opens("/complaints/")
    return table(browser, "Reference")


def test_scenario_19_an_ombudsperson_handles_the_own_district_from_list_to_answer(
    town: Town,
) -> None:
    hired(town.console.pool, Person("sam", frozenset({"ombudsperson"}), district="0106"))
    sam, bopha, other = town.console.enters("sam"), Phone(town.world, BOPHA), Phone(town.world)
    complains(bopha, "0212", "They asked 50000 riel more")
    [[kamrieng, *_]] = listed(town.console.enters("ombudsperson"))
    assert "has no complaint" in sam.opens("/complaints/")
    sam.opens(f"/complaints/{kamrieng}")
    assert sam.status == 404
    town.clock.forward(minutes=1)
    code = complains(other, "0106", f"Two hours for a stamp, call {NUMBER}")
    [row_] = listed(sam)
    ref = row_[0]
    assert row_[1:] == [*("2026-W48", "extra fee asked", "0106", "received", "02/12/2026", "–")]
    text = sam.opens(f"/complaints/{ref}")
    assert "Two hours for a stamp, call ***" in text
    assert NUMBER[4:] not in sam.page.text
    assert times(sam) == ("–", "–")
    # A limit of three working days passes: the list says so, and acknowledging ends it.
    town.until(3, 12, 9)
    sam = town.console.enters("sam")
    assert listed(sam)[0][5:] == ["02/12/2026", "late to acknowledge"]
    sam.opens(f"/complaints/{ref}")
    sam.sends(f"/complaints/{ref}", move="acknowledge")
    assert times(sam) == ("2026-W49", "–")
    assert listed(sam)[0][4:] == ["acknowledged", "08/01/2027", "–"]
    sam.opens(f"/complaints/{ref}")
    sam.sends(f"/complaints/{ref}", move="ask", words_en="Which counter?")
    assert listed(sam)[0][4:] == ["needs information", "–", "–"]
    friend = Phone(town.world, FRIEND).dials().types("8", "4", "6", code)
    friend.sees("Which counter?").types("1", "Counter two").ends("sent")
    town.until(25, 1, 9, year=2027)
    sam = town.console.enters("sam")
    assert listed(sam)[0][4:] == ["acknowledged", "08/01/2027", "late to answer"]
    assert "Counter two" in sam.opens(f"/complaints/{ref}")
    sam.sends(f"/complaints/{ref}", move="answer", words_en="A second clerk serves from Monday.")
    assert times(sam) == ("2026-W49", "2027-W04")
    assert listed(sam)[0][4:] == ["answered", "–", "–"]
    other.texts(f"COMPLAIN {code}")
    assert "A second clerk serves from Monday." in other.inbox()[-1]


def times(browser: Browser) -> tuple[str, str]:
    """Return the weeks in which the complaint of the page was acknowledged and answered."""
    found = facts(browser)
    return found["Acknowledged in week"], found["Answered in week"]
