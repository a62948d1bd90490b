"""This file lays a table out in words: for a terminal, a spreadsheet, a program or a chart."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.capabilities.catalogue import Catalogue
from chalicelib.reports.charts import Bar, drawn
from chalicelib.reports.meanings import meaning
from chalicelib.reports.shown import POOLED
from chalicelib.reports.tables import Column, Query, Report, Row, Table, Value
from chalicelib.reports.words import note, title, word
from chalicelib.sheets.write import safe

# The mark that lets a spreadsheet read UTF-8 as such.
BOM = "\ufeff"
MADE_UP = "made_up"
# Not a minus, which a spreadsheet would run.
NOT_KNOWN = "–"
NUMBERS = ("number", "share", "money")
# What stands in the first column of a row that is of no code.
NO_CODES = ("total", "hidden", POOLED, "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table in one language, with all that is told beside it."""

    report: Report
    query: Query
    table: Table
    language: str
    names: Catalogue
    synthetic: bool = False

    @property
    def title(self) -> str:
        """Its number, its title and its period."""
        name = title(self.report.name, self.language)
        return f"{self.report.number}. {name}, {self.query.period.name}"

    @property
    def headings(self) -> list[str]:
        """The headings of the columns."""
        found = [word(one.id, self.language) for one in self.table.columns]
        return [*found, word(MADE_UP, self.language)] if self.synthetic else found

    @property
    def rows(self) -> list[list[str]]:
        """Every row as text, the total last; made-up ones say so each."""
        rows = [*self.table.rows, *filter(None, [self.table.total])]
        mark = [word(MADE_UP, self.language)] * self.synthetic
        return [[*self.row(row), *mark] for row in rows]

    def is_number(self, at: int) -> bool:
        """Whether a column, counted from 0, holds numbers."""
        return at < len(self.table.columns) and self.table.columns[at].kind in NUMBERS

    @property
    def notes(self) -> list[tuple[str, str]]:
        """What is told under the table: what it counts and misses, and what to know."""
        counts, misses = meaning(self.report.name, self.language)
        told = [note(id_, values, self.language) for id_, values in self.table.notes]
        first = [note("synthetic", {}, self.language)] * self.synthetic
        return [
            *(("", one) for one in first),
            (word("counts", self.language), counts),
            (word("misses", self.language), misses),
            *(("", one) for one in told),
        ]

    def row(self, row: Row) -> list[str]:
        """Return a row as text."""
        return [
            self.shown(value, column) for value, column in zip(row, self.table.columns, strict=True)
        ]

    def shown(self, value: Value, column: Column) -> str:
        """Return one cell as text."""
        if value is None:
            return NOT_KNOWN if column.kind in NUMBERS else ""
        if isinstance(value, str):
            return self._named(value, column)
        if column.kind in NUMBERS and isinstance(value, float):
            return f"{value:.2f}" if column.kind == "money" else f"{value:.1f}".removesuffix(".0")
        return str(value)

    def _named(self, value: str, column: Column) -> str:
        if column.kind == "text" or column.kind in NUMBERS:
            return value
        if value in NO_CODES or column.kind == "word":
            return word(value, self.language)
        return f"{value} {self._name(value, column)}".strip()

    def _name(self, code: str, column: Column) -> str:
        known: Any = self.names.services if column.kind == "service" else self.names.places
        one = known.get(code) or self.names.offices.get(code)
        return one.names.get(self.language, one.names.get("en", "")) if one else ""


def text_of(sheet: Sheet) -> str:
    """Return a table for a terminal."""
    rows = [sheet.headings, *sheet.rows]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths, sheet.table.columns) for row in rows]
    rule = "-" * len(lines[0].rstrip())
    told = [f"{head}: {text}" if head else text for head, text in sheet.notes]
    return "\n".join([sheet.title, "", lines[0], rule, *lines[1:], "", *told])


def csv_of(sheet: Sheet) -> str:
    """Return a table for a spreadsheet, none of whose cells runs; what it counts stands below."""
    out = io.StringIO()
    writer = csv.writer(out)
    told = [[head, text] for head, text in [("", sheet.title), *sheet.notes]]
    for row in [sheet.headings, *sheet.rows, [], *told]:
        writer.writerow([safe(cell) for cell in row])
    return BOM + out.getvalue()


def plain_of(sheet: Sheet) -> dict[str, Any]:
    """Return a table for a program: codes as they are, numbers as numbers."""
    counts, misses = meaning(sheet.report.name, sheet.language)
    ids = [one.id for one in sheet.table.columns]
    return {
        "table": sheet.report.name,
        "number": sheet.report.number,
        "title": title(sheet.report.name, sheet.language),
        "period": sheet.query.period.name,
        "by": list(sheet.query.by),
        "only": dict(sheet.query.only),
        "synthetic": sheet.synthetic,
        "counts": counts,
        "misses": misses,
        "headings": dict(zip(ids, sheet.headings, strict=False)),
        "rows": [dict(zip(ids, row, strict=True)) for row in sheet.table.rows],
        "total": dict(zip(ids, sheet.table.total, strict=True)) if sheet.table.total else None,
        "notes": [note(id_, values, sheet.language) for id_, values in sheet.table.notes],
    }


def chart_of(sheet: Sheet) -> str | None:
    """Return a table as an SVG; None where it has nothing to draw."""
    how = sheet.report.chart
    if how is None:
        return None
    ids = [one.id for one in sheet.table.columns]
    first = len([one for one in sheet.table.columns if one.kind not in NUMBERS])
    bars = [
        Bar(
            " · ".join(sheet.row(row)[: max(first, 1)]),
            [_number(row[ids.index(one)]) for one in how.series],
        )
        for row in sheet.table.rows
    ]
    series = [word(one, sheet.language) for one in how.series]
    warning = note("synthetic", {}, sheet.language) if sheet.synthetic else ""
    return drawn(
        sheet.title, bars, series, stacked=how.stacked, language=sheet.language, warning=warning
    )


def _number(value: Value) -> float | None:
    return None if value is None or isinstance(value, str) else float(value)


def _line(row: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    return "  ".join(_padded(row, widths, columns)).rstrip()


def _padded(row: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> Iterator[str]:
    for at, cell in enumerate(row):
        space = " " * (widths[at] - _width(cell))
        is_number = at < len(columns) and columns[at].kind in NUMBERS
        yield f"{space}{cell}" if is_number else f"{cell}{space}"


def _width(text: str) -> int:
    """Return how wide a text is: signs that stand over or under others take no place."""
    return sum(unicodedata.category(one) not in {"Mn", "Mc", "Me", "Cf"} for one in text)
