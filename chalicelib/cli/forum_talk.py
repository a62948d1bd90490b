"""This file is what `owl forum` does with what is said: questions, answers, attendance, actions."""

import click

from chalicelib.capabilities.forums import ACTION_STATES
from chalicelib.cli.desk import done
from chalicelib.cli.options import as_option, json_option
from chalicelib.operations import forum_talk
from chalicelib.operations.forum_talk import Action, Answer, Attendance
from chalicelib.operations.forums import OneForum


@click.command()
@click.argument("code")
@json_option
def questions(code: str, *, as_json: bool) -> None:
    """List what people asked of a forum, never who asked."""
    done(forum_talk.questions, OneForum(code=code), as_json=as_json)


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
    asked = Answer(code=code, number=number, text=text, shown=shown, private=private, **words)
    done(forum_talk.answer, asked, as_=as_)


@click.command()
@click.argument("code")
@click.option("--people", type=click.IntRange(min=0), required=True, help="How many came.")
@click.option("--women", type=click.IntRange(min=0), required=True, help="How many of them women.")
@as_option
def attendance(code: str, people: int, women: int, as_: str | None) -> None:
    """Note how many people came to a forum, and how many of them were women."""
    done(forum_talk.attendance, Attendance(code=code, people=people, women=women), as_=as_)


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
    if text or number or state:
        asked = Action(code=code, text=text, number=number, state=state, on=on)
        done(forum_talk.act, asked, as_=as_, as_json=as_json)
    else:
        done(forum_talk.actions, OneForum(code=code), as_=as_, as_json=as_json)
