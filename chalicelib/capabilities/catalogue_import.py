"""This file takes the good rows of a sheet into a catalogue; it stores nothing itself."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.capabilities import catalogue_offices, catalogue_places_sheet, catalogue_sheet
from chalicelib.capabilities.catalogue import Catalogue
from chalicelib.sheets.cells import Cells
from chalicelib.sheets.read import Sheet
from chalicelib.sheets.report import Report

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One part of a catalogue as a sheet.

    `read` returns what a row is about and the value it leads to, given what stands already.
    """

    part: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    read: Callable[[Cells, Values, Catalogue], tuple[str, Any]]
    rows: Callable[[Any], Iterator[list[str]]]


def _service(cells: Cells, stored: Values, _known: Catalogue) -> tuple[str, Any]:
    service = catalogue_sheet.read(cells, stored)
    return service.code, service


def _place(cells: Cells, stored: Values, _known: Catalogue) -> tuple[str, Any]:
    return catalogue_places_sheet.read(cells, stored)


TABLES: Mapping[str, Table] = {
    "services": Table(
        "services",
        catalogue_sheet.COLUMNS,
        catalogue_sheet.REQUIRED,
        _service,
        catalogue_sheet.rows,
    ),
    "offices": Table(
        "offices",
        catalogue_offices.COLUMNS,
        catalogue_offices.REQUIRED,
        catalogue_offices.read,
        catalogue_offices.rows,
    ),
    "places": Table(
        "places",
        catalogue_places_sheet.COLUMNS,
        catalogue_places_sheet.REQUIRED,
        _place,
        catalogue_places_sheet.rows,
    ),
}


def taken(
    table: Table, sheet: Sheet, known: Catalogue, *, dry_run: bool = False
) -> tuple[Catalogue, Report]:
    """Return the catalogue with the good rows of a sheet in it, and what became of each row.

    What the sheet does not name stays as it is, so the same sheet again changes nothing.
    """
    report = Report.of(sheet, dry_run=dry_run)
    values: dict[str, Any] = dict(getattr(known, table.part))
    seen: dict[str, int] = {}
    for row in sheet.rows():
        cells = Cells(row)
        about, value = table.read(cells, values, known)
        if about in seen:
            cells.refuse("code", f"{about} stands in row {seen[about]} already: remove one")
        if report.add(cells, changes=values.get(value.code) != value):
            values[value.code] = value
        if about and not cells.faults:
            seen[about] = row.number
    parts: Values = {table.part: values}
    return known._replace(**parts), report
