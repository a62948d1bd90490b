"""This file is the pages of broadcasts: written, looked at, agreed to, followed, accounted for.

While it is written the parts, the phone's screen and the audience stand beside the words; without
scripts a button brings them, with scripts they follow the typing.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from chalicelib.capabilities.broadcasts import Order
from chalicelib.capabilities.ledger import (
    APPROVED,
    DRAFT,
    OVER,
    PAUSED,
    PLANNED,
    PLANNING,
    SENDING,
    moment,
)
from chalicelib.capabilities.ledger_preview import Preview
from chalicelib.capabilities.subscribers import TOPICS
from chalicelib.console.back import office, person
from chalicelib.console.words import said
from chalicelib.dialog.book import LANGUAGES
from chalicelib.duties.broadcast_lines import foreseen, quick_sum, unconfirmed, whole_sum
from chalicelib.duties.broadcasts import drafted, order_of, planned, previewed
from chalicelib.errors import CivicError, NotAcceptable
from chalicelib.telecom.segments import measure

ANSWERS = ("yes", "no", "silent")
broadcasts = Blueprint("broadcasts", __name__, url_prefix="/broadcasts")


@broadcasts.get("/")
def show() -> str:
    """List what is open, and what ended less than three days ago."""
    side = office()
    heads = [one for one in side.ledger.heads(side.ledger.open_ids()) if one is not None]
    return render_template(
        "broadcasts/list.html", heads=sorted(heads, key=lambda one: -one.not_before), at=moment
    )


@broadcasts.route("/new", methods=["GET", "POST"])
def new() -> str | tuple[str, int] | Answer:
    """Write a broadcast; nothing goes out before somebody else has approved it."""
    fault, seen = "", None
    if request.method == "POST":
        try:
            order = order_of(office(), person().name, _typed(request.args.get("edit", "")))
            if request.form.get("keep") == "yes":
                drafted(office(), order, is_edit="edit" in request.args)
                return redirect(url_for("broadcasts.one", name=order.id), 303)
            seen = _seen(order)
        except CivicError as refused:
            fault = str(refused)
    page = _form(dict(request.form.lists()), seen, fault)
    return (page, 422) if fault else page


@broadcasts.post("/look")
def look() -> str:
    """Give the part of the page that follows the typing."""
    try:
        order = order_of(office(), person().name, _typed(""))
        return render_template("broadcasts/seen.html", seen=_seen(order), fault="")
    except CivicError as refused:
        return render_template("broadcasts/seen.html", seen=None, fault=str(refused))


@broadcasts.get("/<path:name>/edit")
def edit(name: str) -> str:
    """Write another draft in a draft's place; approvals of it are void."""
    head = office().ledger.head(name)
    order = office().ledger.body(head)
    is_open = head.state in {DRAFT, PLANNING, PLANNED, APPROVED} and not head.released
    # One to people by name, as those who are unconfirmed, has no places to type.
    if head.kind != "broadcast" or not is_open or order.audience.people:
        raise NotAcceptable(said(g.language, "broadcasts.no_edit", {}))
    typed: dict[str, Any] = {
        "communes": [", ".join(order.audience.communes)],
        "topics": sorted(order.audience.topics),
        "languages": sorted(order.audience.languages),
        "forum": [order.audience.forum],
        "answers": sorted(order.audience.answers),
        "begin": [_typed_as(order.not_before)],
        "until": [_typed_as(order.not_after)],
        **{name_: [_own_words(order, code)] for name_, code in TEXTS.items()},
    }
    return _form(typed, None, "", editing=name)


@broadcasts.get("/<path:name>")
def one(name: str) -> str:
    """Show one message to many: what it is, how far it is, what may be done with it."""
    return page_of(name)


def page_of(name: str, fault: str = "") -> str:
    """Return the page of a message, with what was refused of a form on it."""
    side = office()
    head = planned(side, name)
    is_counted = head.state not in {DRAFT, PLANNING}
    return render_template(
        "broadcasts/one.html",
        head=head,
        texts=side.ledger.body(head).texts,
        sizes={one: measure(text) for one, text in side.ledger.body(head).texts.items()},
        seen=previewed(side, head) if head.state in {PLANNED, APPROVED} else None,
        found=quick_sum(side, head) if is_counted else None,
        is_over=head.state in OVER,
        unconfirmed=len(unconfirmed(side, head)) if head.closed else 0,
        at=moment,
        fault=fault,
        states={"planned": PLANNED, "approved": APPROVED, "sending": SENDING, "paused": PAUSED},
    )


@broadcasts.get("/<path:name>/progress")
def progress(name: str) -> str:
    """Give the part of the page that tells how far it is."""
    head = office().ledger.head(name)
    return render_template(
        "broadcasts/progress.html",
        head=head,
        found=quick_sum(office(), head),
        is_over=head.state in OVER,
    )


@broadcasts.get("/<path:name>/ledger")
def ledger(name: str) -> str:
    """Account for every person of a message, with the operators' reports."""
    head = office().ledger.head(name)
    found = whole_sum(office(), head)
    return render_template("broadcasts/ledger.html", head=head, found=found)


TEXTS = {"text_km": "km", "text_latn": "km-Latn", "text": "en"}


def _form(typed: dict[str, Any], seen: Any, fault: str, *, editing: str = "") -> str:
    return render_template(
        "broadcasts/new.html",
        typed=typed,
        seen=seen,
        fault=fault,
        topics=TOPICS,
        spoken=LANGUAGES,
        answers=ANSWERS,
        texts=TEXTS,
        editing=editing or request.args.get("edit", ""),
    )


def _typed(name: str) -> dict[str, Any]:
    """Return what was typed, as `owl broadcast draft` has it."""
    form = request.form
    communes = form.get("communes", "").replace("\n", ",").split(",")
    return {
        "name": name,
        **{one: form.get(one, "").strip() for one in TEXTS},
        "communes": [one.strip() for one in communes if one.strip()],
        "topics": form.getlist("topics"),
        "languages": form.getlist("languages"),
        "forum": form.get("forum", "").strip(),
        "answers": form.getlist("answers"),
        "begin": form.get("begin", "").replace("T", " "),
        "until": form.get("until", "").replace("T", " "),
    }


def _seen(order: Order) -> tuple[Order, Preview, dict[str, Any]]:
    sizes = {one: measure(text) for one, text in order.texts.items()}
    return order, foreseen(office(), order, office().settings.chunk), sizes


def _own_words(order: Order, language: str) -> str:
    """Return the words without the line at their end, which is added anew."""
    return order.texts.get(language, "").rpartition("\n")[0]


def _typed_as(at: datetime) -> str:
    """Return a moment as the form has it, by the clocks of the stage."""
    return f"{at.astimezone(ZoneInfo(office().settings.timezone)):%Y-%m-%dT%H:%M}"
