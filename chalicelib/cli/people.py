"""This file is `owl people`: lists of who agreed to get SMS go in, and only counts come out."""

from pathlib import Path

import click

from chalicelib.capabilities import subscribers_sheet
from chalicelib.capabilities.subscribers import TOPICS
from chalicelib.cli import columns, desk, imports
from chalicelib.cli.options import json_option
from chalicelib.dialog.book import LANGUAGES
from chalicelib.operations import people as operations
from chalicelib.operations.imports import Rows
from chalicelib.operations.people import Which


@click.group()
def people() -> None:
    """People who get SMS: lists in, counts out. No number ever comes out again."""


@people.command("import")
@imports.options
def import_(file: Path, *, dry_run: bool, as_json: bool, as_: str | None) -> None:
    """Take a CSV or .xlsx list of people who agreed to get SMS.

    Numbers may be in any spelling, and each person is taken once. Who said STOP stays out. Every
    other row is listed with its fault, never with its number. Try it with --dry-run first.
    """
    desk.taken(
        operations.take, file, lambda row: Rows(**row), dry_run=dry_run, as_json=as_json, as_=as_
    )


@people.command(epilog=columns.table(subscribers_sheet.MEANINGS, subscribers_sheet.REQUIRED))
@imports.force_option
@imports.file_argument
def template(file: Path, *, force: bool) -> None:
    """Write an empty CSV or .xlsx file with the columns of people."""
    imports.template(file, subscribers_sheet.COLUMNS, force=force)


@people.command()
@click.option("--commune", "wanted", multiple=True, help="Also a district or province; repeat it.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    type=click.Choice(LANGUAGES),
    help="Only these; repeat it.",
)
@click.option(
    "--topic", "topics", multiple=True, type=click.Choice(TOPICS), help="Only these; repeat it."
)
@json_option
def count(
    wanted: tuple[str, ...],
    languages: tuple[str, ...],
    topics: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Count the people of places, by code or name: how many, who agreed, who said STOP.

    Without --commune everybody who named a commune is counted. Who chose no topic hears of all,
    and who chose no language is written to in the stage's own.
    """
    asked = Which(communes=list(wanted), languages=list(languages), topics=list(topics))
    desk.done(operations.count, asked, as_json=as_json)
