"""This file is what is done with what is said at a forum: questions, answers, who came, actions."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from chalicelib.capabilities.forums import ACTION_STATES, Agreed, Question
from chalicelib.duties.forum_talk import (
    action_agreed,
    action_moved,
    answered,
    attended,
    told_asker,
)
from chalicelib.errors import NotAcceptable
from chalicelib.operations.base import Asked, Code, Desk, Line, Said, Told, Words, get, post
from chalicelib.operations.forums import OneForum
from chalicelib.sheets.cells import quoted

People = Annotated[int, Meta(ge=0, le=1_000_000)]
Day = Annotated[str, Meta(max_length=20)]


class Answer(Asked, frozen=True, kw_only=True):
    """An answer by language to one question; `shown` is the question without names.

    With `private` only the asker is told, and it stays out of the menu.
    """

    code: Code
    number: Code
    text: Words
    km: Words = ""
    latn: Words = ""
    shown: Words = ""
    private: bool = False


class Attendance(Asked, frozen=True, kw_only=True):
    """How many people came to a forum, and how many of them were women."""

    code: Code
    people: People
    women: People


class Action(Asked, frozen=True, kw_only=True):
    """Something a forum agreed on, or with `number` how far that came, on a day as 2026-12-05."""

    code: Code
    text: Line = ""
    number: Code = ""
    state: Literal[tuple(ACTION_STATES)] | None = None  # type: ignore[valid-type]
    on: Day = ""


class AskedThere(Struct, frozen=True, kw_only=True):
    """What was asked, never by whom."""

    number: str
    state: str
    asked_at: str
    text: str
    answer: dict[str, str]


class AgreedThere(Struct, frozen=True, kw_only=True):
    """What a forum agreed on, and the day of each state it came to."""

    number: str
    state: str
    text: str
    dates: dict[str, str]


@get("/forums/{code}/questions", "forums:read")
def questions(desk: Desk, asked: OneForum) -> Told[list[AskedThere]]:
    """List what people asked of a forum, never who asked."""
    side = desk.side
    found = side.forums.questions(side.forums.known(asked.code).code)
    done = sum(one.state != "asked" for one in found)
    lines = [f"{len(found)} asked, {done} answered"]
    for one in found:
        lines.append(f"{one.number} {one.state}: {one.text}")
        if one.answer:
            lines.append(f"    = {one.answer['en']}")
    return Told([_asked(one) for one in found], lines)


@post("/forums/{code}/questions/{number}/answer", "forums:write")
def answer(desk: Desk, asked: Answer) -> Told[Said]:
    """Answer a question: the asker gets an SMS, and everybody reads it in the menu."""
    side, forum = desk.side, desk.side.forums.known(asked.code)
    said = {"en": asked.text, "km": asked.km, "km-Latn": asked.latn}
    order = answered(
        side, forum, asked.number, desk.who, said, shown=asked.shown, is_private=asked.private
    )
    told = told_asker(side, order, is_private=asked.private)
    return _done(f"Question {asked.number} is answered; {told}.")


@post("/forums/{code}/attendance", "forums:write")
def attendance(desk: Desk, asked: Attendance) -> Told[Said]:
    """Note how many people came to a forum."""
    old = desk.side.forums.known(asked.code)
    attended(desk.side, old, desk.who, asked.people, asked.women)
    return _done(f"Forum {old.code}: {asked.people} people came, {asked.women} of them women.")


@get("/forums/{code}/actions", "forums:read")
def actions(desk: Desk, asked: OneForum) -> Told[list[AgreedThere]]:
    """List what a forum agreed on."""
    return _listed(desk, desk.side.forums.known(asked.code).code)


@post("/forums/{code}/actions", "forums:write")
def act(desk: Desk, asked: Action) -> Told[list[AgreedThere]]:
    """Note something more that a forum agreed on, or how far an action came."""
    side, forum = desk.side, desk.side.forums.known(asked.code).code
    day = _day_of(asked.on) if asked.on else side.today().isoformat()
    if asked.text:
        action_agreed(side, forum, asked.text, day, desk.who)
    elif asked.state is None:
        raise NotAcceptable(f"say how far it came: --state {'|'.join(ACTION_STATES)}")
    else:
        action_moved(side, forum, asked.number, asked.state, day, who=desk.who)
    return _listed(desk, forum)


def _day_of(text: str) -> str:
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").date().isoformat()  # noqa: DTZ007
    except ValueError:
        raise NotAcceptable(f"--on: {quoted(text)} is no date: write it as 2026-12-05") from None


def _listed(desk: Desk, forum: str) -> Told[list[AgreedThere]]:
    found = desk.side.forums.actions(forum)
    lines = [f"{one.number} {one.state} {one.dates[one.state]}: {one.text}" for one in found]
    return Told([_agreed(one) for one in found], lines)


def _done(said: str) -> Told[Said]:
    return Told(Said(said=said), [said])


def _asked(one: Question) -> AskedThere:
    return AskedThere(
        number=one.number,
        state=one.state,
        asked_at=one.asked_at.isoformat(timespec="minutes"),
        text=one.text,
        answer=dict(one.answer),
    )


def _agreed(one: Agreed) -> AgreedThere:
    return AgreedThere(number=one.number, state=one.state, text=one.text, dates=dict(one.dates))
