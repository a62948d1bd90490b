"""This file tests `owl tickets`: what a clerk's file does, and what is said about it."""

import json
import os
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.ticket_news import notice_id
from chalicelib.capabilities.tickets import STAGES, with_check_digit
from chalicelib.capabilities.tickets_sheet import COLUMNS, MEANINGS, REQUIRED
from chalicelib.storage.desk import DynamoDesk
from chalicelib.storage.keys import WEBHOOK_KEYS, KeyRing
from tests.builders import KAMRIENG, MONDAY, SISOPHON, a_party
from tests.cli.conftest import Staff

KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
WRONG_NUMBER = (
    "  row 102, column ticket_no: '02122600429' is wrong in one digit, or two are swapped "
    "(its check digit does not fit)"
)
HEADER = ("Ticket No", "OFFICE", "service", "status", "received_on", "updated_on", "reason")


def number(serial: int, office: str = "0212") -> str:
    return with_check_digit(f"{office}26{serial:04}")


def row(ticket: str, status: str = "processing", **given: str) -> list[str]:
    cells = {"office": "0212", "service": "102", "on": "2026-11-20", "reason": ""} | given
    return [
        *(ticket, cells["office"], cells["service"], status),
        *("2026-11-16", cells["on"], cells["reason"]),
    ]


def the_200_rows() -> list[list[str]]:
    """Give scenario 10: 3 unknown statuses, 1 bad number, 2 repeated, `212`, Khmer dates."""
    rows = [
        row(number(100 + n), office="212", on="20/11/2026".translate(KHMER)) for n in range(194)
    ]
    rows[50:50] = [row(number(500 + n), "finished") for n in range(3)]
    rows.insert(100, row("02122600429"))
    return [*rows, rows[0], rows[7]]


def report(staff: Staff, *arguments: str | Path) -> dict[str, object]:
    result = staff.runs("tickets", "import", "--json", *arguments)
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_a_clerks_file_is_taken_row_by_row_and_the_same_file_again_changes_nothing(
    staff: Staff,
) -> None:
    file = staff.file("clerk.csv", [HEADER, *the_200_rows()], encoding="utf-8-sig")
    first = report(staff, file)
    assert {name: first[name] for name in ("rows", "taken", "unchanged", "refused")} == {
        "rows": 200,
        "taken": 194,
        "unchanged": 0,
        "refused": 4,
    }
    assert first["replaced"] == 2
    ticket = staff.office.tickets.find(number(100))
    assert ticket is not None
    assert (ticket.office, ticket.updated_on) == ("0212", date(2026, 11, 20))
    again = report(staff, file)
    assert (again["taken"], again["unchanged"], again["refused"]) == (0, 194, 4)


def test_each_refused_row_is_told_with_row_column_reason_and_what_to_do(staff: Staff) -> None:
    file = staff.file("clerk.csv", [HEADER, *the_200_rows()])
    said = staff.runs("tickets", "import", file).stdout.splitlines()
    assert said == [
        "clerk.csv: 200 rows: 194 taken, 0 unchanged, 2 replaced, 4 refused",
        "Refused:",
        *(
            f"  row {n}, column status: 'finished' is unknown: write received, processing, "
            "more_documents, ready, collected or rejected"
            for n in (52, 53, 54)
        ),
        WRONG_NUMBER,
        "Replaced:",
        "  row 2: replaced by row 200, which has the same ticket",
        "  row 9: replaced by row 201, which has the same ticket",
    ]


def test_a_dry_run_says_the_same_and_stores_nothing(staff: Staff) -> None:
    file = staff.file("clerk.csv", [HEADER, *the_200_rows()])
    dry = report(staff, file, "--dry-run")
    assert (dry["taken"], dry["replaced"], dry["refused"]) == (194, 2, 4)
    assert staff.office.tickets.find(number(100)) is None
    assert list(staff.office.audit.of_day(MONDAY)) == []
    assert "194 would be taken" in staff.runs("tickets", "import", "--dry-run", file).stdout


