"""This file reads and writes the one sheet of an .xlsx workbook, a row at a time, as text."""

import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

WORKBOOK = "xl/workbook.xml"
# The number format that keeps what is typed: 0212 stays 0212, and a day stays as it was written.
AS_TEXT, WIDTH = "@", 16
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, SyntaxError, KeyError, ValueError)


class Damaged(Exception):
    """A workbook that cannot be read; says what it is, to follow the file's name."""


def look(path: Path, most: int) -> int:
    """Return about how many rows the first sheet has.

    A workbook is a zip: what it says it unpacks to is held to `most` octets, and no more is
    unpacked than it says, so that a small file cannot fill the memory.

    Raises:
        Damaged: it is no workbook, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(path) as zipped:
            sizes = {one.filename: one.file_size for one in zipped.infolist()}
    except zipfile.BadZipFile:
        raise Damaged("is damaged") from None
    if WORKBOOK not in sizes:
        raise Damaged("is a zip, but not an .xlsx workbook")
    if sum(sizes.values()) > most:
        raise Damaged(f"unpacks to more than {most >> 20} MB")
    with _first_sheet(path) as sheet:
        return sheet.max_row or 0


def lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Give every row of the first sheet with its number.

    Raises:
        Damaged: it broke off.
    """
    with _first_sheet(path) as sheet:
        # Some programs write a wrong size of the sheet, so it is not relied on.
        sheet.reset_dimensions()
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [shown(value) for value in values]


def write(path: Path, rows: Iterable[Sequence[str]]) -> int:
    """Write a workbook of one sheet, the column names first; count the rows under them."""
    from openpyxl import Workbook  # noqa: PLC0415 - CSV files and phones do without
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - the same

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    count = 0
    for count, row in enumerate(rows):
        for place in range(1, len(row) + 1) if count == 0 else ():
            column = sheet.column_dimensions[get_column_letter(place)]
            column.number_format, column.width = AS_TEXT, WIDTH
        sheet.append(row)
    book.save(path)
    return count


def shown(value: Any) -> str:
    """Return a cell as the text a person means: a date as a date, a whole number without `.0`."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@contextmanager
def _first_sheet(path: Path) -> Iterator[Any]:
    """Open the first sheet; every failure to read it is `Damaged`."""
    from openpyxl import load_workbook  # noqa: PLC0415 - CSV files and phones do without

    try:
        with warnings.catch_warnings(action="ignore"):
            book = load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except Exception as fault:
        raise Damaged("is damaged") from fault
    try:
        yield sheet
    except BROKEN as fault:
        raise Damaged("is damaged") from fault
    finally:
        book.close()
