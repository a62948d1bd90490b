"""This file turns what is known of forums into facts for the screens."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from chalicelib.capabilities.catalogue import Catalogue, Text
from chalicelib.capabilities.forums import Coming, Forum, Question, nearest
from chalicelib.dialog.book import Say

Facts = dict[str, object]
SAID = {"yes": "forum_said_yes", "no": "forum_said_no"}


def place_of(commune: str, catalogue: Catalogue) -> Text:
    """Return the name of a commune, or its code where no name is known."""
    place = catalogue.places.get(commune)
    return place.names if place else {"en": commune}


def home_label(date: str) -> Say:
    """Return what the home screen calls the forums; with an open invitation, its question."""
    return Say("home_forum_invited", {"date": date}) if date else Say("home_forums")


def of_list(coming: Sequence[Coming], commune: str, catalogue: Catalogue) -> Facts:
    """Return the rows of the list, those near a commune first."""
    rows = tuple((one.code, _row(one, catalogue)) for one in nearest(list(coming), commune))
    return {"rows": rows, "forums_head": Say("forums_choose" if rows else "forum_none")}


def _row(one: Coming, catalogue: Catalogue) -> Say:
    said = {"place": place_of(one.commune, catalogue), "date": f"{one.at:%d/%m}"}
    return Say("forum_row_cancelled" if one.cancelled else "forum_row", said)


def naming(forum: Forum, catalogue: Catalogue) -> Facts:
    """Return what names a forum: where and when."""
    return {
        "place": place_of(forum.commune, catalogue),
        "date": f"{forum.at:%d/%m/%y}",
        "time": f"{forum.at:%H:%M}",
    }


def of_forum(forum: Forum, answer: str, catalogue: Catalogue, now: datetime) -> Facts:
    """Return a forum as its screen tells it."""
    about = Say("forum_about", {"agenda": forum.agenda}) if forum.agenda else ""
    standing: Say | str = Say(SAID[answer]) if answer in SAID else ""
    if forum.state == "cancelled":
        standing = Say("forum_is_cancelled")
    elif now >= forum.at:
        standing = Say("forum_is_over")
    told = {"venue": forum.venue, "about": about, "standing": standing}
    return {**naming(forum, catalogue), **told}


def of_questions(questions: Mapping[str, str]) -> Facts:
    """Return the rows of the list of answered questions, given how each begins by its number."""
    rows = tuple(questions.items())
    return {"rows": rows, "answers_head": Say("answers_choose" if rows else "answers_none")}


def of_question(question: Question) -> Facts:
    """Return a question and its answer."""
    return {"asked": question.text, "answer": question.answer}
