"""This file is the pages of complaints: one district's, for its ombudsperson alone.

Every look at one is noted before it is shown. The office concerned reads what was released to it,
on a page of its own.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.ballots import week_of
from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.complaints import Complaint
from chalicelib.capabilities.masking import masked
from chalicelib.console.back import office, person
from chalicelib.console.shown import day
from chalicelib.console.typed import texts_typed
from chalicelib.console.words import said
from chalicelib.duties.complaint_lines import Office, plain_complaint, plain_thread
from chalicelib.duties.forum_talk import must_fit
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.operations.whose import district_of

# What may be said, and whether words are needed.
MOVES = {
    "acknowledge": False,
    "ask": True,
    "answer": True,
    "out-of-remit": False,
    "close": False,
}
# After these nothing more is said on a complaint, so they ask once.
ENDS = frozenset({"out-of-remit", "close"})
# As long as what a program may release.
LONGEST = 3000
complaints = Blueprint("complaints", __name__, url_prefix="/complaints")


@complaints.get("/")
def show() -> str:
    """List the complaints of my district, the oldest first, without their texts."""
    found = office().review().of_district(district_of(person()))
    _note("list complaints")
    told = [_plain(one) for one in found]
    return render_template("complaints/list.html", told=told, district=district_of(person()))


@complaints.get("/<ref>")
def one(ref: str) -> str:
    """Show one complaint and what was said on it since."""
    return _shown(_known(ref), "")


@complaints.post("/<ref>")
def say(ref: str) -> str | tuple[str, int] | Answer:
    """Ask, answer, or bring it further otherwise."""
    found, move = _known(ref), request.form.get("move", "")
    words = texts_typed("words")
    if move not in MOVES:
        abort(400)
    if MOVES[move] and not words:
        return _shown(found, said(g.language, "complaints.no_words", {})), 422
    try:
        must_fit(words)
        if move in ENDS and request.form.get("sure") != "yes":
            return _sure(ref, move, words.values())
        _note(f"{move} complaint", complaint=ref)
        office().review().does(found, move, week_of(office().today()), words)
    except NotAcceptable as fault:
        return _shown(found, str(fault)), 422
    flash(said(g.language, "complaints.said", {}))
    return redirect(url_for("complaints.one", ref=ref), 303)


@complaints.post("/<ref>/release")
def release(ref: str) -> str | tuple[str, int] | Answer:
    """Let the office concerned read a text, in my words or as it was written."""
    found, review = _known(ref), office().review()
    text, as_written = request.form.get("text", "").strip(), bool(request.form.get("as_written"))
    if bool(text) == as_written:
        return _shown(found, said(g.language, "complaints.release_what", {})), 422
    if len(text) > LONGEST:
        return _shown(found, said(g.language, "complaints.release_long", {"n": LONGEST})), 422
    if request.form.get("sure") != "yes":
        act = "release_written" if as_written else "release"
        return _sure(ref, act, [masked(text)] if text else [], found.office)
    _note("release complaint", complaint=ref, as_written=as_written)
    review.release(found, masked(text) or review.words(found)[0])
    flash(said(g.language, "complaints.released", {"office": found.office}))
    return redirect(url_for("complaints.one", ref=ref), 303)


@complaints.get("/released")
def released() -> str:
    """Show a clerk what was released to their office, and nothing else."""
    _note("read released complaints", office=person().office)
    found = [
        (one.week, one.kind, text)
        for one, texts in office().review().released(person().office)
        for text in texts
    ]
    return render_template("complaints/released.html", found=found)


def _sure(ref: str, act: str, texts: Iterable[str], to: str = "") -> str:
    """Ask once before what cannot be taken back, with the texts as they will be read."""
    typed = {name: one for name, one in request.form.items() if name != "csrf_token"}
    return render_template(
        "complaints/sure.html", ref=ref, act=act, texts=list(texts), to=to, typed=typed
    )


def _shown(found: Complaint, fault: str) -> str:
    told, review = _plain(found), office().review()
    _note("read complaint", complaint=told["ref"])
    return render_template(
        "complaints/one.html",
        told=told,
        thread=plain_thread(found, review.words(found)),
        is_open=found.is_open,
        typed=request.form,
        fault=fault,
    )


def _known(ref: str) -> Complaint:
    try:
        return office().review().known(district_of(person()), ref)
    except NotFound:
        abort(404)


def _plain(found: Complaint) -> dict[str, Any]:
    side = office()
    limits = Office(side.settings, side.today(), side.catalogue.load() or EMPTY)
    plain = plain_complaint(found, limits)
    return {**plain, "due": day(date.fromisoformat(plain["due"]) if plain["due"] else None)}


def _note(what: str, **details: Any) -> None:
    """Note a deed; of whom no complaint is known, so none is noted."""
    place = {"district": person().district} if person().district else {}
    office().audit.note(Deed(person().name, what, {**place, **details}))
