"""This file is `owl broadcast`: one message to many, drafted, agreed to by two, sent, accounted."""

import time
from typing import Any

import click
from msgspec import convert

from chalicelib.capabilities.ledger import PAUSED
from chalicelib.capabilities.subscribers import TOPICS
from chalicelib.cli.agreeing import seen_option, sure
from chalicelib.cli.desk import asked_of, done, fail_if
from chalicelib.cli.options import as_option, json_option
from chalicelib.dialog.book import LANGUAGES
from chalicelib.operations import broadcasts
from chalicelib.operations.broadcast_types import Draft, Named, Seen, Stopped, Summed
from chalicelib.operations.catalogue import Nothing

LOOK_SECONDS = 2.0
# A look reads every chunk, so a long message is looked at less often.
CHUNKS_A_SECOND = 100


@click.group()
def broadcast() -> None:
    """Broadcasts: one message to many, each person at most once, every person accounted for."""


@broadcast.command()
@click.option("--id", "name", default="", help="A name for it; one is made up if not given.")
@click.option("--text", default="", help="The words in English.")
@click.option("--text-km", default="", help="The words in Khmer.")
@click.option("--text-latn", default="", help="The words in Khmer with Latin letters.")
@click.option(
    "--commune", "communes", multiple=True, help="Also a district or province; repeat it."
)
@click.option("--topic", "topics", multiple=True, type=click.Choice(TOPICS), help="Repeat it.")
@click.option(
    "--language", "languages", multiple=True, type=click.Choice(LANGUAGES), help="Repeat it."
)
@click.option("--forum", default="", help="Code of a forum: those it invited or who answered it.")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    type=click.Choice(["yes", "no", "silent"]),
    help="Only who answered the forum so; repeat it.",
)
@click.option("--from", "begin", default="", help="Not before, as '2026-12-05 08:00'.")
@click.option("--until", default="", help="Not after; three days from the beginning if not given.")
@click.option("--edit", is_flag=True, help="Replace the draft of that --id; approvals are void.")
@as_option
@json_option
def draft(as_: str | None, *, edit: bool, as_json: bool, **typed: Any) -> None:
    """Write a broadcast. Nothing goes out before somebody else has approved it.

    In the text, {ussd}, {short_code} and {sender} are filled in. The sender's name and how to
    stop are added at the end.
    """
    asked = convert({**typed, "edit": edit}, Draft)
    done(broadcasts.draft, asked, as_=as_, as_json=as_json)


@broadcast.command("resend-unconfirmed")
@click.argument("name")
@as_option
@json_option
def resend_unconfirmed(name: str, as_: str | None, *, as_json: bool) -> None:
    """Draft a second message for those of whom nobody knows whether they got the first.

    Up to that many people may get it twice, so it needs two people, and it is offered once.
    """
    done(broadcasts.again, Named(name=name), as_=as_, as_json=as_json)


@broadcast.command()
@click.argument("name")
@json_option
def preview(name: str, *, as_json: bool) -> None:
    """Say to how many a broadcast goes, who is skipped and why, parts, price, and when."""
    done(broadcasts.preview, Named(name=name), as_json=as_json)


@broadcast.command()
@click.argument("name")
@seen_option
@as_option
@json_option
def approve(name: str, seen: str | None, as_: str | None, *, as_json: bool) -> None:
    """Agree to a broadcast: shows it and asks; not for who wrote it. An edit makes this void."""
    told = asked_of(broadcasts.approval, Named(name=name), as_)
    digest = told.answer.digest
    if told.answer.shown:
        sure(digest, seen, told.lines, f"owl broadcast preview {name}", as_json=as_json)
    done(broadcasts.approve, Seen(name=name, seen=digest), as_=as_, as_json=as_json)


@broadcast.command()
@click.argument("name")
@click.option("--wait/--no-wait", default=True, help="Stay and show how far it is.")
@as_option
@json_option
def send(name: str, as_: str | None, *, wait: bool, as_json: bool) -> None:
    """Let an approved broadcast go; the hours of sending and its window still hold.

    Ctrl-C ends the showing, not the sending. Exit code 1 where it is paused or its sum is wrong.
    """
    if not wait:
        _stands(done(broadcasts.send, Named(name=name), as_=as_, as_json=as_json))
        return
    asked_of(broadcasts.send, Named(name=name), as_)
    _follow(name, as_)
    _stands(done(broadcasts.status, Named(name=name), as_=as_, as_json=as_json))


@broadcast.command()
@click.argument("name")
@json_option
def status(name: str, *, as_json: bool) -> None:
    """Say how far a broadcast is."""
    _stands(done(broadcasts.status, Named(name=name), as_json=as_json))


@broadcast.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List what is open: not over yet, or over for less than 72 hours."""
    done(broadcasts.list_, Nothing(), as_json=as_json)


@broadcast.command()
@click.argument("name")
@click.option("--why", default="paused by hand", help="Why, for who resumes it.")
@as_option
@json_option
def pause(name: str, why: str, as_: str | None, *, as_json: bool) -> None:
    """Stop sending for now; `owl broadcast resume` goes on."""
    found = done(broadcasts.pause, Stopped(name=name, why=why), as_=as_, as_json=as_json)
    # Being paused is no fault where that was asked for.
    fail_if(not found.adds_up)


@broadcast.command()
@click.argument("name")
@as_option
@json_option
def resume(name: str, as_: str | None, *, as_json: bool) -> None:
    """Go on with what is paused; nobody gets a second copy."""
    _stands(done(broadcasts.resume, Named(name=name), as_=as_, as_json=as_json))


@broadcast.command()
@click.argument("name")
@click.option("--why", default="cancelled by hand", help="Why, for who asks later.")
@as_option
@json_option
def cancel(name: str, why: str, as_: str | None, *, as_json: bool) -> None:
    """Stop a broadcast for good; what is being posted at this moment still goes out."""
    _stands(done(broadcasts.cancel, Stopped(name=name, why=why), as_=as_, as_json=as_json))


@broadcast.command()
@click.argument("name")
@json_option
def audit(name: str, *, as_json: bool) -> None:
    """Account for every person of a broadcast, one by one.

    Exit code 1 where the states do not add up to the audience, or somebody waits or is in doubt
    for over 72 hours.
    """
    found = done(broadcasts.audit, Named(name=name), as_json=as_json)
    fail_if(found.faults or not found.adds_up)


def _stands(found: Summed) -> None:
    """End with a fault where a message is paused, or does not add up."""
    fail_if(found.state == PAUSED or not found.adds_up)


def _follow(name: str, as_: str | None) -> None:
    """Show how far it is until it is paused, or has ended and nothing is under way any more."""
    last: list[str] = []
    while True:
        told = asked_of(broadcasts.advance, Named(name=name), as_)
        if list(told.lines) != last:
            click.echo("\n".join(told.lines), err=True)
        last, found = list(told.lines), told.answer
        if found.ended or found.state == PAUSED:
            return
        time.sleep(max(LOOK_SECONDS, found.chunks / CHUNKS_A_SECOND))
