"""This file opens a CSV or .xlsx file, refuses a broken one at once, and gives its rows."""

import codecs
import csv
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from chalicelib.errors import NotAcceptable
from chalicelib.sheets import xlsx
from chalicelib.telecom import hygiene

Values = Sequence[str]
MEGABYTE = 1 << 20
LARGEST = 50 * MEGABYTE
ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
DELIMITERS = ",;\t"
HEAD_BYTES = 64 * 1024
FORMATS = "CSV in UTF-8 or .xlsx"
BEYOND = ""


@dataclass(frozen=True, slots=True)
class Most:
    """How much of a file is read at all: octets once it is unpacked, and rows."""

    unpacked: int = 400 * MEGABYTE
    rows: int = 10_000_000


class BrokenFile(NotAcceptable):
    """A file that cannot be read as a table at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file: `number` is the one a spreadsheet shows."""

    number: int
    cells: Mapping[str, str]

    @property
    def surplus(self) -> str:
        """What stands to the right of the last named column."""
        return self.cells.get(BEYOND, "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was looked through once; `rows` may be read again and again.

    `count` is about how many rows there are, for a progress bar.
    """

    name: str
    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    count: int
    lines: Callable[[], Iterator[tuple[int, Values]]]
    header_row: int

    def rows(self) -> Iterator[Row]:
        """Give every row under the headers that is not empty."""
        for number, values in self.lines():
            if number <= self.header_row or not any(map(str.strip, values)):
                continue
            cells = dict(zip(self.columns, values, strict=False))
            beyond = " ".join(values[len(self.columns) :]).strip()
            yield Row(number, {**cells, BEYOND: beyond} if beyond else cells)


def opened(
    path: Path, known: Collection[str], required: Collection[str], most: Most = Most()
) -> Sheet:
    """Look a file through and return its rows by column.

    Args:
        path: the file.
        known: the columns somebody reads; others are listed in `unknown`.
        required: the columns without which there is nothing to read.
        most: how much is read; a larger file is refused.

    Raises:
        BrokenFile: it is no table in UTF-8 or .xlsx, too large, or lacks a column.
    """
    kind = _kind(path)
    lines, count = (_xlsx_lines if kind == "xlsx" else _csv_lines)(path, most)
    header_row, header = next(
        ((number, values) for number, values in lines() if any(map(str.strip, values))), (0, ())
    )
    if not header:
        raise BrokenFile(f"{path.name} is empty: its first row must hold the column names.")
    columns = _columns(path.name, header, required)
    unknown = tuple(one for one in columns if one and one not in known)
    return Sheet(path.name, columns, unknown, max(count - header_row, 0), lines, header_row)


def column_name(header: str) -> str:
    """Return a header as a column's name: `Ticket No` and `ticket_no` are the same."""
    return "_".join(hygiene.cleaned(header).casefold().replace("-", " ").replace("_", " ").split())


def _columns(name: str, header: Values, required: Collection[str]) -> tuple[str, ...]:
    columns = tuple(column_name(one) for one in header)
    while columns and not columns[-1]:
        columns = columns[:-1]
    twice = sorted({one for one in columns if one and columns.count(one) > 1})
    if twice:
        raise BrokenFile(f"{name}: the column {twice[0]} stands there twice: remove one.")
    missing = [one for one in required if one not in columns]
    if missing:
        raise BrokenFile(
            f"{name} has no column {', '.join(missing)}. Its first row has: "
            f"{', '.join(filter(None, columns))}. The template command writes a file with all."
        )
    return columns


def _kind(path: Path) -> Literal["csv", "xlsx"]:
    if not path.is_file():
        raise BrokenFile(f"{path} is not a file that is there.")
    if path.stat().st_size > LARGEST:
        raise BrokenFile(f"{path.name} is larger than 50 MB: split it into several files.")
    with path.open("rb") as file:
        start = file.read(len(ZIP))
    if start == OLD_OFFICE:
        raise BrokenFile(
            f"{path.name} is an old .xls file or has a password: save it as .xlsx without one."
        )
    if path.suffix.lower() == ".xlsx" and start != ZIP:
        raise BrokenFile(f"{path.name} is not an .xlsx file inside: save it again as {FORMATS}.")
    return "xlsx" if start == ZIP else "csv"


def _csv_lines(path: Path, most: Most) -> tuple[Callable[[], Iterator[tuple[int, Values]]], int]:
    _must_be_utf8(path)
    delimiter = _delimiter(path)

    def lines() -> Iterator[tuple[int, Values]]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = enumerate(csv.reader(file, delimiter=delimiter, strict=True), 1)
            yield from _within(rows, path.name, most.rows)

    return lines, _counted(path.name, lines)


def _counted(name: str, lines: Callable[[], Iterator[tuple[int, Values]]]) -> int:
    number = 0
    try:
        for number, _ in lines():  # noqa: B007 - the last one is the count
            pass
    except csv.Error:
        raise BrokenFile(
            f"{name}, row {number + 1}: a quotation mark is opened or closed in the wrong place, "
            "so the rest cannot be read: save the file again from the spreadsheet."
        ) from None
    return number


def _must_be_utf8(path: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while chunk := file.read(MEGABYTE):
            try:
                text = decoder.decode(chunk, final=len(chunk) < MEGABYTE)
            except UnicodeDecodeError:
                text = "\0"
            if "\0" in text:
                raise BrokenFile(
                    f"{path.name} is not a table in UTF-8: save it as {FORMATS}."
                ) from None


def _delimiter(path: Path) -> str:
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.read(HEAD_BYTES).lstrip()
    header = next(csv.reader(head.splitlines(), delimiter="\0"), [""])
    return max(DELIMITERS, key="".join(header).count)


def _xlsx_lines(path: Path, most: Most) -> tuple[Callable[[], Iterator[tuple[int, Values]]], int]:
    try:
        count = xlsx.look(path, most.unpacked)
    except xlsx.Damaged as fault:
        raise BrokenFile(f"{path.name} {fault}: save it again as {FORMATS}.") from None

    def lines() -> Iterator[tuple[int, Values]]:
        try:
            yield from _within(xlsx.lines(path), path.name, most.rows)
        except xlsx.Damaged as fault:
            raise BrokenFile(f"{path.name} {fault}: save it again as {FORMATS}.") from None

    return lines, count


def _within(
    lines: Iterator[tuple[int, Values]], name: str, most: int
) -> Iterator[tuple[int, Values]]:
    for number, values in lines:
        # The first row is the columns'.
        if number > most + 1:
            raise BrokenFile(f"{name} has more than {most:,} rows: split it into several files.")
        yield number, values
