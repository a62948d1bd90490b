"""This file does an operation for a command: on the local stage itself, else by the stage's API."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from chalicelib.cli import imports, stage
from chalicelib.cli.remote import Remote, signed_in
from chalicelib.errors import NotAcceptable
from chalicelib.operations.base import Asked, Desk, Operation, Told
from chalicelib.operations.imports import Intake, Rows, Taken
from chalicelib.settings import LOCAL
from chalicelib.sheets.read import Sheet, opened

A = TypeVar("A", bound=Asked)
B = TypeVar("B")
R = TypeVar("R", bound=Rows)
# As many rows as one request of a long file carries.
AT_ONCE = 2_000


class Asker:
    """Does operations at one desk, so that clients are made and figures are read once."""

    def __init__(self, as_: str | None = None) -> None:
        """Find the stage.

        Raises:
            NotAcceptable: somebody is named where the key says who it is.
        """
        there = _remote(as_)
        self.at: Remote | Desk = there or Desk.on_laptop(
            stage.staff_side(), as_ or stage.somebody()
        )

    def ask(self, operation: Operation[A, B], asked: A) -> Told[B]:
        """Do an operation, and return what is told.

        Raises:
            NotAcceptable: it was refused.
        """
        if isinstance(self.at, Remote):
            return self.at.ask(operation, asked)
        return operation.do(self.at, asked)


def asked_of(operation: Operation[A, B], asked: A, as_: str | None = None) -> Told[B]:
    """Do one operation, as an `Asker` does."""
    return Asker(as_).ask(operation, asked)


def shown(told: Told[Any], *, as_json: bool) -> None:
    """Print what was told: lines for a person, or the answer for a program."""
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(told.answer)).decode())
    else:
        click.echo("\n".join(told.lines))
    for note in told.notes:
        click.echo(note, err=True)


def done(
    operation: Operation[A, B], asked: A, *, as_: str | None = None, as_json: bool = False
) -> B:
    """Do an operation and print what is told; return the answer."""
    told = asked_of(operation, asked, as_)
    shown(told, as_json=as_json)
    return told.answer


def taken(
    intake: Intake[R], file: Path, asked: Callable[[dict[str, Any]], R], **options: Any
) -> None:
    """Take the rows of a file, and print the report; `asked` makes the request of its fields.

    `options` are those of every import: `dry_run`, `as_json`, `as_`.
    """
    sheet = opened(file, intake.columns, intake.required)
    as_json = options["as_json"]
    there = _remote(options["as_"])
    fields = {"file": sheet.name, "dry_run": options["dry_run"]}
    if there is not None:
        told = _carried(there, intake, sheet, lambda **rows: asked({**fields, **rows}))
    else:
        desk = Desk.on_laptop(stage.staff_side(), options["as_"] or stage.somebody())
        with imports.progress(2 * sheet.count, sheet.name) as tick:
            told = intake.taken(desk, sheet, asked({**fields, "rows": []}), tick)
    for note in told.notes:
        click.echo(note, err=True)
    if told.lines and not as_json:
        click.echo("\n".join(told.lines))
    imports.finish(told.answer, as_json=as_json)


def _carried(
    there: Remote, intake: Intake[R], sheet: Sheet, asked: Callable[..., R]
) -> Told[Taken]:
    """Carry the rows of a file to the stage, so many at once."""
    whole: Told[Taken] | None = None
    rows = list(sheet.rows())
    with imports.progress(len(rows), sheet.name) as tick:
        for begin in range(0, max(len(rows), 1), AT_ONCE):
            some = rows[begin : begin + AT_ONCE]
            told = there.ask(
                intake.operation,
                asked(rows=[_cells(one.cells) for one in some], lines=[one.number for one in some]),
            )
            whole = told if whole is None else _both(whole, told)
            tick(len(some))
    if whole is None:
        raise NotAcceptable(f"{sheet.name}: there is no row in it")
    return whole


def _both(one: Told[Taken], other: Told[Taken]) -> Told[Taken]:
    answer = one.answer.and_(other.answer)
    return Told(answer, [*one.lines, *other.lines], [*one.notes, *other.notes])


def _cells(cells: Mapping[str, str]) -> dict[str, str]:
    return {column: value for column, value in cells.items() if column}


def _remote(as_: str | None) -> Remote | None:
    """Return the API of the stage; None for the one of this laptop.

    Raises:
        NotAcceptable: nobody signed in there, or `--as` names somebody.
    """
    if stage.settings().stage == LOCAL:
        return None
    if as_:
        raise NotAcceptable("--as is for a local stage: on this one you are who your key says")
    return signed_in(stage.settings().stage)


def fail_if(wrong: object) -> None:
    """End the command with a fault where something is wrong that was printed already."""
    if wrong:
        sys.exit(1)


def words_of(words: dict[str, str], name: str) -> dict[str, str]:
    """Return a text of three options by language."""
    found = {"en": words[name], "km": words[f"{name}_km"], "km-Latn": words[f"{name}_latn"]}
    return {language: text for language, text in found.items() if text}
