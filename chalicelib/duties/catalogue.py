"""This file takes services and offices into the catalogue: a file, or a form as one row."""

from chalicelib import shipped
from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.catalogue import EMPTY, Catalogue, Service
from chalicelib.capabilities.catalogue_import import TABLES, Table, taken
from chalicelib.duties.fitting import too_long
from chalicelib.duties.imports import note
from chalicelib.sheets.read import Sheet
from chalicelib.sheets.report import Report
from chalicelib.staff import Office

SERVICES = TABLES["services"]
FORM = "form"


def take(side: Office, table: Table, sheet: Sheet, who: str, *, dry_run: bool) -> Report:
    """Take the good rows of a sheet into one part of the catalogue, and publish it."""
    stored = side.catalogue.load() or EMPTY
    new, report = taken(table, sheet, stored, dry_run=dry_run)
    if table.part == SERVICES.part:
        report.notices += _too_long(stored, new, side.settings.sms_parts)
    if not dry_run and report.taken:
        side.catalogue.publish(new)
    note(side, who, f"import {table.part}", report)
    return report


def row_of(service: Service) -> dict[str, str]:
    """Return a service as the row of a sheet, by column."""
    (values,) = SERVICES.rows({service.code: service})
    return dict(zip(SERVICES.columns, values, strict=True))


def tried(stored: Catalogue, row: dict[str, str]) -> tuple[Service | None, Report]:
    """Return the service that a row leads to, None where it is refused; nothing is stored."""
    new, report = taken(SERVICES, _sheet(row), stored, dry_run=True)
    return (None if report.refused else new.services.get(row["code"].strip())), report


def edit(side: Office, row: dict[str, str], who: str) -> Report:
    """Store one service of a form, where nothing of it is refused."""
    stored = side.catalogue.load() or EMPTY
    new, report = taken(SERVICES, _sheet(row), stored)
    if report.taken and not report.refused:
        old = stored.services.get(row["code"])
        side.catalogue.publish(new)
        before = row_of(old) if old is not None else {}
        changed = [one for one in row if row[one] != before.get(one, "")]
        side.audit.note(Deed(who, "edit service", {"service": row["code"], "columns": changed}))
    return report


def _sheet(row: dict[str, str]) -> Sheet:
    """Return a form as a sheet of one row."""
    columns = tuple(row)
    values = tuple(row.values())
    return Sheet(FORM, columns, (), 1, lambda: iter([(1, columns), (2, values)]), 1)


def _too_long(stored: Catalogue, new: Catalogue, most: int) -> list[str]:
    fresh = [one for code, one in new.services.items() if one != stored.services.get(code)]
    return list(too_long(fresh, shipped.book(), most))
