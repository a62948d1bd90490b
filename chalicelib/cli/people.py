"""This file is `owl people`: lists of who agreed to get SMS go in, and only counts come out."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import lru_cache, partial
from pathlib import Path

import click

from chalicelib.capabilities import catalogue_places, subscribers_sheet
from chalicelib.capabilities.broadcasts import Audience
from chalicelib.capabilities.subscribers import TOPICS
from chalicelib.capabilities.subscribers_count import Counts, Tally, counted
from chalicelib.capabilities.subscribers_import import take
from chalicelib.capabilities.subscribers_sheet import Rules
from chalicelib.cli import columns, imports, stage
from chalicelib.cli.options import json_option
from chalicelib.dialog.book import LANGUAGES
from chalicelib.duties.imports import note
from chalicelib.duties.places import codes_of, places_of
from chalicelib.settings import Settings
from chalicelib.sheets.read import opened
from chalicelib.staff import Office
from chalicelib.telecom import typed_numbers

PROVINCE_DIGITS = 2
HEAD = ("", "people", "consented", "said STOP", "may be sent to")


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
    sheet = opened(file, subscribers_sheet.COLUMNS, subscribers_sheet.REQUIRED)
    side = stage.staff_side()
    who, rules = stage.who(side, as_), rules_of(side)
    with imports.progress(2 * sheet.count, sheet.name) as tick:
        report = take(sheet, rules, side.people, dry_run=dry_run, tick=tick)
    note(side, who, "import people", report)
    imports.finish(report, as_json=as_json)


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
    side = stage.staff_side()
    known = places_of(side)
    audience = Audience(
        communes=tuple(codes_of(known, wanted)),
        languages=frozenset(languages),
        topics=frozenset(topics),
    )
    tally = counted(side.audience.members(audience), side.settings.default_language)
    click.echo(json.dumps(_plain(tally), indent=2) if as_json else "\n".join(_lines(tally)))


def rules_of(side: Office) -> Rules:
    """Return what the rows of a list are held to on a stage.

    Raises:
        NotFound: no places are known yet.
    """
    known = places_of(side)

    @lru_cache(maxsize=4096)
    def communes(text: str) -> tuple[str, ...]:
        return tuple(one.code for one in catalogue_places.communes(known, text))

    return Rules(side.today(), partial(_number, side.settings), communes, side.people.key)


def _number(settings: Settings, text: str) -> str:
    countries = [one.strip() for one in settings.countries.split(",")]
    return typed_numbers.read(text, settings.country, countries)


def _plain(tally: Tally) -> dict[str, object]:
    languages = {one: asdict(tally.languages.get(one, Counts())) for one in LANGUAGES}
    return {**asdict(tally.everybody), "languages": languages}


def _lines(tally: Tally) -> Iterator[str]:
    rows = [("everybody", tally.everybody), *sorted(tally.languages.items())]
    cells = [HEAD, *((name, *_figures(counts)) for name, counts in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for first, *others in cells:
        aligned = [f"{one:>{width}}" for one, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([f"{first:<{widths[0]}}", *aligned]).rstrip()


def _figures(counts: Counts) -> Iterable[str]:
    return (f"{one:,}" for one in asdict(counts).values())