def test_a_row_of_another_office_is_refused_where_an_office_is_given(staff: Staff) -> None:
    rows = [HEADER, row(number(1)), row(number(2, "0106"), office="106")]
    file = staff.file("clerk.csv", rows)
    said = staff.runs("tickets", "import", file, "--office", "212", "--as", "Dara").stdout
    assert "row 3, column office: 0106 is another office: this import is for 0212" in said
    assert staff.office.tickets.find(number(2, "0106")) is None
    assert list(staff.office.audit.of_day(MONDAY)) == [
        Deed(
            "Dara",
            "import tickets",
            {
                "file": "clerk.csv",
                "office": "0212",
                "rows": 2,
                "taken": 1,
                "unchanged": 0,
                "replaced": 0,
                "refused": 1,
            },
        )
    ]


def test_an_office_cannot_take_a_ticket_of_another_by_writing_its_own_code(staff: Staff) -> None:
    file = staff.file("clerk.csv", [HEADER, row(SISOPHON, on="2026-11-23", reason="ours now")])
    said = staff.runs("tickets", "import", file, "--office", "0212")
    assert "the ticket belongs to office 0106" in said.stdout
    assert said.exit_code == 1


def test_a_status_goes_back_only_with_a_reason_and_history_keeps_both(staff: Staff) -> None:
    collected = staff.file("a.csv", [HEADER, row(KAMRIENG, "collected", on="2026-11-21")])
    staff.runs("tickets", "import", collected)
    back = row(KAMRIENG, "processing", on="2026-11-22")
    said = staff.runs("tickets", "import", staff.file("b.csv", [HEADER, back])).stdout
    assert "goes back from collected to processing: write why in column reason" in said
    back[-1] = "paper was wrong"
    assert report(staff, staff.file("c.csv", [HEADER, back]))["taken"] == 1
    ticket = staff.office.tickets.find(KAMRIENG)
    assert ticket is not None
    assert [(one.status, one.reason) for one in ticket.history] == [
        ("processing", ""),
        ("collected", ""),
        ("processing", "paper was wrong"),
    ]


def test_an_update_older_than_what_is_known_is_refused(staff: Staff) -> None:
    file = staff.file("old.csv", [HEADER, row(KAMRIENG, "ready", on="2026-11-19")])
    said = staff.runs("tickets", "import", file).stdout
    assert "2026-11-19 is older than what is known, updated on 2026-11-20" in said


def test_a_workbook_is_read_with_its_dates_and_numbers(staff: Staff) -> None:
    book = Workbook()
    book.active.append([*COLUMNS])
    # A spreadsheet keeps numbers: the leading zeros of ticket and office are gone.
    eaten = int(number(3))
    book.active.append(
        [eaten, 212.0, 102, "Ready", date(2026, 11, 16), None, date(2026, 11, 20), 1.0]
    )
    path = staff.folder / "clerk.xlsx"
    book.save(path)
    assert report(staff, path)["taken"] == 1
    ticket = staff.office.tickets.find(number(3))
    assert ticket is not None
    assert (ticket.office, ticket.received_on) == ("0212", date(2026, 11, 16))
    assert ticket.missing == (1,)


def test_columns_nobody_reads_are_told_and_left_alone(staff: Staff) -> None:
    rows = [(*HEADER, "Officer"), [*row(number(4)), "somebody"]]
    found = report(staff, staff.file("clerk.csv", rows))
    assert found["notices"] == ["columns not read: officer"]
    assert found["taken"] == 1


def test_tickets_cannot_come_before_the_catalogue(bare: Staff) -> None:
    fault = bare.runs("tickets", "import", bare.file("clerk.csv", [HEADER])).exception
    assert str(fault) == ("no services and offices are known yet: run `owl catalogue import` first")


