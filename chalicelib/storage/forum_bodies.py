"""This file writes forums, questions and actions as plain values, and reads them back."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from chalicelib.capabilities.forums import Agreed, Coming, Forum, Question, beginning

# A row of the database holds 400 kB. A line in Khmer may take 700 octets, so these fit with room;
# what is older is still read by its number.
MOST_LISTED = 400
MOMENTS = ("at", "since", "approved_at", "was", "first_at", "asked_at", "answered_at")


def _plain(value: Any) -> dict[str, Any]:
    return {
        name: one.isoformat() if isinstance(one, datetime) else one
        for name, one in asdict(value).items()
    }


def _read(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(one) if name in MOMENTS and one else one
        for name, one in body.items()
    }


def plain_forum(forum: Forum) -> dict[str, Any]:
    """Return a forum as it is stored."""
    return _plain(forum)


def forum_of(body: Mapping[str, Any]) -> Forum:
    """Read what `plain_forum` wrote."""
    return Forum(**_read(body))


def plain_coming(line: Coming) -> dict[str, Any]:
    """Return a line of the list as it is stored."""
    return _plain(line)


def coming_of(body: Mapping[str, Any]) -> Coming:
    """Read what `plain_coming` wrote."""
    return Coming(**_read(body))


def plain_question(question: Question) -> dict[str, Any]:
    """Return a question as it is stored."""
    return _plain(question)


def question_of(body: Mapping[str, Any]) -> Question:
    """Read what `plain_question` wrote."""
    return Question(**_read(body))


def plain_published(body: Mapping[str, Any], question: Question) -> dict[str, Any]:
    """Return the list that everybody may read with one question more, the newest if too many."""
    lines = published_of(body) | {question.number: beginning(question.shown or question.text)}
    newest = sorted(lines.items(), key=lambda one: int(one[0]))[-MOST_LISTED:]
    return {"items": [{"number": number, "text": text} for number, text in newest]}


def published_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Return how each question of the list begins, by number."""
    return {one["number"]: beginning(one["text"]) for one in body.get("items", ())}


def unsigned(question: Question) -> Question:
    """Return a question as everybody may have it: without who asked, and who answered."""
    return replace(question, asker="", answered_by="", text=question.shown or question.text)


def plain_agreed(action: Agreed) -> dict[str, Any]:
    """Return an action as it is stored."""
    return _plain(action)


def agreed_of(body: Mapping[str, Any]) -> Agreed:
    """Read what `plain_agreed` wrote."""
    return Agreed(**body)
