"""This file writes forums, questions and actions as plain values, and reads them back."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from chalicelib.capabilities.forums import Agreed, Coming, Forum, Question

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
    """Return what everybody may read with one question more; its asker is not there."""
    others = [one for one in body.get("items", ()) if one["number"] != question.number]
    shown = replace(question, asker="", text=question.shown or question.text, answered_by="")
    items = [*others, plain_question(shown)]
    return {"items": sorted(items, key=lambda one: int(one["number"]))}


def plain_agreed(action: Agreed) -> dict[str, Any]:
    """Return an action as it is stored."""
    return _plain(action)


def agreed_of(body: Mapping[str, Any]) -> Agreed:
    """Read what `plain_agreed` wrote."""
    return Agreed(**body)
