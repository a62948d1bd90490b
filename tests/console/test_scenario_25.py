"""This file plays a quarter whole, and holds every table of its end to a count by hand."""

import csv
import re
from collections import Counter
from io import StringIO

import pytest

from chalicelib.capabilities.staff import Person
from chalicelib.capabilities.tickets import with_check_digit
from chalicelib.reports.every import REPORTS
from chalicelib.reports.layout import BOM
from tests.builders import KAMRIENG, TRANG
from tests.console.conftest import Browser, hired
from tests.console.town import Town, chosen, hidden, taken
from tests.phone import Phone
from tests.world import World

# In Kamrieng's district, and in another one, where they are too few to be told of.
WOMEN, MEN, UNSAID, ELSEWHERE = 12, 11, 10, 5
HERE = WOMEN + MEN + UNSAID
EVERYBODY = HERE + ELSEWHERE
CONTENT, COMPLAINED, YES, NO, STOPPED = 14, 24, 12, 11, 2
NOBODY = "–"
PHONE = re.compile(r"12 ?000 ?0[0-9][0-9]")
KHMER = re.compile("[\u1780-\u17ff]")


def joins(town: Town, n: int) -> Phone:
    """Let one person join the news of their commune in November, and say their sex."""
    phone = Phone(town.world, f"+855120000{n:02}")
    phone.texts("LANG EN", f"JOIN {TRANG.code if n < HERE else '020605'}")
    if n < WOMEN + MEN:
        phone.dials(f"6*6*{1 if n < WOMEN else 2}")
    return phone


def asks(town: Town, n: int, phone: Phone) -> None:
    """Let one person do in December what people do: look up, rate, and complain."""
    phone.texts("INFO 102", f"TICKET {KAMRIENG}")
    town.clock.forward(minutes=5)
    said = "4*4*4*4*4*3*The hours are good" if n < CONTENT else "1*1*1*1*1*3*I waited long"
    phone.dials(f"3*0212*{said}").ends("Thank you")
    if n < COMPLAINED:
        phone.dials(f"4*{n % 2 + 1}*0212*1*They asked 50000 riel more").ends("Received. Code")


@pytest.fixture
def officer(dynamo: World) -> Browser:
    """An officer in January, after a quarter that a test can count by hand."""
    town = Town(dynamo)
    phones = [joins(town, n) for n in range(EVERYBODY)]
    town.until(1, 12, 9)
    for n, phone in enumerate(phones):
        asks(town, n, phone)
    the_clerk(town)
    the_forum(town, phones)
    the_broadcast(town)
    for phone in phones[:STOPPED]:
        phone.texts("STOP")
    town.until(6, 1, 12, year=2027)
    return town.console.enters("officer")


def the_clerk(town: Town) -> None:
    """Load eleven tickets that took four working days, and one that is refused."""
    clerk = town.console.enters("clerk")
    rows = ["ticket_no,office,service,status,received_on,updated_on"]
    rows += [
        f"{with_check_digit(f'0212260{n:03}')},0212,102,ready,2026-11-16,2026-11-20"
        for n in range(11)
    ]
    rows.append("02122600429,0212,102,ready,2026-11-16,2026-11-20")
    chosen(clerk, "/tickets/file", "november.csv", "\n".join(rows))
    taken(clerk, "/tickets/file")


def the_forum(town: Town, phones: list[Phone]) -> None:
    """Hold a forum: answers, two questions of which one is answered, who came, what was agreed."""
    lina = town.console.enters("organizer")
    lina.opens("/forums/new")
    planned = {"commune": TRANG.code, "at": "2026-12-15T14:00", "venue_en": "Trang pagoda"}
    lina.sends("/forums/new", **planned, agenda_en="Plates", sure="yes")
    town.minutes()
    for phone in phones[: YES + NO]:
        phone.texts("YES" if phone in phones[:YES] else "NO")
    phones[0].texts("ASK How much is a plate?")
    phones[1].texts("ASK When is the counter open?")
    lina.sends("/forums/001/answer", number="101", answer_en="30,000 riel")
    lina.sends("/forums/001/actions", text="Post the fees at the hall")
    town.minutes()
    town.until(14, 12, 9)
    town.until(16, 12, 9)
    lina = town.console.enters("organizer")
    lina.opens("/forums/001")
    lina.sends("/forums/001/attendance", people="41", women="23")
    lina.sends("/forums/001/actions", number="1", state="replied")


def the_broadcast(town: Town) -> None:
    """Send one broadcast, which a second person approves."""
    lina = town.console.enters("organizer")
    lina.opens("/broadcasts/new")
    lina.sends("/broadcasts/new", text="Fees: dial {ussd}", communes=TRANG.code, keep="yes")
    path = lina.page.request.path
    hired(town.console.pool, Person("second", frozenset({"organizer"})))
    second = town.console.enters("second")
    second.opens(path)
    name = path.removeprefix("/broadcasts/")
    second.sends("/broadcast/approve", name=name, seen=hidden(second, "seen"))
    second.sends("/broadcast/send", name=name)
    town.minutes()


