"""This file is `owl report`: the monitoring tables, on screen, as files and as charts."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from chalicelib.capabilities.catalogue import Catalogue
from chalicelib.cli import stage
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.figures import StageFigures
from chalicelib.reports.every import REPORTS
from chalicelib.reports.every import report as named
from chalicelib.reports.layout import Sheet, chart_of, csv_of, plain_of, text_of
from chalicelib.reports.periods import Period
from chalicelib.reports.tables import Query, Report
from chalicelib.reports.words import LANGUAGES, title

ALL = "all"
SCREEN, CSV, JSON, CHART = "table", "csv", "json", "chart"
SUFFIXES = {SCREEN: "txt", CSV: "csv", JSON: "json", CHART: "svg"}
PLACES = ("province", "district", "office")
AS_WRITTEN = "\b"
NAMES = "\n".join(
    [
        AS_WRITTEN,
        "Tables:",
        *(f"{one.number:>4}  {one.name:13} {title(one.name, 'en')}" for one in REPORTS.values()),
    ]
)


@click.command(epilog=NAMES)
@click.argument("name")
@click.option("--period", required=True, help="Month, quarter or year: 2020-11, 2020-Q4, 2020.")
@click.option("--by", multiple=True, help="What to divide by, as district; repeat it.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(SUFFIXES)),
    help="How to give it: a table on screen unless told, files for all.",
)
@click.option("--out", type=click.Path(path_type=Path), help="File to write; a folder for all.")
@click.option(
    "--language", default="en", type=click.Choice(LANGUAGES), help="Language of the headings."
)
@click.option("--province", help="Only this province, by code.")
@click.option("--district", help="Only this district, by code.")
@click.option("--office", help="Only this office, by code.")
@click.option("--service", help="Only this service, by code.")
@click.option("--channel", type=click.Choice(["ussd", "sms", "both"]), help="Only this way.")
@click.option("--spoken", help="Only who uses OWL in this language: en, km or km-Latn.")
@click.option("--target", default=0, help="People to reach in the period, for the table reach.")
def report(
    name: str,
    *,
    period: str,
    by: tuple[str, ...],
    form: str | None,
    out: Path | None,
    language: str,
    target: int,
    **only: str | None,
) -> None:
    """Print a table of a period, or write all of them into a folder.

    Each says what it counts and what it misses. Fewer than 10 people are never told of, and the
    figures of a month are there once it is over. NAME is a name or number from below, or all.
    """
    source = StageFigures(stage.staff_side())
    query = Query(Period.read(period), by, _only(only, source.catalogue), target)
    if name == ALL:
        _write_all(source, query, language, form or CSV, out)
        return
    asked = named(name)
    sheet = _sheet(source, asked, asked.asked(query), language)
    if out is None and form != CHART:
        _print(sheet, form or SCREEN)
        return
    path = out or Path(f"{_stem(sheet)}.{SUFFIXES[form or SCREEN]}")
    written = _written(sheet, form or SCREEN)
    if written is None:
        raise NotAcceptable(f"table {asked.name} has no chart: leave out --format chart")
    _save(path, written)
    click.echo(f"{path}: {sheet.title}")


def _only(only: Mapping[str, str | None], known: Catalogue) -> dict[str, str]:
    """Return what the table is chosen from by; the zero that a code lacks is put back.

    Raises:
        NotFound: nothing has the code.
    """
    given = {"language" if one == "spoken" else one: code for one, code in only.items() if code}
    found: dict[str, str] = {}
    for what, code in given.items():
        padded = code.zfill(len(code) + len(code) % 2) if what in PLACES else code
        places = known.offices if what == "office" else known.places
        if (what in PLACES and padded not in places) or (
            what == "service" and code not in known.services
        ):
            raise NotFound(f"no {what} has the code {code}: see `owl catalogue export` and places")
        found[what] = padded
    return found


def _sheet(source: StageFigures, asked: Report, query: Query, language: str) -> Sheet:
    table = asked.make(query, source)
    return Sheet(asked, query, table, language, source.catalogue, source.synthetic)


def _print(sheet: Sheet, form: str) -> None:
    click.echo(_written(sheet, form), nl=form != CSV)


def _written(sheet: Sheet, form: str) -> str | None:
    if form == JSON:
        return json.dumps(plain_of(sheet), ensure_ascii=False, indent=2)
    return {SCREEN: text_of, CSV: csv_of, CHART: chart_of}[form](sheet)


def _write_all(
    source: StageFigures, query: Query, language: str, form: str, out: Path | None
) -> None:
    if out is None:
        raise NotAcceptable("all tables go into a folder: add --out DIR")
    if query.by:
        raise NotAcceptable("tables are divided one by one: leave out --by, or name a table")
    out.mkdir(parents=True, exist_ok=True)
    for sheet in _sheets(source, query, language):
        for one in (form, CHART) if form != CHART else (CHART,):
            written = _written(sheet, one)
            if written is not None:
                _save(out / f"{_stem(sheet)}.{SUFFIXES[one]}", written)
        click.echo(f"{_stem(sheet)}: {sheet.title}")


def _sheets(source: StageFigures, query: Query, language: str) -> Iterator[Sheet]:
    """Give every table that knows what is chosen; the others are named and left out."""
    for one in REPORTS.values():
        try:
            asked = one.asked(query)
        except NotAcceptable as fault:
            click.echo(f"left out: {fault}", err=True)
            continue
        yield _sheet(source, one, asked, language)


def _stem(sheet: Sheet) -> str:
    mark = "-made-up" if sheet.synthetic else ""
    return f"{sheet.report.number:02}-{sheet.report.name}-{sheet.query.period.name}{mark}"


def _save(path: Path, written: str) -> None:
    try:
        path.write_text(written, encoding="utf-8", newline="")
    except OSError as fault:
        raise NotAcceptable(f"{path} cannot be written: {fault.strerror}") from None
