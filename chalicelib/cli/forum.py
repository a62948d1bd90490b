"""This file is `owl forum`: plan forums, see what they send and to how many, answer questions."""

from pathlib import Path

import click

from chalicelib.capabilities import forums_sheet
from chalicelib.cli import columns, desk, imports
from chalicelib.cli.desk import done, words_of
from chalicelib.cli.forum_agreeing import approve
from chalicelib.cli.forum_talk import actions, answer, attendance, questions
from chalicelib.cli.options import as_option, json_option
from chalicelib.errors import NotAcceptable
from chalicelib.operations import forums
from chalicelib.operations.forums import Listing, Move, OneForum, Plan
from chalicelib.operations.imports import Rows


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
    venue, agenda = words_of(words, "venue"), words_of(words, "agenda")
    if not venue:
        raise NotAcceptable("--venue: say where people meet; without it nobody can come")
    asked = Plan(commune=commune, at=at, venue=venue, agenda=agenda, organizer=organizer)
    done(forums.add, asked, as_=as_, as_json=as_json)


@forum.command("import")
@imports.options
def import_(file: Path, *, dry_run: bool, as_json: bool, as_: str | None) -> None:
    """Plan the forums of a CSV or .xlsx file.

    A forum that is there already is left as it is, also where it was moved or cancelled since.
    With --dry-run it says to how many people they would write, in how many parts, at what price.
    """
    desk.taken(
        forums.take, file, lambda row: Rows(**row), dry_run=dry_run, as_json=as_json, as_=as_
    )


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
    asked = Move(code=code, at=at, venue=words_of(words, "venue"))
    done(forums.move, asked, as_=as_, as_json=as_json)


@forum.command()
@click.argument("code")
@as_option
@json_option
def cancel(code: str, as_: str | None, *, as_json: bool) -> None:
    """Cancel a forum: who said yes or nothing is told, and no reminder goes out any more."""
    done(forums.cancel, OneForum(code=code), as_=as_, as_json=as_json)


@forum.command("list")
@click.option("--all", "all_", is_flag=True, help="Also those that are over.")
@json_option
def list_(*, all_: bool, as_json: bool) -> None:
    """List the forums to come."""
    done(forums.list_, Listing(all=all_), as_json=as_json)


@forum.command()
@click.argument("code")
@json_option
def show(code: str, *, as_json: bool) -> None:
    """Tell everything about one forum: when, where, who said what, what came of it."""
    done(forums.show, OneForum(code=code), as_json=as_json)


@forum.command()
@click.argument("code")
@json_option
def timeline(code: str, *, as_json: bool) -> None:
    """Print every message of a forum: when, to how many, who is left out and why, what it costs."""
    done(forums.timeline, OneForum(code=code), as_json=as_json)
