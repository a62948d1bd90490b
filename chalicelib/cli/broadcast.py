"""This file is `owl broadcast`: one message to many, drafted, agreed to by two, sent, accounted."""

import sys
import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

import click

from chalicelib.capabilities.ledger import PAUSED, PLANNED, Head
from chalicelib.cli import stage
from chalicelib.cli.agreeing import seen_option, sure
from chalicelib.cli.broadcast_draft import draft, resend_unconfirmed
from chalicelib.cli.options import as_option, json_option, printed
from chalicelib.duties import broadcast_lines as lines
from chalicelib.duties.broadcasts import (
    approvable,
    approved,
    let_go,
    planned,
    previewed,
    resumed,
)
from chalicelib.duties.codes import code_of
from chalicelib.errors import NotAcceptable
from chalicelib.staff import Office

LOOK_SECONDS, FAULT = 2.0, 1
# A look reads every chunk, so a long message is looked at less often.
CHUNKS_A_SECOND = 100


@click.group()
def broadcast() -> None:
    """Broadcasts: one message to many, each person at most once, every person accounted for."""


for _command in (draft, resend_unconfirmed):
    broadcast.add_command(_command)


@broadcast.command()
@click.argument("name")
@json_option
def preview(name: str, *, as_json: bool) -> None:
    """Say to how many a broadcast goes, who is skipped and why, parts, price, and when."""
    side = stage.staff_side()
    head = planned(side, name)
    seen = previewed(side, head)
    texts = side.ledger.body(head).texts
    zone = ZoneInfo(side.settings.timezone)
    told = lines.preview(head, seen, texts, zone)
    if head.state == PLANNED:
        code = code_of(head.digest)
        told.append(f"code: {code}")
        told.append(f"next: owl broadcast approve {name}, by somebody else than {head.author}")
    printed(told, lines.plain_preview(head, seen), as_json=as_json)


@broadcast.command()
@click.argument("name")
@seen_option
@as_option
@json_option
def approve(name: str, seen: str | None, as_: str | None, *, as_json: bool) -> None:
    """Agree to a broadcast: shows it and asks; not for who wrote it. An edit makes this void."""
    side = stage.staff_side()
    who, head = stage.who(side, as_), side.ledger.head(name)
    foreseen = approvable(side, head, who)
    if foreseen is not None:
        zone, texts = ZoneInfo(side.settings.timezone), side.ledger.body(head).texts
        shown = lines.preview(head, foreseen, texts, zone)
        sure(head.digest, seen, shown, f"owl broadcast preview {name}", as_json=as_json)
    head = approved(side, name, who, head.digest)
    told = f"{name}: {head.state}, asked by {head.author}, approved by {', '.join(head.signers)}"
    printed([told, f"next: owl broadcast send {name}"], lines.plain_head(head), as_json=as_json)


@broadcast.command()
@click.argument("name")
@click.option("--wait/--no-wait", default=True, help="Stay and show how far it is.")
@as_option
@json_option
def send(name: str, as_: str | None, *, wait: bool, as_json: bool) -> None:
    """Let an approved broadcast go; the hours of sending and its window still hold.

    Ctrl-C ends the showing, not the sending. Exit code 1 where it is paused or its sum is wrong.
    """
    side = stage.staff_side()
    who = stage.who(side, as_)
    head = let_go(side, name, who)
    if wait:
        head = _followed(side, name)
    _told(side, head, as_json=as_json)


@broadcast.command()
@click.argument("name")
@json_option
def status(name: str, *, as_json: bool) -> None:
    """Say how far a broadcast is."""
    side = stage.staff_side()
    _told(side, side.ledger.head(name), as_json=as_json)


@broadcast.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List what is open: not over yet, or over for less than 72 hours."""
    side = stage.staff_side()
    heads = [one for one in side.ledger.heads(side.ledger.open_ids()) if one is not None]
    told = [f"{one.id}  {one.kind}  {one.state}  {one.planned:,} people" for one in heads]
    printed(told or ["nothing is open"], [lines.plain_head(one) for one in heads], as_json=as_json)


@broadcast.command()
@click.argument("name")
@click.option("--why", default="paused by hand", help="Why, for who resumes it.")
@as_option
@json_option
def pause(name: str, why: str, as_: str | None, *, as_json: bool) -> None:
    """Stop sending for now; `owl broadcast resume` goes on."""
    pausing = lambda side: side.ledger.pause(name, why)  # noqa: E731
    _steer(name, as_, "pause broadcast", pausing, as_json=as_json, wanted=PAUSED)


@broadcast.command()
@click.argument("name")
@as_option
@json_option
def resume(name: str, as_: str | None, *, as_json: bool) -> None:
    """Go on with what is paused; nobody gets a second copy."""
    _steer(name, as_, "resume broadcast", lambda side: resumed(side, name), as_json=as_json)


@broadcast.command()
@click.argument("name")
@click.option("--why", default="cancelled by hand", help="Why, for who asks later.")
@as_option
@json_option
def cancel(name: str, why: str, as_: str | None, *, as_json: bool) -> None:
    """Stop a broadcast for good; what is being posted at this moment still goes out."""
    _steer(
        name, as_, "cancel broadcast", lambda side: side.ledger.cancel(name, why), as_json=as_json
    )


@broadcast.command()
@click.argument("name")
@json_option
def audit(name: str, *, as_json: bool) -> None:
    """Account for every person of a broadcast, one by one.

    Exit code 1 where the states do not add up to the audience, or somebody waits or is in doubt
    for over 72 hours.
    """
    side = stage.staff_side()
    head = side.ledger.head(name)
    found = lines.whole_sum(side, head)
    parts = lines.parts(side, head)
    told = [*lines.summed(head, found), f"  {'parts sent':16} {parts:>9,}"]
    printed(told, {**lines.plain_sum(head, found), "parts": parts}, as_json=as_json)
    if found.faults or not found.adds_up:
        sys.exit(FAULT)


def _steer(
    name: str,
    as_: str | None,
    deed: str,
    change: Callable[[Office], bool],
    *,
    as_json: bool,
    wanted: str = "",
) -> None:
    side = stage.staff_side()
    who, head = stage.who(side, as_), side.ledger.head(name)
    if not change(side):
        raise NotAcceptable(f"{name} is {head.state}: see `owl broadcast status {name}`")
    lines.note(side, who, deed, name)
    _told(side, side.sweeper.advance(name), as_json=as_json, asked=wanted)


def _told(side: Office, head: Head, *, as_json: bool, asked: str = "") -> None:
    """Print how a broadcast stands; being paused is a fault unless that was asked for."""
    found = lines.quick_sum(side, head)
    printed(lines.summed(head, found), lines.plain_sum(head, found), as_json=as_json)
    if (head.state == PAUSED and asked != PAUSED) or not found.adds_up:
        sys.exit(FAULT)


def _followed(side: Office, name: str) -> Head:
    """Show how far it is until it is paused, or has ended and nothing is under way any more."""
    last = ""
    while True:
        head = side.sweeper.advance(name)
        line = lines.progress(head, lines.quick_sum(side, head))
        if line != last:
            click.echo(line, err=True)
        last = line
        if head.ended_at or head.state == PAUSED:
            return head
        time.sleep(max(LOOK_SECONDS, head.chunks / CHUNKS_A_SECOND))
