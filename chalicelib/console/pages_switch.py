"""This file is the kill switch of all sending: one person stops it, two start it again."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.ledger_chunks import is_held
from chalicelib.console.back import office, person
from chalicelib.console.words import said

switch = Blueprint("switch", __name__)


@switch.get("/sending")
def show() -> str:
    """Say whether sending is on and what turning it does, and ask once."""
    _, row = office().sweeper.ledger.control.switched()
    heads = [one for one in office().ledger.heads(office().ledger.open_ids()) if one is not None]
    people = sum(one.planned for one in heads if not one.ended_at)
    return render_template(
        "switch.html",
        on=row.get("on", True),
        is_held=is_held(row),
        by=row.get("by"),
        agreed=list(row.get("agreed", ())),
        people=people,
        messages=sum(not one.ended_at for one in heads),
    )


@switch.post("/sending")
def turn() -> Answer:
    """Stop sending, or agree that it goes on."""
    control, who = office().sweeper.ledger.control, person().name
    if request.form.get("turn") == "stop":
        control.stop(who)
        office().audit.note(Deed(who, "stop sending", {}))
        flash(said(g.language, "switch.stopped", {}))
    else:
        on = control.start(who)
        office().audit.note(Deed(who, "start sending", {}))
        flash(said(g.language, "switch.started" if on else "switch.waits", {}))
    return redirect(url_for("switch.show"), 303)
