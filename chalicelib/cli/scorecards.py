"""This file is `owl scorecards`: what meetings wrote on paper, from a file."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.cli import columns, imports, stage
from chalicelib.duties.imports import note
from chalicelib.errors import NotFound
from chalicelib.reports import cards
from chalicelib.reports.cards import Rules
from chalicelib.sheets.read import opened
from chalicelib.storage.figures import DynamoFigures


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
    sheet = opened(file, cards.COLUMNS, cards.REQUIRED)
    side = stage.staff_side()
    who = stage.who(side, as_)
    known = side.catalogue.load() or EMPTY
    if not known.offices:
        raise NotFound("no offices are known yet: run `owl catalogue import` first")
    rules = Rules(frozenset(known.offices), side.today())
    stored = DynamoFigures(side.database)
    months = cards.months_of(sheet, rules)
    there = {one.key: one for month in months for one in stored.cards(month)}
    now = side.clock.now().astimezone(ZoneInfo(side.settings.timezone))
    published = {one.month for one in there.values()} & {*stored.closed(months, now)}
    taken, report = cards.take(sheet, replace(rules, published=published), there)
    report.dry_run = dry_run
    if not dry_run:
        stored.save_cards(taken)
    note(side, who, "import scorecards", report)
    imports.finish(report, as_json=as_json)


@scorecards.command(epilog=columns.table(cards.MEANINGS, cards.REQUIRED))
@imports.force_option
@imports.file_argument
def template(file: Path, *, force: bool) -> None:
    """Write an empty CSV or .xlsx file with the columns of scorecards."""
    imports.template(file, cards.COLUMNS, force=force)
