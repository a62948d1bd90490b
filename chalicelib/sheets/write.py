"""This file writes CSV and .xlsx that a spreadsheet shows as text and never runs."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from chalicelib.errors import NotAcceptable
from chalicelib.sheets import xlsx
from chalicelib.sheets.cells import FORMULA

CSV, XLSX = ".csv", ".xlsx"


def safe(value: str) -> str:
    """Return a cell with a `'` in front where a spreadsheet would run it as a formula."""
    return f"'{value}" if FORMULA.match(value) else value


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a table as the name of its file says; count the rows.

    A CSV is in UTF-8 with the mark that lets a spreadsheet show Khmer.

    Raises:
        NotAcceptable: the name ends in neither .csv nor .xlsx, or nothing can be written there.
    """
    if path.suffix.lower() not in (CSV, XLSX):
        raise NotAcceptable(f"{path}: choose a name that ends in {CSV} or {XLSX}")
    written = xlsx.write if path.suffix.lower() == XLSX else _csv
    try:
        return written(path, _safe(chain([columns], rows)))
    except OSError as fault:
        raise NotAcceptable(f"{path} cannot be written: {fault.strerror}") from None


def _safe(rows: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    for row in rows:
        yield [safe(cell) for cell in row]


def _csv(path: Path, rows: Iterable[Sequence[str]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for count, row in enumerate(rows):  # noqa: B007 - the last one is the count
            writer.writerow(row)
    return count
