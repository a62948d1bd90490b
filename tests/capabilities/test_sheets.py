"""This file tests what staff's files may look like, and how a broken one is refused."""

import csv
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from chalicelib.sheets import read as reading
from chalicelib.sheets.cells import Cells, joined, split, tidy
from chalicelib.sheets.read import BrokenFile, Row, Sheet, opened
from chalicelib.sheets.write import safe, write

# What a cell may hold once it is stored: no controls but line breaks, no space around it.
stored_text = st.text(
    st.characters(exclude_categories=("C", "Zs", "Zl", "Zp", "M"), include_characters=" \n;\\'=+-@")
).map(tidy)


def read(path: Path, *known: str) -> list[dict[str, str]]:
    return [dict(row.cells) for row in opened(path, known or ("a", "b"), ()).rows()]


def a_file(folder: Path, content: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(**given: str) -> Cells:
    return Cells(Row(2, given))


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,2\n",
        "\ufeffa,b\n1,2\n",
        "a;b\n1;2\n",
        "a\tb\r\n1\t2\r\n",
        " A ,B\n1,2",
        "\n\na,b\n\n1,2\n",
    ],
    ids=["plain", "byte_order_mark", "semicolons", "tabs", "headers_in_capitals", "empty_rows"],
)
def test_a_csv_is_read_however_a_spreadsheet_saved_it(tmp_path: Path, content: str) -> None:
    assert read(a_file(tmp_path, content)) == [{"a": "1", "b": "2"}]


def test_a_row_has_the_number_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    sheet = opened(a_file(tmp_path, 'a,b\n"two\nlines",2\n\n3,4\n'), ("a", "b"), ("a",))
    assert [(row.number, row.cells["a"]) for row in sheet.rows()] == [(2, "two\nlines"), (4, "3")]
    assert sheet.count == 3


def test_a_workbook_gives_dates_as_dates_and_whole_numbers_without_a_point(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["a", "b"])
    book.active.append([date(2026, 11, 5), 212.0])
    book.active.append([datetime(2026, 11, 5, 8, 30), 1.5])  # noqa: DTZ001 - a cell has no zone
    book.active.append([None, None])
    book.active.append([True, "៣"])
    book.save(tmp_path / "t.xlsx")
    assert read(tmp_path / "t.xlsx") == [
        {"a": "2026-11-05", "b": "212"},
        {"a": "2026-11-05 08:30:00", "b": "1.5"},
        {"a": "True", "b": "៣"},
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", b"", "t.csv is empty: its first row must hold the column names."),
        (
            "t.csv",
            "a,b\ncaf\u00e9,1\n".encode("latin-1"),
            "is not a table in UTF-8: save it as CSV",
        ),
        ("t.csv", "a,b\n".encode("utf-16"), "is not a table in UTF-8: save it as CSV"),
        ("t.xlsx", b"a,b\n", "is not an .xlsx file inside: save it again"),
        ("t.xlsx", b"PK\x03\x04 broken", "is damaged: save it again"),
        ("t.xls", b"\xd0\xcf\x11\xe0", "is an old .xls file or has a password: save it as .xlsx"),
        ("t.csv", b"a,a\n", "the column a stands there twice: remove one."),
        ("t.csv", b"b,c\n", "t.csv has no column a. Its first row has: b, c."),
        ("t.csv", b'a,b\n1,"2\n3,4\n', "row 2: a quotation mark is opened or closed in the wrong"),
    ],
    ids=[
        *("empty", "latin", "utf_16", "text_as_workbook", "damaged", "old_office"),
        *("column_twice", "column_missing", "open_quotation"),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(BrokenFile) as refused:
        opened(a_file(tmp_path, content, name), ("a", "b"), ("a",))
    assert said in str(refused.value)


def test_a_file_that_is_not_there_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BrokenFile, match=r"none\.csv is not a file that is there"):
        opened(tmp_path / "none.csv", (), ())
    monkeypatch.setattr(reading, "LARGEST", 3)
    with pytest.raises(BrokenFile, match="larger than 50 MB: split it"):
        opened(a_file(tmp_path, "a,b\n"), (), ())


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as zipped:
        zipped.writestr("letter.txt", "hello")
    with pytest.raises(BrokenFile, match="is a zip, but not an"):
        opened(tmp_path / "t.xlsx", (), ())


