"""This file is `owl tickets`: where applications stand, from the files of an office."""

from pathlib import Path

import click

from chalicelib.capabilities import tickets_sheet
from chalicelib.cli import columns, desk, imports
from chalicelib.cli.options import json_option
from chalicelib.operations import tickets as operations
from chalicelib.operations.imports import TicketRows
from chalicelib.operations.tickets import OneTicket


@click.group()
def tickets() -> None:
    """Tickets: the stage of each application, by its number."""


@tickets.command("import")
@click.option("--office", default="", help="Take rows of this office only, as 0212.")
@imports.options
def import_(file: Path, office: str, *, dry_run: bool, as_json: bool, as_: str | None) -> None:
    """Take the tickets of a CSV or .xlsx file.

    Every row is checked first, then the good ones are taken and each other one is listed with
    its fault. The same file again changes nothing. Try it with --dry-run first.
    """
    desk.taken(
        operations.take,
        file,
        lambda row: TicketRows(**row, office=office),
        dry_run=dry_run,
        as_json=as_json,
        as_=as_,
    )


@tickets.command()
@click.argument("number")
@json_option
def show(number: str, *, as_json: bool) -> None:
    """Say where one application stands, with every stage it came to."""
    desk.done(operations.show, OneTicket(number=number), as_json=as_json)


@tickets.command(epilog=columns.table(tickets_sheet.MEANINGS, tickets_sheet.REQUIRED))
@imports.force_option
@imports.file_argument
def template(file: Path, *, force: bool) -> None:
    """Write an empty CSV or .xlsx file with the columns of tickets."""
    imports.template(file, tickets_sheet.COLUMNS, force=force)
