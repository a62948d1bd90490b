"""This file is `owl complaints`: the ombudsperson's side, one district at a time."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.ballots import week_of
from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.masking import masked
from chalicelib.cli import stage
from chalicelib.duties.complaint_lines import Office, as_lines, plain_complaint, plain_thread
from chalicelib.duties.forum_talk import must_fit
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.settings import LOCAL
from chalicelib.staff import Office as Side
from chalicelib.storage.complaint_review import Review, ref_of

F = TypeVar("F", bound=Callable[..., Any])
NOT_HERE = (
    "complaints are read on a local stage only: until the console knows whose district is whose, "
    "nobody lists them on a deployed one"
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
as_option = click.option("--as", "as_", envvar="OWL_STAFF", help="Who does it, on a local stage.")
district_option = click.option(
    "--district", required=True, help="The ombudsperson's own district, as 0212."
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at the complaints of one district."""

    side: Side
    review: Review
    district: str
    who: str

    def note(self, what: str, **details: object) -> None:
        """Note in the log of deeds what is about to be shown, or was done."""
        self.side.audit.note(Deed(self.who, what, {"district": self.district, **details}))

    @property
    def office(self) -> Office:
        """What says how late a complaint is."""
        return Office(self.side.settings, self.side.today(), self.side.catalogue.load() or EMPTY)


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
    desk = _opened(district, as_)
    found = desk.review.of_district(desk.district)
    desk.note("list complaints")
    told = [plain_complaint(one, desk.office) for one in found]
    if as_json:
        _print_json(told)
        return
    click.echo("\n".join(as_lines(told)) or f"District {desk.district} has no complaint.")


@complaints.command()
@click.argument("ref")
@district_option
@as_option
@json_option
def read(ref: str, district: str, as_: str | None, *, as_json: bool) -> None:
    """Read one complaint, and what was said on it since.

    Your own words are sealed to who has the code: not even you can open them again.
    """
    desk = _opened(district, as_)
    one = desk.review.known(desk.district, ref)
    desk.note("read complaint", complaint=ref)
    thread = plain_thread(one, desk.review.words(one))
    told = plain_complaint(one, desk.office)
    if as_json:
        _print_json({**told, "thread": thread})
        return
    click.echo("\n".join(as_lines([told])))
    for each in thread:
        click.echo(f"  {each['week']} {each['by']}: {each['text']}")


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
    _does(_opened(district, as_), ref, "acknowledge", {})


@complaints.command()
@click.argument("ref")
@click.argument("text")
@_words
@district_option
@as_option
def ask(ref: str, text: str, district: str, as_: str | None, **words: str) -> None:
    """Ask for more; whoever has the code reads TEXT and may answer."""
    _does(_opened(district, as_), ref, "ask", _said(text, words))


@complaints.command()
@click.argument("ref")
@click.argument("text")
@_words
@district_option
@as_option
def answer(ref: str, text: str, district: str, as_: str | None, **words: str) -> None:
    """Answer a complaint; whoever has the code reads TEXT. Do not promise a decision."""
    _does(_opened(district, as_), ref, "answer", _said(text, words))


@complaints.command("out-of-remit")
@click.argument("ref")
@click.argument("text", default="")
@_words
@district_option
@as_option
def out_of_remit(ref: str, text: str, district: str, as_: str | None, **words: str) -> None:
    """Say that the Citizens' Office has no power over this; TEXT may say who has."""
    _does(_opened(district, as_), ref, "out-of-remit", _said(text, words))


@complaints.command()
@click.argument("ref")
@click.argument("text", default="")
@_words
@district_option
@as_option
def close(ref: str, text: str, district: str, as_: str | None, **words: str) -> None:
    """Close a complaint: nothing more is said on it."""
    _does(_opened(district, as_), ref, "close", _said(text, words))


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
    if bool(text) == as_written:
        raise NotAcceptable("say what the office may read: --text TEXT, or --as-written")
    desk = _opened(district, as_)
    one = desk.review.known(desk.district, ref)
    desk.note("release complaint", complaint=ref, as_written=as_written)
    desk.review.release(one, masked(text) or desk.review.words(one)[0])
    click.echo(f"Office {one.office} may read it: owl complaints released --office {one.office}")


@complaints.command()
@click.option("--office", required=True, help="The office concerned, as 0212.")
@as_option
@json_option
def released(office: str, as_: str | None, *, as_json: bool) -> None:
    """Read what the ombudsperson released to the office concerned, and nothing else."""
    desk = _opened(office, as_)
    desk.note("read released complaints")
    told = [
        {"week": one.week, "kind": one.kind, "text": text}
        for one, texts in desk.review.released(desk.district)
        for text in texts
    ]
    if as_json:
        _print_json(told)
        return
    lines = [f"{one['week']} {one['kind']}: {one['text']}" for one in told]
    click.echo("\n".join(lines) or f"Nothing is released to office {desk.district}.")


def _opened(district: str, as_: str | None) -> Desk:
    """Return somebody at one district's complaints.

    Raises:
        NotAcceptable: the stage is a deployed one.
        NotFound: no office has the code.
    """
    side = stage.staff_side()
    if side.settings.stage != LOCAL:
        raise NotAcceptable(NOT_HERE)
    padded = district.zfill(len(district) + len(district) % 2)
    if padded not in (side.catalogue.load() or EMPTY).offices:
        raise NotFound(f"no office has the code {district}: see `owl places`")
    return Desk(side, side.review(), padded, stage.who(side, as_))


def _said(text: str, words: Mapping[str, str]) -> dict[str, str]:
    said = {"en": text, "km": words["km"], "km-Latn": words["latn"]}
    found = {language: one for language, one in said.items() if one}
    must_fit(found)
    return found


def _does(desk: Desk, ref: str, move: str, words: Mapping[str, str]) -> None:
    one = desk.review.known(desk.district, ref)
    desk.note(f"{move} complaint", complaint=ref)
    done = desk.review.does(one, move, week_of(desk.side.today()), words)
    click.echo(f"Complaint {ref_of(done)} is {done.state}.")


def _print_json(told: object) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))