def test_a_template_holds_every_column_and_imports_as_no_rows(staff: Staff) -> None:
    path = staff.folder / "empty.csv"
    assert staff.runs("tickets", "template", path).exit_code == 0
    assert path.read_text(encoding="utf-8-sig").split() == [",".join(COLUMNS)]
    assert report(staff, path)["rows"] == 0


def test_a_file_without_a_row_is_told_and_is_no_success(staff: Staff) -> None:
    done = staff.runs("tickets", "import", staff.file("clerk.csv", [HEADER]))
    assert done.stdout.splitlines() == [
        "clerk.csv: 0 rows: 0 taken, 0 unchanged, 0 refused",
        "There is no row under the column names: fill one in, save, and import it again.",
    ]
    assert done.exit_code == 1


def test_a_file_that_is_there_is_replaced_only_by_force(staff: Staff) -> None:
    for command in (["tickets", "template"], ["catalogue", "export"], ["places", "export"]):
        path = staff.file("mine.csv", [("my", "work")])
        refused = staff.runs(*command, path)
        assert str(refused.exception) == (
            f"{path} is there already: choose another name, or add --force"
        )
        assert path.read_text() == "my,work\n"
        assert staff.runs(*command, path, "--force").exit_code == 0
        assert "my,work" not in path.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("name", ["tickets", "tickets.xls", "tickets.ods", "tickets.txt"])
def test_a_file_of_another_kind_is_not_written(staff: Staff, name: str) -> None:
    refused = staff.runs("tickets", "template", staff.folder / name)
    assert str(refused.exception).endswith("choose a name that ends in .csv or .xlsx")
    assert not (staff.folder / name).exists()


def test_a_workbook_template_keeps_what_is_typed_and_is_read_back(staff: Staff) -> None:
    path = staff.folder / "clerk.xlsx"
    assert staff.runs("tickets", "template", path).exit_code == 0
    book = load_workbook(path)
    assert [cell.value for cell in book.active[1]] == [*COLUMNS]
    assert {book.active.column_dimensions[at].number_format for at in "ABCDEFGHIJ"} == {"@"}
    book.active.append([*row(KAMRIENG, "ready")[:5], "", "20/11/2026"])
    book.save(path)
    assert report(staff, path)["taken"] == 1


def test_the_help_of_the_template_tells_every_column_and_status(staff: Staff) -> None:
    told = staff.runs("tickets", "template", "--help").output
    assert [one for one in (*COLUMNS, *STAGES) if one not in told] == []
    assert [one for one in REQUIRED if f"{one} *" not in told] == []


def test_the_row_of_examples_is_a_good_row(staff: Staff) -> None:
    cells = [example for example, _ in MEANINGS.values()]
    cells[COLUMNS.index("missing")] = "1"
    found = report(staff, staff.file("clerk.csv", [COLUMNS, cells]))
    assert (found["taken"], found["refusals"]) == (1, [])


def test_a_folder_that_is_no_file_is_named_in_the_fault(staff: Staff) -> None:
    refused = staff.runs("tickets", "import", ".")
    assert str(refused.exception) == ". is not a file that is there."


def test_an_office_that_is_not_there_is_answered_with_a_command_that_runs(staff: Staff) -> None:
    file = staff.file("clerk.csv", [HEADER, row(number(1), office="0299")])
    hint = "see `owl catalogue export --offices offices.csv`"
    assert hint in staff.runs("tickets", "import", file).stdout
    assert hint in str(staff.runs("tickets", "import", file, "--office", "0299").exception)
    offices = staff.folder / "offices.csv"
    assert staff.runs("catalogue", "export", "--offices", offices).exit_code == 0


def test_what_a_clerk_wrote_freely_is_never_told_again(staff: Staff) -> None:
    header = (*HEADER, "missing")
    rows = [
        [*row(number(1), reason="Sok Dara"), "1;Sok Dara 012000001"],
        [*row(number(2), reason="Sok Dara"), "012000001"],
        [*row(number(3), "nowhere", reason="Sok Dara 012000001"), ""],
    ]
    told = staff.runs("tickets", "import", staff.file("clerk.csv", [header, *rows])).output
    assert "row 2, column missing: entry 2 is none of the 2 documents of the service" in told
    assert "row 3, column missing: entry 1 is none" in told
    assert "012000001" not in told
    assert "Dara" not in told


