"""This file is `owl complaints`: the ombudsperson's side, one district at a time."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from chalicelib.cli.desk import done
from chalicelib.cli.options import as_option, json_option
from chalicelib.operations import complaints as operations
from chalicelib.operations.complaints import (
    ComplaintStep,
    District,
    OfOffice,
    OneComplaint,
    Release,
)

F = TypeVar("F", bound=Callable[..., Any])
district_option = click.option(
    "--district",
    default="",
    help="The ombudsperson's own district, as 0212; on a deployed stage the key says it.",
)


@click.group()
def complaints() -> None:
    """Complaints: what citizens tell the ombudsperson of one district, and the answers.

    A complaint here is a report to the Citizens' Office, which advises and mediates. Nobody can
    tell whose it is, and every look at one is noted in the log of deeds before it is shown.
    """


@complaints.command("list")
@district_option
@as_option
@json_option
def list_(district: str, as_: str | None, *, as_json: bool) -> None:
    """List the complaints of one district, the oldest first, without their texts."""
    done(operations.list_, District(district=district), as_=as_, as_json=as_json)


@complaints.command()
@click.argument("ref")
@district_option
@as_option
@json_option
def read(ref: str, district: str, as_: str | None, *, as_json: bool) -> None:
    """Read one complaint, and what was said on it since.

    Your own words are sealed to who has the code: not even you can open them again.
    """
    done(operations.read, OneComplaint(ref=ref, district=district), as_=as_, as_json=as_json)


def _words(command: F) -> F:
    """Give a command a text in up to three languages."""
    for option in (
        click.option("--latn", default="", help="The same in Khmer with Latin letters."),
        click.option("--km", default="", help="The same in Khmer."),
    ):
        command = option(command)
    return command


@complaints.command()
@click.argument("ref")
@district_option
@as_option
def acknowledge(ref: str, district: str, as_: str | None) -> None:
    """Tell whoever has the code that the complaint was read."""
    _does("acknowledge", as_, ref=ref, district=district)


@complaints.command()
@click.argument("ref")
@click.argument("text")
@_words
@district_option
@as_option
def ask(as_: str | None, **said: str) -> None:
    """Ask for more; whoever has the code reads TEXT and may answer."""
    _does("ask", as_, **said)


@complaints.command()
@click.argument("ref")
@click.argument("text")
@_words
@district_option
@as_option
def answer(as_: str | None, **said: str) -> None:
    """Answer a complaint; whoever has the code reads TEXT. Do not promise a decision."""
    _does("answer", as_, **said)


@complaints.command("out-of-remit")
@click.argument("ref")
@click.argument("text", default="")
@_words
@district_option
@as_option
def out_of_remit(as_: str | None, **said: str) -> None:
    """Say that the Citizens' Office has no power over this; TEXT may say who has."""
    _does("out-of-remit", as_, **said)


@complaints.command()
@click.argument("ref")
@click.argument("text", default="")
@_words
@district_option
@as_option
def close(as_: str | None, **said: str) -> None:
    """Close a complaint: nothing more is said on it."""
    _does("close", as_, **said)


@complaints.command()
@click.argument("ref")
@click.option("--text", default="", help="What the office may read, in your words.")
@click.option("--as-written", is_flag=True, help="Let it read what the citizen wrote first.")
@district_option
@as_option
def release(ref: str, text: str, district: str, as_: str | None, *, as_written: bool) -> None:
    """Let the office concerned read a text; nothing reaches it before.

    Words may give away who wrote them: say it in your own with --text where they might.
    """
    asked = Release(ref=ref, text=text, as_written=as_written, district=district)
    done(operations.release, asked, as_=as_)


@complaints.command()
@click.option(
    "--office",
    default="",
    help="The office concerned, as 0212; on a deployed stage the key says it.",
)
@as_option
@json_option
def released(office: str, as_: str | None, *, as_json: bool) -> None:
    """Read what the ombudsperson released to the office concerned, and nothing else."""
    done(operations.released, OfOffice(office=office), as_=as_, as_json=as_json)


def _does(move: Any, as_: str | None, **said: str) -> None:
    done(operations.step, ComplaintStep(move=move, **said), as_=as_)
