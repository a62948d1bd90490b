"""This file tests which rows of a ticket file count, on the in-memory store."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from chalicelib.capabilities import tickets_import
from chalicelib.capabilities.tickets import Ticket
from chalicelib.capabilities.tickets_import import take
from chalicelib.capabilities.tickets_sheet import COLUMNS, REQUIRED, Rules
from chalicelib.sheets.read import opened
from chalicelib.sheets.report import Report
from tests.builders import KAMRIENG, MONDAY, SISOPHON, a_ticket

RULES = Rules(
    MONDAY,
    frozenset({"0212", "0106"}),
    {"102": [frozenset({"id card", "អត្តសញ្ញាណប័ណ្ណ"}), frozenset({"form, signed"})]},
)
BASE = {
    "ticket_no": "AB-77",
    "office": "0212",
    "service": "102",
    "status": "processing",
    "received_on": "2026-11-16",
    "updated_on": "2026-11-20",
}


class Shelf(dict[str, Ticket]):
    """A store of tickets by number and alias that counts its reads."""

    reads = 0

    def find(self, number: str) -> Ticket | None:
        """Return a ticket by its number or an alias."""
        return self.find_many([number]).get(number)

    def find_many(self, numbers: Sequence[str]) -> dict[str, Ticket]:
        """Return the tickets that are there."""
        self.reads += 1
        known = {alias: one for one in self.values() for alias in (one.number, *one.aliases)}
        return {number: known[number] for number in numbers if number in known}

    def save_many(self, tickets: Sequence[Ticket]) -> None:
        """Store tickets."""
        self.update({one.number: one for one in tickets})


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def take_in(folder: Path, shelf: Shelf, *rows: dict[str, str], rules: Rules = RULES) -> Report:
    path = folder / "t.csv"
    cells = [[{**BASE, **row}.get(column, "") for column in COLUMNS] for row in rows]
    quoted = [",".join(f'"{cell}"' for cell in row) for row in [COLUMNS, *cells]]
    path.write_text("\n".join(quoted))
    return take(opened(path, COLUMNS, REQUIRED), rules, shelf)


def reasons(report: Report) -> list[str]:
    return [f"{one.column}: {one.reason}" for one in report.refused]


@pytest.mark.parametrize("chunk", [1, 2, 1000])
def test_a_ticket_in_several_rows_is_taken_from_the_one_updated_last(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(tickets_import, "CHUNK", chunk)
    rows: list[dict[str, str]] = [
        {"updated_on": "2026-11-18"},
        {"updated_on": "2026-11-20", "status": "ready"},
        {"ticket_no": "AB-78"},
        {"updated_on": "2026-11-17", "status": "received"},
    ]
    for taken, unchanged in ((2, 0), (0, 2)):
        report = take_in(tmp_path, shelf, *rows)
        assert (report.taken, report.unchanged, reasons(report)) == (taken, unchanged, [])
        assert [str(one) for one in report.replaced] == [
            "row 2: replaced by row 3, which has the same ticket",
            "row 5: replaced by row 3, which has the same ticket",
        ]
        assert report.rows == len(rows)
    assert shelf["AB77"].status == "ready"
    assert len(shelf["AB77"].history) == 1


def test_an_alias_finds_its_ticket_and_belongs_to_one_only(tmp_path: Path, shelf: Shelf) -> None:
    take_in(tmp_path, shelf, {"alias": "PAY-9"})
    report = take_in(
        tmp_path,
        shelf,
        {"ticket_no": "PAY-9", "status": "ready", "updated_on": "2026-11-21"},
        {"ticket_no": "AB-80", "alias": "pay 9"},
    )
    assert report.taken == 1
    assert reasons(report) == ["alias: PAY9 belongs to another ticket already"]
    assert {number: one.status for number, one in shelf.items()} == {"AB77": "ready"}
    assert shelf["AB77"].aliases == ("PAY9",)


@pytest.mark.parametrize(
    ("missing", "found"),
    [
        ("1", (1,)),
        ("2, 1", (1, 2)),
        ("ID card", (1,)),
        ("អត្តសញ្ញាណប័ណ្ណ;form, Signed", (1, 2)),
        ("", ()),
    ],
)
def test_missing_documents_are_named_by_number_or_by_name(
    tmp_path: Path, shelf: Shelf, missing: str, found: tuple[int, ...]
) -> None:
    take_in(tmp_path, shelf, {"status": "more_documents", "missing": missing})
    assert shelf["AB77"].missing == found


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"missing": "3"}, "missing: entry 1 is none of the 2 documents of the service"),
        ({"missing": "1;passport"}, "missing: entry 2 is none of the 2 documents"),
        ({"service": "999"}, "service: no service has the code '999'"),
        ({"office": "0299"}, "office: no office has the code 0299"),
        ({"received_on": "2026-11-21"}, "updated_on: 2026-11-20 is before received_on, 2026-11-21"),
        ({"updated_on": "2027-11-20"}, "updated_on: 2027-11-20 is too far in the future"),
        ({"due_on": "2026-11-01"}, "due_on: 2026-11-01 is before received_on, 2026-11-16"),
        ({"due_on": "2036-11-01"}, "due_on: 2036-11-01 is too far in the future"),
        ({"ticket_no": "2.12E+09"}, "ticket_no: '2.12E+09' is no ticket number"),
        ({"ticket_no": "02122600482"}, "ticket_no: '02122600482' is wrong in one digit, or two"),
        (
            {"ticket_no": "021226004281"},
            "ticket_no: '021226004281' has 12 digits, and numbers of this office",
        ),
        ({"ticket_no": "0212260042"}, "ticket_no: '0212260042' has 10 digits"),
        ({"ticket_no": "012 000 001"}, "ticket_no: this reads as a phone number: write the number"),
        ({"alias": "+855 12 000 001"}, "alias: this reads as a phone number"),
        ({"ticket_no": ""}, "ticket_no: is empty: fill it in"),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused(
    tmp_path: Path, shelf: Shelf, given: dict[str, str], said: str
) -> None:
    report = take_in(tmp_path, shelf, given)
    assert any(one.startswith(said) for one in reasons(report)), reasons(report)
    assert shelf == {}


@pytest.mark.parametrize("typed", ["2122600428", "02122600428", "0212-26-0042-8", "០២១២២៦០០៤២៨"])
def test_a_number_of_ours_gets_back_the_zero_that_a_spreadsheet_took(
    tmp_path: Path, shelf: Shelf, typed: str
) -> None:
    take_in(tmp_path, shelf, {"ticket_no": typed})
    assert list(shelf) == [KAMRIENG]


def test_a_ticket_moves_to_another_office_only_with_a_reason_and_no_office_set(
    tmp_path: Path, shelf: Shelf
) -> None:
    shelf.save_many([a_ticket(number=SISOPHON, office="0106")])
    moved = {"ticket_no": SISOPHON, "updated_on": "2026-11-21"}
    assert "belongs to office 0106" in reasons(take_in(tmp_path, shelf, moved))[0]
    own = Rules(RULES.today, RULES.offices, RULES.documents, "0212")
    moved["reason"] = "moved house"
    assert "belongs to office 0106" in reasons(take_in(tmp_path, shelf, moved, rules=own))[0]
    assert take_in(tmp_path, shelf, moved).taken == 1
    assert shelf[SISOPHON].office == "0212"


def test_a_long_file_is_read_in_chunks(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets_import, "CHUNK", 10)
    rows = [{"ticket_no": f"AB-{n:03}"} for n in range(95)]
    assert take_in(tmp_path, shelf, *rows).taken == 95
    assert shelf.reads == 10
