"""This file is `owl scorecards`: what meetings wrote on paper, from a file."""

from pathlib import Path

import click

from chalicelib.cli import columns, desk, imports
from chalicelib.operations import reports
from chalicelib.operations.imports import Rows
from chalicelib.reports import cards


@click.group()
def scorecards() -> None:
    """Paper scorecards: the answers of meetings, told beside those by phone and never with them."""


@scorecards.command("import")
@imports.options
def import_(file: Path, *, dry_run: bool, as_json: bool, as_: str | None) -> None:
    """Take the scorecards of a CSV or .xlsx file: a row for each question and answer of a meeting.

    A row about the same meeting, question and answer replaces the one before; the same file again
    changes nothing. Cards of a month come in whole before its figures are published, or once
    after; then they stay. Try it with --dry-run first.
    """
    desk.taken(
        reports.take, file, lambda row: Rows(**row), dry_run=dry_run, as_json=as_json, as_=as_
    )


@scorecards.command(epilog=columns.table(cards.MEANINGS, cards.REQUIRED))
@imports.force_option
@imports.file_argument
def template(file: Path, *, force: bool) -> None:
    """Write an empty CSV or .xlsx file with the columns of scorecards."""
    imports.template(file, cards.COLUMNS, force=force)
