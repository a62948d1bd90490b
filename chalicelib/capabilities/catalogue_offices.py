"""This file reads offices from the rows of a sheet, and writes them as such rows.

A row without a service is the office itself; one with a service says what that office does
otherwise for it, its own fees or hours, and takes that back where both are empty.
"""

from collections.abc import Iterator, Mapping

from chalicelib.capabilities.catalogue import Catalogue, Office, Override
from chalicelib.capabilities.catalogue_cells import (
    FEE_COLUMNS,
    FEE_MEANINGS,
    FIGURE_MEANINGS,
    TEXT_MEANINGS,
    read_fees,
    read_text,
    texts,
    write_fees,
    write_text,
)
from chalicelib.sheets.cells import Cells

COLUMNS = ("code", "service", *texts("name"), "phone", "hours", *FEE_COLUMNS)
MEANINGS: Mapping[str, tuple[str, str]] = {
    "code": ("0212", "2 or 4 digits, those of its place"),
    "service": ("102", "empty: the office itself; else what it does otherwise"),
    "name_en": ("Kamrieng district", "name in English; leave out beside a service"),
    "phone": ("012 000 000", "telephone of the office"),
    "hours": ("7:30-11:30", "opening hours, of the office or of the service"),
    **FEE_MEANINGS,
    **TEXT_MEANINGS,
    **FIGURE_MEANINGS,
}
REQUIRED = ("code", "name_en")
LENGTHS = (2, 4)


def read(cells: Cells, stored: Mapping[str, Office], known: Catalogue) -> tuple[str, Office]:
    """Return the office of a row, under what the row is about: the office, or one service of it."""
    code, service = cells.code("code", LENGTHS, "an office"), cells.plain("service")
    if code and known.places and code not in known.places:
        cells.refuse("code", f"no place has the code {code}: see `owl places`")
    office = stored.get(code)
    if not service:
        return code, _office(cells, code, office)
    if service not in known.services:
        cells.refuse("service", f"no service has the code {service}")
    if office is None:
        cells.refuse("code", f"office {code} is not there yet: put its own row before")
        office = Office(code, {})
    return f"{code} {service}", _overridden(cells, office, service)


def rows(offices: Mapping[str, Office]) -> Iterator[list[str]]:
    """Give offices as rows, each followed by what it does otherwise."""
    for _, office in sorted(offices.items()):
        itself = {"phone": office.phone, "hours": office.hours, **write_text("name", office.names)}
        yield _row(office.code, "", itself)
        for service, own in sorted(office.overrides.items()):
            yield _row(office.code, service, {"hours": own.hours, **write_fees(own.fees)})


def _office(cells: Cells, code: str, old: Office | None) -> Office:
    for column in FEE_COLUMNS:
        if cells.text(column):
            cells.refuse(column, "is filled in, but the row names no service")
    return Office(
        code=code,
        names=read_text(cells, "name", required=True),
        phone=cells.plain("phone"),
        hours=cells.plain("hours"),
        overrides=old.overrides if old else {},
    )


def _overridden(cells: Cells, office: Office, service: str) -> Office:
    own = Override(read_fees(cells), cells.plain("hours"))
    others = {code: one for code, one in office.overrides.items() if code != service}
    return office._replace(overrides={**others, service: own} if own != Override() else others)


def _row(code: str, service: str, cells: Mapping[str, str]) -> list[str]:
    named = {"code": code, "service": service, **cells}
    return [named.get(column, "") for column in COLUMNS]