# Counted by hand from what is done above: every row of every table, the total last.
BY_HAND = {
    # In November each came before they had said their sex; in December as many came both ways.
    "users": [
        ["both", "46", "12", "11", "23", "52.2"],
        ["SMS", "15", "0", "0", "15", NOBODY],
        ["several", "15", "0", "0", "15", NOBODY],
        ["total", "76", "12", "11", "53", "52.2"],
    ],
    # 38 ratings and 24 complaints; 23 answers to an invitation and two questions.
    "requests": [
        ["feedback", "62", "38"],
        ["forum", "25", "15.3"],
        ["information", "38", "23.3"],
        ["tracking", "38", "23.3"],
        ["total", "163", "100"],
    ],
    "information": [["102 Replace a plate", "38", "100"], ["total", "38", "100"]],
    # The five from elsewhere are told with the others, or they would be known.
    "tracking": [["several", "several", "38", "100"], ["total", "", "38", "100"]],
    "standard": [
        ["102 Replace a plate", "11", "4", "4", "10", "0", "0", "0", "1", "1"],
        ["201 Open a retail shop", "1", "4", "4", "7", "0", "0", "0", "0", "0"],
        [
            *("403 Building permit, villa to 100 m2", "0", NOBODY, NOBODY),
            *("25", "0", NOBODY, "1", "1", "1"),
        ],
    ],
    "satisfaction": [
        ["phone", one, "38", "63.2", "0", "0", "36.8", "36.8"]
        for one in ("waiting", "working hours", "fees", "attitude", "information")
    ],
    "comments": [
        ["working hours", "14", "36.8"],
        ["waiting", "24", "63.2"],
        ["total", "38", "100"],
    ],
    "complaints": [
        ["extra fee asked", "12", "50"],
        ["long wait", "12", "50"],
        ["total", "24", "100"],
    ],
    "forums": [
        [one, "1", "33", "0", "12", "11", "10", "41", "23", "56.1"]
        for one in ("021204 Trang", "total")
    ],
    "questions": [
        ["working hours", "1", "0", "0", "0", NOBODY],
        ["waiting", "1", "1", "100", "1", "0"],
        ["total", "2", "1", "50", "1", "0"],
    ],
    "actions": [["0212 Kamrieng", *"1110", "100"], ["total", *"1110", "100"]],
    "reach": [
        ["phone", "76", "12", "15.8", NOBODY, NOBODY],
        ["forum", "41", "23", "56.1", NOBODY, NOBODY],
        ["paper", "0", "0", NOBODY, NOBODY, NOBODY],
        ["total", "117", "35", "29.9", NOBODY, NOBODY],
    ],
    # 33 invited, one answered, 12 reminded the day before, 33 told of fees.
    "messages": [
        [one, "79", "79", "0", "0", "0", "0", "79", "1.58", "3.16"] for one in ("English", "total")
    ],
    "consent": [
        ["JOIN", "not known", "38"],
        ["STOP", "not known", "2"],
        ["START", "not known", "0"],
        ["agreed to SMS", "English", "38"],
        ["said STOP", "English", "2"],
        ["get SMS", "English", "36"],
    ],
}
DEEDS = Counter(
    {
        ("clerk", "import tickets"): 1,
        ("organizer", "add forum"): 1,
        ("organizer", "answer question"): 1,
        ("organizer", "draft broadcast"): 1,
        ("organizer", "note action"): 2,
        ("organizer", "note attendance"): 1,
        ("second", "approve broadcast"): 1,
        ("second", "send broadcast"): 1,
    }
)
# Tables that count people, of fewer than ten of whom nothing is told.
OF_PEOPLE = ("users", "requests", "information", "tracking", "satisfaction", "comments")


def given(officer: Browser, name: str, more: str = "") -> list[list[str]]:
    """Take one table home as a file that a spreadsheet opens; return its rows, the head first."""
    officer.opens(f"/reports/table.csv?name={name}&period=2026-Q4{more}")
    assert officer.status == 200
    assert officer.page.data.startswith(b"\xef\xbb\xbf")
    assert PHONE.search(officer.page.text) is None
    rows = list(csv.reader(StringIO(officer.page.text.removeprefix(BOM))))
    return rows[: rows.index([])]


def test_scenario_25_every_table_of_a_quarter_equals_a_count_by_hand(officer: Browser) -> None:
    """It takes its time: 38 people use a stage for a quarter."""
    english = {name: given(officer, name) for name in REPORTS}
    assert {name: rows[1:] for name, rows in english.items() if name != "audit"} == BY_HAND
    assert Counter((row[1], row[2]) for row in english["audit"][1:]) == DEEDS
    loaded = next(row for row in english["audit"] if row[2] == "import tickets")
    assert loaded[3:6] == ["12", "11", "1"]
    assert "women % of who said" in english["users"][0]
    for name in OF_PEOPLE:
        cells = [cell for row in english[name][1:] for cell in row[1:3]]
        assert [one for one in cells if one.isdigit() and 0 < int(one) < 10] == [], name
    # Nor by another division: of the five from elsewhere nothing is told.
    for by in ("district", "sex", "month"):
        assert "0206" not in str(given(officer, "users", f"&by={by}"))
    officer.opens("/")
    officer.sends("/language", language="km", next="/")
    for name, rows in english.items():
        khmer = given(officer, name)
        assert khmer[0] != rows[0], name
        assert KHMER.search("".join(khmer[0])), name
        assert [numbers(row) for row in khmer] == [numbers(row) for row in rows], name
    for path in ("/reports/print?period=2026-Q4", "/reports/?name=comments", "/log"):
        officer.opens(path)
        assert officer.status == 200
        assert PHONE.search(officer.page.text) is None


def numbers(row: list[str]) -> list[str]:
    """Return the cells of a row that are numbers."""
    return [one for one in row if re.fullmatch(r"[0-9.]+", one)]