def test_a_row_with_more_cells_than_columns_is_refused(tmp_path: Path) -> None:
    (row,) = opened(a_file(tmp_path, "a,b\n1,2,3\n"), ("a", "b"), ()).rows()
    (fault,) = Cells(row).faults
    assert str(fault).startswith("row 2: has more cells than there are columns")


def test_unknown_columns_are_named(tmp_path: Path) -> None:
    sheet: Sheet = opened(a_file(tmp_path, "a,Officer Name,b\n"), ("a", "b"), ("a",))
    assert sheet.unknown == ("officer_name",)


@pytest.mark.parametrize(
    "text", ["2026-11-05", "05/11/2026", "5/11/2026", "០៥/១១/២០២៦", "២០២៦-១១-០៥", " 2026-11-05 "]
)
def test_a_date_is_read_in_both_forms_and_both_digits(text: str) -> None:
    assert cells(on=text).day("on") == date(2026, 11, 5)


@pytest.mark.parametrize(
    "text", ["2026-13-01", "31/02/2026", "11/25/2026", "5/11/26", "46331", "soon"]
)
def test_what_is_no_date_is_refused_with_the_forms_that_are(text: str) -> None:
    row = cells(on=text)
    assert row.day("on") is None
    assert str(row.faults[0]) == (
        f"row 2, column on: '{text}' is no date: write YYYY-MM-DD or DD/MM/YYYY"
    )


@pytest.mark.parametrize(
    ("text", "code"), [("212", "0212"), ("០២១២", "0212"), ("1", "01"), ("0212", "0212")]
)
def test_a_place_gets_back_the_zero_that_a_spreadsheet_took(text: str, code: str) -> None:
    assert cells(place=text).code("place", (2, 4), "a place") == code


@pytest.mark.parametrize("text", ["021201", "Kamrieng", "2.12E+02", "-2"])
def test_what_is_no_code_is_refused(text: str) -> None:
    row = cells(place=text)
    assert row.code("place", (2, 4), "a place") == ""
    assert "is no code of a place: it has 2 or 4 digits" in row.faults[0].reason


@pytest.mark.parametrize(
    ("text", "number"), [("1,000", 1000), ("៤០០០", 4000), ("0", 0), ("", None)]
)
def test_a_whole_number_is_read(text: str, number: int | None) -> None:
    row = cells(n=text)
    assert (row.whole("n"), row.faults) == (number, [])


@pytest.mark.parametrize("text", ["1.5", "1,00", "-1", "ten"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    row = cells(n=text)
    assert row.whole("n") is None
    assert "is no whole number of 0 or more" in row.faults[0].reason


def test_a_message_never_repeats_a_long_cell_or_its_controls() -> None:
    row = cells(kind="\x1b[31m" + "x" * 400)
    row.choice("kind", ("a", "b"))
    assert row.faults[0].reason == f"'[31m{'x' * 26}…' is unknown: write a or b"


def test_a_text_in_another_unicode_form_is_taken_with_a_warning() -> None:
    row = cells(name="cafe\u0301")
    assert row.text("name") == "caf\u00e9"
    assert [one.column for one in row.warnings] == ["name"]


@pytest.mark.law
@given(parts=st.lists(stored_text.filter(lambda text: text == text.strip()), min_size=1))
def test_a_list_in_one_cell_is_the_same_list_again(parts: list[str]) -> None:
    if parts != [""]:
        assert split(joined(parts)) == parts


@pytest.mark.law
@given(text=stored_text)
def test_U10_a_written_cell_is_never_a_formula_and_reads_back_as_itself(text: str) -> None:
    written = safe(text)
    assert not written.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert tidy(written) == text


@pytest.mark.law
@given(rows=st.lists(st.tuples(stored_text, stored_text), max_size=5))
def test_a_written_file_reads_back_as_itself(
    rows: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    write(path, ("a", "b"), rows)
    found = [
        tuple(Cells(row).text(name) for name in "ab") for row in opened(path, "ab", "ab").rows()
    ]
    assert found == [row for row in rows if any(safe(cell).strip() for cell in row)]
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == ["a", "b"]
