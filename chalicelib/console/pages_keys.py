"""This file is the page of keys to the API: made for oneself or a system, seen, ended."""

import re
from datetime import UTC, datetime

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from chalicelib.capabilities.staff import ADMIN
from chalicelib.capabilities.staff_keys import DAYS, LONGEST_DAYS, ApiKey, Wish
from chalicelib.console.back import back, office, person
from chalicelib.console.words import said
from chalicelib.duties.keys import (
    SYSTEM_ROLES,
    made,
    revoked,
    seen_by,
    system,
)
from chalicelib.errors import CivicError, NotAcceptable
from chalicelib.operations.every import PERSONAL, scopes_of

DIGITS = re.compile(r"[0-9]{1,4}")
ME, A_SYSTEM = "me", "system"
keys = Blueprint("keys", __name__, url_prefix="/keys")


@keys.get("/")
def show() -> str:
    """List the keys, and ask for what a new one is to be."""
    return _listed("")


@keys.post("/")
def make() -> str | tuple[str, int]:
    """Make a key; its text is shown once, here."""
    try:
        key, text = _made()
    except CivicError as fault:
        return _listed(str(fault)), 422
    return render_template("keys/made.html", key=key, text=text, until=_day(key))


@keys.route("/<id_>/revoke", methods=["GET", "POST"])
def revoke(id_: str) -> str | Answer:
    """End a key."""
    found = {one.id: one for one in seen_by(back().keys, person())}
    if id_ not in found:
        abort(404)
    if request.method != "POST":
        return render_template("keys/revoke.html", key=found[id_])
    revoked(office(), back().keys, id_, person())
    flash(said(g.language, "keys.revoked", {}))
    return redirect(url_for("keys.show"), 303)


def _made() -> tuple[ApiKey, str]:
    form = request.form
    label, days = form.get("label", "").strip(), _days(form.get("days", ""))
    wanted = form.getlist("scopes")
    if form.get("holder") == A_SYSTEM and ADMIN in person().roles:
        role, place = form.get("role", ""), form.get("office", "").strip()
        may = [one for one in scopes_of(frozenset({role})) if one not in PERSONAL]
        scopes = [one for one in may if one in wanted]
        holder = system(office(), label, role, place)
    else:
        scopes = [one for one in scopes_of(person().roles) if one in wanted]
        holder = person()
    wish = Wish(label, tuple(scopes), days)
    return made(office(), back().keys, holder, wish, person().name)


def _days(text: str) -> int:
    if not DIGITS.fullmatch(text):
        raise NotAcceptable(said(g.language, "keys.no_days", {"most": LONGEST_DAYS}))
    return int(text)


def _listed(fault: str) -> str:
    is_admin = ADMIN in person().roles
    now = int(office().clock.now().timestamp())
    mine = scopes_of(person().roles)
    of_systems = [
        one for one in scopes_of(frozenset(SYSTEM_ROLES)) if is_admin and one not in PERSONAL
    ]
    return render_template(
        "keys/list.html",
        keys=[(one, one.lasts(now), _day(one)) for one in seen_by(back().keys, person())],
        scopes=list(dict.fromkeys([*mine, *of_systems])),
        mine=mine,
        roles=SYSTEM_ROLES,
        is_admin=is_admin,
        typed=request.form,
        chosen=request.form.getlist("scopes") if request.method == "POST" else mine,
        days=DAYS,
        most=LONGEST_DAYS,
        fault=fault,
    )


def _day(key: ApiKey) -> datetime:
    return datetime.fromtimestamp(key.until, UTC)
