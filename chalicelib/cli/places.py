"""This file is `owl places`: provinces, districts and communes, to look up and to import."""

from pathlib import Path

import click

from chalicelib.capabilities import catalogue_places_sheet
from chalicelib.cli import columns, desk, imports
from chalicelib.cli.options import json_option
from chalicelib.operations import catalogue as operations
from chalicelib.operations.catalogue import Nothing, Sought
from chalicelib.operations.imports import Rows

SHOW = "show"


class Lookup(click.Group):
    """A group in which what is no command is the place to look up."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `show` before a code, a name, or nothing at all."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [SHOW, *args]
        return super().parse_args(ctx, args)


@click.group(cls=Lookup, subcommand_metavar="[CODE|NAME] | COMMAND ...")
def places() -> None:
    """Provinces, districts and communes: `owl places 0212`, `owl places kamrieng`."""


@places.command()
@click.argument("wanted", nargs=-1)
@json_option
def show(wanted: tuple[str, ...], *, as_json: bool) -> None:
    """Show a place by code or by name in any spelling, and what lies in it; all provinces alone."""
    desk.done(operations.find, Sought(text=" ".join(wanted)), as_json=as_json)


@places.command("import")
@imports.options
def import_(file: Path, *, dry_run: bool, as_json: bool, as_: str | None) -> None:
    """Take the places of a CSV or .xlsx file, each after the one it lies in."""
    desk.taken(
        operations.take_places,
        file,
        lambda row: Rows(**row),
        dry_run=dry_run,
        as_json=as_json,
        as_=as_,
    )


@places.command()
@imports.force_option
@imports.file_argument
def export(file: Path, *, force: bool) -> None:
    """Write the places as a CSV or .xlsx file that `import` reads back."""
    columns_ = catalogue_places_sheet.COLUMNS
    told = desk.asked_of(operations.places, Nothing())
    rows = ([row[column] for column in columns_] for row in told.answer)
    imports.export(file, columns_, rows, force=force)


@places.command(
    epilog=columns.table(catalogue_places_sheet.MEANINGS, catalogue_places_sheet.REQUIRED)
)
@imports.force_option
@imports.file_argument
def template(file: Path, *, force: bool) -> None:
    """Write an empty CSV or .xlsx file with the columns of places."""
    imports.template(file, catalogue_places_sheet.COLUMNS, force=force)
