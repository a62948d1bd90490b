"""This file is `owl catalogue`: services and offices in, out, and as empty files."""

from pathlib import Path

import click

from chalicelib.capabilities import catalogue_offices, catalogue_sheet
from chalicelib.capabilities.catalogue_import import TABLES
from chalicelib.cli import columns, desk, imports
from chalicelib.operations import catalogue as operations
from chalicelib.operations.catalogue import Nothing
from chalicelib.operations.imports import Rows

SERVICES = columns.table(catalogue_sheet.MEANINGS, catalogue_sheet.REQUIRED, "Columns of services")
OFFICES = columns.table(
    catalogue_offices.MEANINGS, catalogue_offices.REQUIRED, "Columns with --offices"
)
offices_option = click.option("--offices", is_flag=True, help="Offices instead of services.")


@click.group()
def catalogue() -> None:
    """Services and offices: their documents, fees, times, places, each with its source."""


@catalogue.command("import")
@offices_option
@imports.options
def import_(file: Path, *, offices: bool, dry_run: bool, as_json: bool, as_: str | None) -> None:
    """Take the services (or offices) of a CSV or .xlsx file.

    Good rows are taken, each other row is listed with its fault; what the file does not name
    stays. Try it with --dry-run first.
    """
    intake = operations.take_offices if offices else operations.take_services
    desk.taken(intake, file, lambda row: Rows(**row), dry_run=dry_run, as_json=as_json, as_=as_)


@catalogue.command()
@offices_option
@imports.force_option
@imports.file_argument
def export(file: Path, *, offices: bool, force: bool) -> None:
    """Write the services (or offices) as a CSV or .xlsx file that `import` reads back."""
    table = TABLES["offices" if offices else "services"]
    told = desk.asked_of(operations.offices if offices else operations.services, Nothing())
    rows = ([row[column] for column in table.columns] for row in told.answer)
    imports.export(file, table.columns, rows, force=force)


@catalogue.command(epilog=f"{SERVICES}\n\n{OFFICES}")
@offices_option
@imports.force_option
@imports.file_argument
def template(file: Path, *, offices: bool, force: bool) -> None:
    """Write an empty CSV or .xlsx file with the columns of services (or offices)."""
    imports.template(file, TABLES["offices" if offices else "services"].columns, force=force)
