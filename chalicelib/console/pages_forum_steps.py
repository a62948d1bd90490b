"""This file is what is done to one forum: moved, called off, agreed to, answered, accounted for."""

import re
from collections.abc import Callable

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from chalicelib.console.back import office, person
from chalicelib.console.pages_forums import (
    moment_typed,
    page_of,
    people_of,
    place,
)
from chalicelib.console.typed import texts_typed
from chalicelib.console.words import said
from chalicelib.duties.forum_agreeing import agree, agreement
from chalicelib.duties.forum_talk import action_agreed, action_moved, answered, attended, hears
from chalicelib.duties.forum_timeline import timeline_of, words_digest
from chalicelib.duties.forums import called_off, moved_by, moved_to, off_by
from chalicelib.errors import CivicError, NotAcceptable

WHOLE = re.compile(r"[0-9]{1,6}")
steps = Blueprint("forum_steps", __name__, url_prefix="/forums/<code>")
Page = str | tuple[str, int] | Answer


@steps.route("/move", methods=["GET", "POST"])
def move(code: str) -> Page:
    """Move a forum; who will be told is shown before."""
    old, fault, foreseen = office().forums.known(code), "", None
    if request.method == "POST":
        try:
            at, venue = moment_typed(request.form.get("at", "")), texts_typed("venue")
            if request.form.get("sure") == "yes":
                moved_to(office(), old, person().name, at=at, venue=venue)
                return _done(code, "forums.moved")
            new = moved_by(office(), old, person().name, at=at, venue=venue)
            timeline = timeline_of(office(), new)
            foreseen = new, timeline, people_of(timeline)
        except CivicError as refused:
            fault = str(refused)
    page = render_template(
        "forums/move.html",
        forum=old,
        foreseen=foreseen,
        fault=fault,
        typed=request.form,
        place=place,
    )
    return (page, 422) if fault else page


@steps.route("/cancel", methods=["GET", "POST"])
def cancel(code: str) -> Page:
    """Call a forum off; who will be told is shown before."""
    old = office().forums.known(code)
    if request.method == "POST" and request.form.get("sure") == "yes":
        called_off(office(), old, person().name)
        return _done(code, "forums.cancelled")
    timeline = timeline_of(office(), off_by(office(), old, person().name))
    return render_template("forums/cancel.html", forum=old, people=people_of(timeline), place=place)


@steps.post("/approve")
def approve(code: str) -> Page:
    """Agree to exactly what was shown, as a second person."""
    old = office().forums.known(code)

    def agreed() -> None:
        wanted = agreement(office(), old, person().name)
        if request.form.get("seen") != words_digest(timeline_of(office(), old)):
            raise NotAcceptable(said(g.language, "forums.changed_since", {}))
        agree(office(), wanted, person().name)

    return _tried(code, agreed, "forums.approved")


@steps.post("/answer")
def answer(code: str) -> Page:
    """Answer a question."""
    forum, words = office().forums.known(code), texts_typed("answer")
    is_private = bool(request.form.get("private"))

    def answering() -> None:
        if not words:
            raise NotAcceptable(said(g.language, "forums.no_answer", {}))
        order = answered(
            office(),
            forum,
            request.form.get("number", ""),
            person().name,
            {"en": next(iter(words.values())), **words},
            shown=request.form.get("shown", "").strip(),
            is_private=is_private,
        )
        unheard = "forums.unheard_private" if is_private else "forums.unheard"
        flash(said(g.language, "forums.heard" if hears(office(), order) else unheard, {}))

    return _tried(code, answering, "forums.answered")


@steps.post("/attendance")
def attendance(code: str) -> Page:
    """Note how many came."""
    old = office().forums.known(code)

    def noting() -> None:
        people, women = (_whole(request.form.get(name, "")) for name in ("people", "women"))
        attended(office(), old, person().name, people, women)

    return _tried(code, noting, "forums.attended")


@steps.post("/actions")
def actions(code: str) -> Page:
    """Note something the forum agreed on, or how far it came."""
    today, who = office().today().isoformat(), person().name
    text, number = request.form.get("text", "").strip(), request.form.get("number", "")

    def noting() -> None:
        if number:
            state = request.form.get("state", "")
            action_moved(office(), code, number, state, today, who=who)
        elif text:
            action_agreed(office(), code, text, today, who)
        else:
            raise NotAcceptable(said(g.language, "forums.no_action", {}))

    return _tried(code, noting, "forums.noted")


def _tried(code: str, do: Callable[[], None], key: str) -> Page:
    """Do something with a forum; where it is refused, its page says why."""
    try:
        do()
    except CivicError as fault:
        return page_of(office().forums.known(code), str(fault)), 422
    return _done(code, key)


def _done(code: str, key: str) -> Answer:
    flash(said(g.language, key, {}))
    return redirect(url_for("forums.one", code=code), 303)


def _whole(text: str) -> int:
    # Longer ones are no count of people, and very long ones no number for a computer.
    if not WHOLE.fullmatch(text):
        raise NotAcceptable(said(g.language, "forums.no_number", {}))
    return int(text)