@pytest.mark.parametrize("digits", ["០២១២២៦០០៤២៨", "0212-26-0042-8", "O2122600428"])
def test_a_ticket_number_is_one_however_it_is_written(staff: Staff, digits: str) -> None:
    found = report(staff, staff.file("clerk.csv", [HEADER, row(digits, "ready")]))
    assert found["taken"] == 1
    ticket = staff.office.tickets.find(KAMRIENG)
    assert ticket is not None
    assert ticket.status == "ready"


def test_a_column_that_is_not_in_the_file_leaves_its_figure_as_it_was(staff: Staff) -> None:
    report(staff, staff.file("clerk.csv", [HEADER, row(KAMRIENG, "ready")]))
    ticket = staff.office.tickets.find(KAMRIENG)
    assert ticket is not None
    assert ticket.due_on == date(2026, 11, 30)


def test_whoever_waits_for_a_ticket_is_told_of_its_new_stage_once(staff: Staff) -> None:
    side = staff.office
    keys = KeyRing(side.database, side.clock, WEBHOOK_KEYS)
    desk = DynamoDesk(side.database, keys, side.clock)
    old = side.tickets.find(KAMRIENG)
    assert old is not None
    desk.commit(desk.watching(a_party(), KAMRIENG, "en"))
    file = staff.file("clerk.csv", [HEADER, row(KAMRIENG, "ready")])
    first = staff.runs("tickets", "import", file)
    assert "news of 1 of these tickets" in first.stderr
    assert "news" not in staff.runs("tickets", "import", file).stderr
    new = side.tickets.find(KAMRIENG)
    assert new is not None
    key = keys.now().lasting("notices")
    order = side.ledger.body(side.ledger.head(notice_id(new, key)))
    assert order.audience.people == (keys.now().person(a_party()),)
    assert order.texts["en"].endswith(f"STOP {KAMRIENG}")
    assert "ready" in order.texts["en"]
    assert order.texts.keys() == {"en", "km", "km-Latn"}


def test_a_dry_run_tells_nobody(staff: Staff) -> None:
    side = staff.office
    desk = DynamoDesk(side.database, KeyRing(side.database, side.clock, WEBHOOK_KEYS), side.clock)
    desk.commit(desk.watching(a_party(), KAMRIENG, "en"))
    file = staff.file("clerk.csv", [HEADER, row(KAMRIENG, "ready")])
    assert "news" not in staff.runs("tickets", "import", "--dry-run", file).stderr
    assert side.ledger.open_ids() == []


def test_an_import_that_broke_off_after_the_order_goes_on_an_hour_later(staff: Staff) -> None:
    side = staff.office
    desk = DynamoDesk(side.database, KeyRing(side.database, side.clock, WEBHOOK_KEYS), side.clock)
    desk.commit(desk.watching(a_party(), KAMRIENG, "en"))
    old = side.tickets.find(KAMRIENG)
    file = staff.file("clerk.csv", [HEADER, row(KAMRIENG, "ready")])
    assert staff.runs("tickets", "import", file).exit_code == 0
    [ordered] = side.ledger.open_ids()
    # As if the database had stopped answering before the ticket was stored.
    assert old is not None
    side.tickets.save_many([old])
    later = str(float(os.environ["OWL_CLOCK_OFFSET"]) + 3600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OWL_CLOCK_OFFSET", later)
        again = staff.runs("tickets", "import", file)
    assert again.exit_code == 0, again.output
    assert side.ledger.open_ids() == [ordered]
    new = side.tickets.find(KAMRIENG)
    assert new is not None
    assert new.status == "ready"
