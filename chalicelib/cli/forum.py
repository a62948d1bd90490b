"""This file is `owl forum`: plan forums, see what they send and to how many, answer questions."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from chalicelib.capabilities import forums_sheet
from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.forums import (
    Draft,
    Forum,
)
from chalicelib.cli import columns, imports, stage
from chalicelib.cli.forum_agreeing import approve
from chalicelib.cli.forum_talk import actions, answer, attendance, questions
from chalicelib.cli.forum_told import told
from chalicelib.cli.options import as_option, json_option
from chalicelib.duties.codes import code_of
from chalicelib.duties.forum_foresight import foresight
from chalicelib.duties.forum_lines import (
    described,
    in_line,
    plain_forum,
)
from chalicelib.duties.forum_timeline import plain_timeline, timeline_of, waits_of, words_digest
from chalicelib.duties.forum_venue import long_venue
from chalicelib.duties.forums import added, called_off, moved_to, planned_by
from chalicelib.duties.imports import note
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.sheets.read import opened
from chalicelib.staff import Office

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def forum() -> None:
    """Forums: invite people of a commune, remind them, collect answers and questions."""


for _command in (approve, questions, answer, attendance, actions):
    forum.add_command(_command)


@forum.command()
@click.option("--commune", required=True, help="Code of the commune, as 021201.")
@click.option("--venue", required=True, help="Where people meet, short.")
@click.option("--venue-km", default="", help="The same in Khmer.")
@click.option("--venue-latn", default="", help="The same in Khmer with Latin letters.")
@click.option("--at", required=True, help="When, as '2026-12-05 08:30', in the stage's time.")
@click.option("--agenda", required=True, help="What it is about.")
@click.option("--agenda-km", default="", help="The same in Khmer.")
@click.option("--agenda-latn", default="", help="The same in Khmer with Latin letters.")
@click.option("--organizer", default="", help="Who invites; the stage's sender name if not given.")
@as_option
@json_option
def add(
    commune: str, at: str, organizer: str, as_: str | None, *, as_json: bool, **words: str
) -> None:
    """Plan one forum. Its invitation goes out by itself within the hours of sending.

    Where it would go to more than 200 people it waits for `owl forum approve` by somebody else.
    """
    side = stage.staff_side()
    zone = ZoneInfo(side.settings.timezone)
    padded = commune.zfill(6)
    if padded not in (side.catalogue.load() or EMPTY).places:
        raise NotFound(f"no commune has the code {commune}: see `owl places`")
    if not _text(words, "venue"):
        raise NotAcceptable("--venue: say where people meet; without it nobody can come")
    draft = Draft(
        padded,
        _text(words, "venue"),
        forums_sheet.moment_of(at, zone),
        _text(words, "agenda"),
    )
    made = added(side, draft, organizer, stage.who(side, as_))
    told(side, made, as_json=as_json)
    _warned(side, made)


@forum.command("import")
@imports.options
def import_(file: Path, *, dry_run: bool, as_json: bool, as_: str | None) -> None:
    """Plan the forums of a CSV or .xlsx file.

    A forum that is there already is left as it is, also where it was moved or cancelled since.
    With --dry-run it says to how many people they would write, in how many parts, at what price.
    """
    sheet = opened(file, forums_sheet.COLUMNS, forums_sheet.REQUIRED)
    side = stage.staff_side()
    places = (side.catalogue.load() or EMPTY).places
    there = {place for one in side.forums.all() for place in one.planned_for}
    zone = ZoneInfo(side.settings.timezone)
    rules = forums_sheet.Rules(places, there, side.clock.now(), zone)
    made: list[Forum] = []
    who, plan = stage.who(side, as_), planned_by if dry_run else added
    report = forums_sheet.take(
        sheet, rules, lambda draft: made.append(plan(side, draft, "", who)), dry_run=dry_run
    )
    note(side, who, "import forums", report)
    report.notices += foresight(side, made) if dry_run else ()
    report.notices += [line for one in made for line in long_venue(side, one)]
    if not as_json and not dry_run:
        click.echo("".join(f"{in_line(side, one)}\n" for one in made), nl=False)
    imports.finish(report, as_json=as_json)


@forum.command(epilog=columns.table(forums_sheet.MEANINGS, forums_sheet.REQUIRED))
@imports.force_option
@imports.file_argument
def template(file: Path, *, force: bool) -> None:
    """Write an empty CSV or .xlsx file with the columns of forums."""
    imports.template(file, forums_sheet.COLUMNS, force=force)


@forum.command()
@click.argument("code")
@click.option("--at", default="", help="The new time, as '2026-12-05 08:30'.")
@click.option("--venue", default="", help="The new place.")
@click.option("--venue-km", default="", help="The new place in Khmer.")
@click.option("--venue-latn", default="", help="The new place in Khmer with Latin letters.")
@as_option
@json_option
def move(code: str, at: str, as_: str | None, *, as_json: bool, **words: str) -> None:
    """Move a forum: who was invited is told, and every reminder is reckoned anew.

    With --venue the place is another in every language; --venue-km or --venue-latn without it says
    the same place in other words.
    """
    side = stage.staff_side()
    who, old = stage.who(side, as_), side.forums.known(code)
    moment = forums_sheet.moment_of(at, ZoneInfo(side.settings.timezone)) if at else None
    new = moved_to(side, old, who, at=moment, venue=_text(words, "venue"))
    told(side, side.forums.known(code), as_json=as_json)
    _warned(side, new)


@forum.command()
@click.argument("code")
@as_option
@json_option
def cancel(code: str, as_: str | None, *, as_json: bool) -> None:
    """Cancel a forum: who said yes or nothing is told, and no reminder goes out any more."""
    side = stage.staff_side()
    who, old = stage.who(side, as_), side.forums.known(code)
    new = called_off(side, old, who)
    told(side, new, as_json=as_json)


@forum.command("list")
@click.option("--all", "all_", is_flag=True, help="Also those that are over.")
@json_option
def list_(*, all_: bool, as_json: bool) -> None:
    """List the forums to come."""
    side = stage.staff_side()
    now = side.clock.now()
    found = [one for one in side.forums.all() if all_ or (one.is_on and one.at > now)]
    if as_json:
        click.echo(json.dumps([plain_forum(one) for one in found], ensure_ascii=False, indent=2))
        return
    lines = [in_line(side, one) for one in sorted(found, key=lambda one: one.at)]
    click.echo("\n".join(lines) or "No forum is planned: see `owl forum add --help`.")


@forum.command()
@click.argument("code")
@json_option
def show(code: str, *, as_json: bool) -> None:
    """Tell everything about one forum: when, where, who said what, what came of it."""
    side = stage.staff_side()
    one = side.forums.known(code)
    seen = code_of(words_digest(timeline_of(side, one)))
    facts = {**described(side, one), "waits": waits_of(side, one), "seen": seen}
    click.echo(json.dumps(facts, ensure_ascii=False, indent=2) if as_json else _block(facts))


@forum.command()
@click.argument("code")
@json_option
def timeline(code: str, *, as_json: bool) -> None:
    """Print every message of a forum: when, to how many, who is left out and why, what it costs."""
    side = stage.staff_side()
    steps = timeline_of(side, side.forums.known(code))
    if as_json:
        plain = [plain_timeline(one) for one in steps]
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
        return
    click.echo("\n\n".join("\n".join(one.lines(side)) for one in steps) or "No message is left.")
    if waits_of(side, side.forums.known(code)):
        click.echo(f"\ncode: {code_of(words_digest(steps))}")


def _text(words: dict[str, str], name: str) -> dict[str, str]:
    found = {"en": words[name], "km": words[f"{name}_km"], "km-Latn": words[f"{name}_latn"]}
    return {language: text for language, text in found.items() if text}


def _warned(side: Office, one: Forum) -> None:
    for line in long_venue(side, one):
        click.echo(f"Note: {line}", err=True)


def _block(told: dict[str, Any]) -> str:
    width = max(map(len, told))
    return "\n".join(f"{name:{width}}  {_shown(value)}" for name, value in told.items())


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {one}" for name, one in value.items()) or "-"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%y %H:%M}"
    return "-" if value in (None, "") else str(value)
