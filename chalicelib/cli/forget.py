"""This file is `owl forget`: one citizen out of every table that their number leads to."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict

import click

from chalicelib.capabilities import subscribers_forget
from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.subscribers_forget import UNREACHED, Erased
from chalicelib.cli import stage
from chalicelib.cli.options import as_option, json_option
from chalicelib.telecom import msisdn, typed_numbers

REMAINS = 1
HEAD = ("place", "found", "left")
STOPPED = "A STOP of theirs is forgotten too: take them off every list before it is imported again."


@click.command()
@click.argument("number")
@as_option
@json_option
@click.option("--dry-run", is_flag=True, help="Say what is there; erase nothing.")
def forget(number: str, *, as_: str | None, as_json: bool, dry_run: bool) -> None:
    """Erase everything that a phone number leads to, then read it all again.

    NUMBER may be in any spelling; `-` reads it from the input, so that no shell remembers it.
    Ratings and complaints are not reached: nobody, and no number, can tell whose they are.
    Exit code 1 if anything of it is left.
    """
    side = stage.staff_side()
    who = stage.who(side, as_)
    text = sys.stdin.readline() if number == "-" else number
    countries = msisdn.codes_of(side.settings.countries)
    whole = typed_numbers.read(text, side.settings.country, countries)
    done = subscribers_forget.forget(side.party(whole), side.traces(), dry_run=dry_run)
    if not dry_run:
        details = {"found": sum(one.found for one in done), "left": sum(one.left for one in done)}
        side.audit.note(Deed(who, "forget", details))
    told = _plain(whole, done, dry_run=dry_run)
    lines = _lines(whole, done, dry_run=dry_run)
    click.echo(json.dumps(told, indent=2) if as_json else "\n".join(lines))
    sys.exit(REMAINS if any(one.left for one in done) and not dry_run else 0)


def _plain(number: str, done: Sequence[Erased], *, dry_run: bool) -> dict[str, object]:
    return {
        "number": msisdn.masked(number),
        "dry_run": dry_run,
        "places": [asdict(one) for one in done],
        "left": sum(one.left for one in done),
        "unreached": dict(UNREACHED),
    }


def _lines(number: str, done: Sequence[Erased], *, dry_run: bool) -> Iterator[str]:
    yield f"{msisdn.masked(number)}:"
    rows = [HEAD, *((one.name, str(one.found), str(one.left)) for one in done)]
    width = max(len(name) for name, *_ in rows)
    yield from (f"  {name:<{width}}  {found:>5}  {left:>5}" for name, found, left in rows)
    yield _verdict(done, dry_run=dry_run)
    yield "Not reached:"
    width = max(len(what) for what, _ in UNREACHED)
    yield from (f"  {what:<{width}}  {why}" for what, why in UNREACHED)
    if not dry_run:
        yield STOPPED


def _verdict(done: Sequence[Erased], *, dry_run: bool) -> str:
    if dry_run:
        return "Nothing was erased: this was a dry run."
    if any(one.left for one in done):
        return "Something is left, or came while this ran: run it again."
    return "Read again: nothing is left."
