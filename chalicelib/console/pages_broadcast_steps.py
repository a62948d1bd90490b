"""This file is what is done with one broadcast: agreed to, let go, paused, resumed, cancelled."""

from collections.abc import Callable

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from chalicelib.capabilities.ledger import Head
from chalicelib.console.back import office, person
from chalicelib.console.pages_broadcasts import page_of
from chalicelib.console.words import said
from chalicelib.duties.broadcast_lines import note, quick_sum
from chalicelib.duties.broadcasts import (
    again_to_unconfirmed,
    approvable,
    approved,
    let_go,
    resumed,
)
from chalicelib.errors import CivicError, NotAcceptable

sending = Blueprint("broadcast_steps", __name__, url_prefix="/broadcast")
Page = str | tuple[str, int] | Answer


@sending.post("/approve")
def approve() -> Page:
    """Agree to exactly what was shown, as a second person."""

    def agreed(head: Head) -> None:
        approvable(office(), head, person().name)
        # The ledger refuses it where it was edited since it was shown.
        approved(office(), head.id, person().name, request.form.get("seen", ""))

    return _tried(agreed, "broadcasts.approved")


@sending.post("/send")
def send() -> Page:
    """Let an approved broadcast go."""
    return _tried(lambda head: let_go(office(), head.id, person().name), "broadcasts.sent")


@sending.post("/pause")
def pause() -> Page:
    """Stop sending for now."""
    why = _by_hand()
    return _steered("pause broadcast", lambda name: office().ledger.pause(name, why))


@sending.post("/resume")
def resume() -> Page:
    """Go on with what is paused."""
    return _steered("resume broadcast", lambda name: resumed(office(), name))


@sending.route("/cancel", methods=["GET", "POST"])
def cancel() -> Page:
    """Stop a broadcast for good; what that means is shown before."""
    if request.method != "POST" and not request.args.get("name"):
        return redirect(url_for("broadcasts.show"), 303)
    if request.method != "POST":
        head = office().ledger.head(request.args.get("name", ""))
        left = quick_sum(office(), head).states.get("PENDING", head.planned)
        return render_template("broadcasts/cancel.html", head=head, left=left)
    why = _by_hand()
    return _steered("cancel broadcast", lambda name: office().ledger.cancel(name, why))


@sending.post("/again")
def again() -> Page:
    """Draft a second message for those of whom nobody knows whether they got the first."""
    name = request.form.get("name", "")
    try:
        order = again_to_unconfirmed(office(), name, person().name)
    except CivicError as fault:
        return page_of(name, str(fault)), 422
    return redirect(url_for("broadcasts.one", name=order.id), 303)


def _by_hand() -> str:
    """Return who did it, in English as the ledger keeps it; each page says it in its language."""
    return f"by {person().name}, by hand"


def _steered(deed: str, change: Callable[[str], bool]) -> Page:
    def steer(head: Head) -> None:
        if not change(head.id):
            # Somebody else brought it there after it was read.
            state = said(g.language, f"bstate.{office().ledger.head(head.id).state}", {})
            raise NotAcceptable(said(g.language, "broadcasts.is", {"state": state}))
        note(office(), person().name, deed, head.id)
        office().sweeper.advance(head.id)

    return _tried(steer, "broadcasts.done")


def _tried(do: Callable[[Head], object], key: str) -> Page:
    """Do something with a message; where it is refused, its page says why."""
    head = office().ledger.head(request.form.get("name", ""))
    try:
        do(head)
    except CivicError as fault:
        return page_of(head.id, str(fault)), 422
    flash(said(g.language, key, {}))
    return redirect(url_for("broadcasts.one", name=head.id), 303)
