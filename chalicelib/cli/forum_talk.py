"""This file is what `owl forum` does with what is said: questions, answers, attendance, actions."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import click

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.broadcasts import Order
from chalicelib.capabilities.forums import ACTION_STATES, Agreed, Question, action_to, held
from chalicelib.cli import stage
from chalicelib.cli.options import as_option, json_option
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.sheets.cells import quoted
from chalicelib.staff import Office
from chalicelib.telecom.segments import measure

ANSWER_PARTS = 3
# As much as the longest question, of three parts in Khmer, takes in the database.
SHOWN_OCTETS = 640


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
    asked = side.forums.question(forum.code, number)
    if asked.state != "asked":
        raise NotAcceptable(f"question {number} is answered already: an SMS is sent once")
    said = {"en": text, "km": words["km"], "km-Latn": words["latn"]}
    must_fit(said)
    must_be_shown(shown)
    done = replace(
        asked,
        state="answered" if private else "published",
        answer={language: one for language, one in said.items() if one},
        shown=shown,
        answered_at=side.clock.now(),
        answered_by=who,
    )
    # First the order: it has an id of its own, so where the command breaks off after it, the same
    # one again sends no second SMS; and who answers at the same moment with other words is told.
    order = side.announcer.answer(forum, done, side.forums.asker(asked))
    if not side.ledger.order(order) and _words_of(side, order.id) != order.texts:
        raise NotAcceptable(
            f"question {number} is being answered by somebody else: see `questions`"
        )
    side.forums.answer(done)
    side.audit.note(Deed(who, "answer question", {"forum": forum.code, "question": number}))
    click.echo(f"Question {number} is answered; {_told_asker(side, order, private=private)}.")


def _told_asker(side: Office, order: Order, *, private: bool) -> str:
    """Return whether the asker hears of an answer; a STOP may have come after the question."""
    if any(not one.opted_out for one in side.audience.members(order.audience)):
        return "the asker gets an SMS"
    stopped = "the asker stopped all SMS since, and gets none"
    return f"{stopped}: nobody reads it" if private else f"{stopped}: it is read in the menu"


def _words_of(side: Office, order_id: str) -> Mapping[str, str]:
    return side.ledger.body(side.ledger.head(order_id)).texts


@click.command()
@click.argument("code")
@click.option("--people", type=click.IntRange(min=0), required=True, help="How many came.")
@click.option("--women", type=click.IntRange(min=0), required=True, help="How many of them women.")
@as_option
def attendance(code: str, people: int, women: int, as_: str | None) -> None:
    """Note how many people came to a forum, and how many of them were women."""
    side = stage.staff_side()
    who, old = stage.who(side, as_), side.forums.known(code)
    side.forums.change(old, held(old, people, women, side.clock.now()))
    details = {"forum": old.code, "people": people, "women": women}
    side.audit.note(Deed(who, "note attendance", details))
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
        made = side.forums.agree(forum, text, day)
        _noted(side, stage.who(side, as_), made)
    elif number or state:
        found = {one.number: one for one in side.forums.actions(forum)}
        if number not in found:
            see = f"see `owl forum actions {forum}`"
            raise NotFound(f"forum {forum} has no action '{number}': {see}")
        _advanced(side, found[number], state, day, stage.who(side, as_))
    listed = side.forums.actions(forum)
    if as_json:
        told = [_plain_action(one) for one in listed]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for one in listed:
        click.echo(f"{one.number} {one.state} {one.dates[one.state]}: {one.text}")


def _advanced(side: Office, action: Agreed, state: str | None, day: str, who: str) -> None:
    if state is None:
        raise NotAcceptable(f"say how far it came: --state {'|'.join(ACTION_STATES)}")
    made = action_to(action, state, day)
    side.forums.advance(made)
    _noted(side, who, made)


def _noted(side: Office, who: str, made: Agreed) -> None:
    details = {"forum": made.forum, "action": made.number, "state": made.state}
    side.audit.note(Deed(who, "note action", details))


def day_of(text: str) -> str:
    """Return a day as it is kept.

    Raises:
        NotAcceptable: it is none.
    """
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").date().isoformat()  # noqa: DTZ007
    except ValueError:
        raise NotAcceptable(f"--on: {quoted(text)} is no date: write it as 2026-12-05") from None


def must_fit(said: Mapping[str, str]) -> None:
    """Refuse an answer that is longer than an SMS may be.

    Raises:
        NotAcceptable: it takes more parts in one of its languages.
    """
    for language, text in said.items():
        parts = measure(text).segments
        if parts > ANSWER_PARTS:
            raise NotAcceptable(
                f"the answer takes {parts} parts of an SMS in {language}: "
                f"shorten it to {ANSWER_PARTS}"
            )


def must_be_shown(shown: str) -> None:
    """Refuse other words for a question that are longer than a question may be.

    Raises:
        NotAcceptable: saying by how many octets.
    """
    octets = len(shown.encode())
    if octets > SHOWN_OCTETS:
        raise NotAcceptable(
            f"--shown has {octets} octets, {octets - SHOWN_OCTETS} more than the {SHOWN_OCTETS} "
            "that fit: shorten it (a Khmer letter takes 3 octets, a Latin one 1)"
        )


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
