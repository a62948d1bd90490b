"""This file tests `owl catalogue`: services and offices from the files of staff, and back."""

import csv
import json
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType

import pytest

from chalicelib.capabilities import catalogue_offices, catalogue_places_sheet, catalogue_sheet
from chalicelib.capabilities.catalogue import Fee, Override
from chalicelib.capabilities.catalogue_sheet import COLUMNS
from tests.cli.conftest import Staff

DEMO = Path(__file__).parents[2] / "infra" / "local" / "demo"
HEADER = ("code", "key", "sector", "office_level", "name_en", "fee_amount", "fee_status")


def a_row(code: str = "601", **given: str) -> list[str]:
    cells = {"key": f"new-{code}", "sector": "land", "level": "district", "name": "Sign"} | given
    fee = [given.get("fee", "1000"), given.get("status", "illustrative")]
    return [code, cells["key"], cells["sector"], cells["level"], cells["name"], *fee]


def cells_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_same_file_again_changes_nothing_and_says_so(bare: Staff) -> None:
    services = DEMO / "services.csv"
    first = bare.runs("catalogue", "import", services)
    assert first.stdout.splitlines()[0] == "services.csv: 16 rows: 16 taken, 0 unchanged, 0 refused"
    version = bare.office.catalogue.head()
    again = bare.runs("catalogue", "import", services).stdout.splitlines()
    assert again == [
        "services.csv: 16 rows: 0 taken, 16 unchanged, 0 refused",
        "Nothing changes: all of it is stored already.",
    ]
    assert bare.office.catalogue.head() == version


def test_a_figure_said_to_be_sourced_without_a_source_is_refused_and_the_others_taken(
    staff: Staff,
) -> None:
    rows = [HEADER, a_row("601", status="sourced"), a_row("602")]
    said = staff.runs("catalogue", "import", staff.file("s.csv", rows)).stdout.splitlines()
    assert said[:3] == [
        "s.csv: 2 rows: 1 taken, 0 unchanged, 1 refused",
        "Refused:",
        "  row 2, column fee_source: is empty, but the figure is sourced: name a source",
    ]
    stored = staff.office.catalogue.load()
    assert stored is not None
    assert "602" in stored.services
    assert "601" not in stored.services


def test_a_code_is_never_given_to_another_service(staff: Staff) -> None:
    file = staff.file("s.csv", [HEADER, a_row("101", key="something-else")])
    said = staff.runs("catalogue", "import", file)
    assert "101 belongs to service-101: a code is never given to another service" in said.stdout
    assert said.exit_code == 1


def test_a_row_with_several_faults_tells_them_all(staff: Staff) -> None:
    row = a_row("01", sector="zoo", name="", fee="free")
    found = json.loads(
        staff.runs("catalogue", "import", staff.file("s.csv", [HEADER, row]), "--json").stdout
    )
    assert [one["column"] for one in found["refusals"]] == [
        "code",
        "sector",
        "name_en",
        "fee_amount",
    ]
    assert found["refused"] == 1


def test_a_dry_run_publishes_nothing(staff: Staff) -> None:
    before = staff.office.catalogue.head()
    said = staff.runs("catalogue", "import", "--dry-run", staff.file("s.csv", [HEADER, a_row()]))
    assert "1 would be taken" in said.stdout
    assert staff.office.catalogue.head() == before


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".XLSX"])
def test_an_export_read_back_changes_nothing(staff: Staff, suffix: str) -> None:
    for extra in ([], ["--offices"]):
        path = staff.folder / f"out{len(extra)}{suffix}"
        assert staff.runs("catalogue", "export", path, *extra).exit_code == 0
        found = json.loads(staff.runs("catalogue", "import", path, "--json", *extra).stdout)
        assert (found["taken"], found["refused"]) == (0, 0)
        assert found["unchanged"] == found["rows"] > 0


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "@SUM(A1)", "+1", "-1", "＝1", "'=1"])
def test_U10_an_export_is_text_to_a_spreadsheet_and_reads_back_the_same(
    staff: Staff, name: str
) -> None:
    row = a_row()
    row[4] = name if name != "'=1" else "''=1"
    staff.runs("catalogue", "import", staff.file("s.csv", [HEADER, row]))
    path = staff.folder / "out.csv"
    staff.runs("catalogue", "export", path)
    cell = next(one for one in cells_of(path) if one[0] == "601")[COLUMNS.index("name_en")]
    assert cell == f"'{name}"
    found = json.loads(staff.runs("catalogue", "import", path, "--json").stdout)
    assert (found["taken"], found["refused"]) == (0, 0)


def test_an_export_opens_in_a_spreadsheet_with_its_khmer(staff: Staff) -> None:
    path = staff.folder / "out.csv"
    staff.runs("catalogue", "export", path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "ផ្លាកលេខម៉ូតូ" in path.read_text(encoding="utf-8-sig")


def test_a_text_too_long_for_an_sms_is_taken_with_a_warning(staff: Staff) -> None:
    header = (*HEADER, "documents_km", "documents_en", "documents_status")
    row = [*a_row(), "ឯកសារ" * 60, "paper", "illustrative"]
    said = staff.runs("catalogue", "import", staff.file("s.csv", [header, row])).stdout
    assert "1 taken" in said
    assert "Note: service 601: its documents take 6 parts of an SMS in km" in said


def test_an_office_keeps_its_own_fee_and_gives_it_up_where_both_are_empty(staff: Staff) -> None:
    header = ("code", "service", "name_en", "hours", "fee_amount", "fee_status")
    own = ["212", "102", "", "", "25000", "illustrative"]
    staff.runs("catalogue", "import", "--offices", staff.file("o.csv", [header, own]))
    stored = staff.office.catalogue.load()
    assert stored is not None
    fee = stored.services["102"].documents.figure
    assert stored.offices["0212"].overrides == {"102": Override((Fee("exact", 25000, fee),))}
    own[4:] = ["", ""]
    staff.runs("catalogue", "import", "--offices", staff.file("o.csv", [header, own]))
    stored = staff.office.catalogue.load()
    assert stored is not None
    assert stored.offices["0212"].overrides == {}


def test_a_template_holds_every_column(staff: Staff) -> None:
    path = staff.folder / "empty.csv"
    assert staff.runs("catalogue", "template", path).stdout == (
        f"{path}: an empty file with {len(COLUMNS)} columns; --help tells what they mean\n"
    )
    assert cells_of(path) == [list(COLUMNS)]


@pytest.mark.parametrize("sheet", [catalogue_sheet, catalogue_offices, catalogue_places_sheet])
def test_the_help_of_a_template_tells_every_column(staff: Staff, sheet: ModuleType) -> None:
    command = "places" if sheet is catalogue_places_sheet else "catalogue"
    told = staff.runs(command, "template", "--help").output
    names = [name for key in sheet.MEANINGS for name in key.split(", ")]
    assert [name for name in names if name not in told] == []
    untold = [one for one in sheet.COLUMNS if not any(fnmatch(one, name) for name in names)]
    assert untold == []
    assert [name for name in names if not any(fnmatch(one, name) for one in sheet.COLUMNS)] == []


def test_each_import_is_noted_by_whom(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWL_STAFF", "Lina")
    staff.runs("catalogue", "import", staff.file("s.csv", [HEADER, a_row()]))
    (deed,) = staff.office.audit.of_day(staff.office.today())
    assert (deed.who, deed.what, deed.details["taken"]) == ("Lina", "import services", 1)
