"""This file is `owl report`: the monitoring tables, on screen, as files and as charts."""

from pathlib import Path
from typing import Any

import click
from msgspec import json, structs

from chalicelib.cli.desk import Asker
from chalicelib.errors import NotAcceptable
from chalicelib.operations import reports
from chalicelib.operations.reports import Table, Titles, Wanted
from chalicelib.reports.every import REPORTS
from chalicelib.reports.words import LANGUAGES, title

ALL = "all"
SCREEN, CSV, JSON, CHART = "table", "csv", "json", "chart"
# What only `owl` needs of a table.
FOR_FILES = ("stem", "written")
SUFFIXES = {SCREEN: "txt", CSV: "csv", JSON: "json", CHART: "svg"}
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
    choice = {what: code for what, code in only.items() if code}
    wanted = {"period": period, "by": list(by), "language": language, "target": target, **choice}
    asker = Asker()
    if name == ALL:
        _write_all(asker, wanted, form or CSV, out)
        return
    table = _asked(asker, {**wanted, "name": name}, form or SCREEN)
    if out is None and form != CHART:
        click.echo(_written(table, form or SCREEN), nl=form != CSV)
        return
    path = out or Path(f"{table.stem}.{SUFFIXES[form or SCREEN]}")
    written = _written(table, form or SCREEN)
    if written is None:
        raise NotAcceptable(f"table {table.table} has no chart: leave out --format chart")
    _save(path, written)
    click.echo(f"{path}: {table.title}")


def _asked(asker: Asker, wanted: dict[str, Any], form: str) -> Table:
    written = SCREEN if form == JSON else form
    return asker.ask(reports.show, Wanted(**wanted, written=written)).answer  # type: ignore[arg-type]


def _written(table: Table, form: str) -> str | None:
    if form != JSON:
        return table.written
    plain = {one: each for one, each in structs.asdict(table).items() if one not in FOR_FILES}
    return json.format(json.encode(plain)).decode()


def _write_all(asker: Asker, wanted: dict[str, Any], form: str, out: Path | None) -> None:
    if out is None:
        raise NotAcceptable("all tables go into a folder: add --out DIR")
    if wanted["by"]:
        raise NotAcceptable("tables are divided one by one: leave out --by, or name a table")
    out.mkdir(parents=True, exist_ok=True)
    for one in asker.ask(reports.list_, Titles()).answer:
        for each in (form, CHART) if form != CHART else (CHART,):
            try:
                table = _asked(asker, {**wanted, "name": one.name}, each)
            except NotAcceptable as fault:
                # Not every table knows what is chosen.
                click.echo(f"left out: {fault}", err=True)
                break
            written = _written(table, each)
            if written is not None:
                _save(out / f"{table.stem}.{SUFFIXES[each]}", written)
        else:
            click.echo(f"{table.stem}: {table.title}")


def _save(path: Path, written: str) -> None:
    try:
        path.write_text(written, encoding="utf-8", newline="")
    except OSError as fault:
        raise NotAcceptable(f"{path} cannot be written: {fault.strerror}") from None
