"""This file is what `owl forum` does with what is said: questions, answers, attendance, actions."""

import json
from datetime import datetime
from typing import Any

import click

from chalicelib.capabilities.forums import ACTION_STATES, Agreed, Question
from chalicelib.cli import stage
from chalicelib.cli.options import as_option, json_option
from chalicelib.duties.forum_talk import (
    action_agreed,
    action_moved,
    answered,
    attended,
    told_asker,
)
from chalicelib.errors import NotAcceptable
from chalicelib.sheets.cells import quoted


@click.command()
@click.argument("code")
@json_option
def questions(code: str, *, as_json: bool) -> None:
    """List what people asked of a forum, never who asked."""
    side = stage.staff_side()
    found = side.forums.questions(side.forums.known(code).code)
    if as_json:
        told = [_plain_question(one) for one in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    answered = sum(one.state != "asked" for one in found)
    click.echo(f"{len(found)} asked, {answered} answered")
    for one in found:
        click.echo(f"{one.number} {one.state}: {one.text}")
        if one.answer:
            click.echo(f"    = {one.answer['en']}")


@click.command()
@click.argument("code")
@click.argument("number")
@click.argument("text")
@click.option("--km", default="", help="The answer in Khmer.")
@click.option("--latn", default="", help="The answer in Khmer with Latin letters.")
@click.option("--shown", default="", help="The question as others may read it, without names.")
@click.option("--private", is_flag=True, help="Tell the asker only; leave it out of the menu.")
@as_option
def answer(
    code: str, number: str, text: str, as_: str | None, *, private: bool, shown: str, **words: str
) -> None:
    """Answer a question: the asker gets an SMS, and everybody reads it in the menu.

    Leave names out: --shown says the question in other words, --private keeps both out of it.
    """
    side = stage.staff_side()
    who, forum = stage.who(side, as_), side.forums.known(code)
    said = {"en": text, "km": words["km"], "km-Latn": words["latn"]}
    order = answered(side, forum, number, who, said, shown=shown, is_private=private)
    click.echo(f"Question {number} is answered; {told_asker(side, order, is_private=private)}.")


@click.command()
@click.argument("code")
@click.option("--people", type=click.IntRange(min=0), required=True, help="How many came.")
@click.option("--women", type=click.IntRange(min=0), required=True, help="How many of them women.")
@as_option
def attendance(code: str, people: int, women: int, as_: str | None) -> None:
    """Note how many people came to a forum, and how many of them were women."""
    side = stage.staff_side()
    who, old = stage.who(side, as_), side.forums.known(code)
    attended(side, old, who, people, women)
    click.echo(f"Forum {old.code}: {people} people came, {women} of them women.")


@click.command()
@click.argument("code")
@click.option("--add", "text", default="", help="Something the forum agreed on.")
@click.option("--number", default="", help="The action that came further.")
@click.option("--state", type=click.Choice(ACTION_STATES), help="How far it came.")
@click.option("--on", default="", help="On which day, as 2026-12-05; today if not given.")
@as_option
@json_option
def actions(
    code: str, text: str, *, number: str, state: str | None, on: str, as_: str | None, as_json: bool
) -> None:
    """List what a forum agreed on; with --add one more, with --number and --state how far it is."""
    side = stage.staff_side()
    forum = side.forums.known(code).code
    day = day_of(on) if on else side.today().isoformat()
    if text:
        action_agreed(side, forum, text, day, stage.who(side, as_))
    elif number or state:
        if state is None:
            raise NotAcceptable(f"say how far it came: --state {'|'.join(ACTION_STATES)}")
        action_moved(side, forum, number, state, day, who=stage.who(side, as_))
    listed = side.forums.actions(forum)
    if as_json:
        told = [_plain_action(one) for one in listed]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for one in listed:
        click.echo(f"{one.number} {one.state} {one.dates[one.state]}: {one.text}")


def day_of(text: str) -> str:
    """Return a day as it is kept.

    Raises:
        NotAcceptable: it is none.
    """
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").date().isoformat()  # noqa: DTZ007
    except ValueError:
        raise NotAcceptable(f"--on: {quoted(text)} is no date: write it as 2026-12-05") from None


def _plain_question(one: Question) -> dict[str, Any]:
    return {
        "number": one.number,
        "state": one.state,
        "asked_at": one.asked_at.isoformat(timespec="minutes"),
        "text": one.text,
        "answer": dict(one.answer),
    }


def _plain_action(one: Agreed) -> dict[str, Any]:
    return {"number": one.number, "state": one.state, "text": one.text, "dates": dict(one.dates)}
