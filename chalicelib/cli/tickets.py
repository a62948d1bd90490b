"""This file is `owl tickets`: where applications stand, from the files of an office."""

from pathlib import Path

import click

from chalicelib.capabilities import tickets_sheet
from chalicelib.cli import columns, imports, stage
from chalicelib.duties.tickets import taken
from chalicelib.sheets.read import opened


@click.group()
def tickets() -> None:
    """Tickets: the stage of each application, by its number."""


@tickets.command("import")
@click.option("--office", "code", default="", help="Take rows of this office only, as 0212.")
@imports.options
def import_(file: Path, code: str, *, dry_run: bool, as_json: bool, as_: str | None) -> None:
    """Take the tickets of a CSV or .xlsx file.

    Every row is checked first, then the good ones are taken and each other one is listed with
    its fault. The same file again changes nothing. Try it with --dry-run first.
    """
    sheet = opened(file, tickets_sheet.COLUMNS, tickets_sheet.REQUIRED)
    side = stage.staff_side()
    who = stage.who(side, as_)
    with imports.progress(2 * sheet.count, sheet.name) as tick:
        report, told = taken(side, sheet, who, code, dry_run=dry_run, tick=tick)
    if told:
        click.echo(f"People wait for news of {told} of these tickets: they get an SMS.", err=True)
    imports.finish(report, as_json=as_json)


@tickets.command(epilog=columns.table(tickets_sheet.MEANINGS, tickets_sheet.REQUIRED))
@imports.force_option
@imports.file_argument
def template(file: Path, *, force: bool) -> None:
    """Write an empty CSV or .xlsx file with the columns of tickets."""
    imports.template(file, tickets_sheet.COLUMNS, force=force)
