"""This file is the pages of who runs the stage: staff, its settings, and the log of deeds."""

from datetime import date, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.ledger_caps import CAPS, DAY
from chalicelib.capabilities.ledger_preview import rates_of
from chalicelib.capabilities.ledger_window import CLOSES, LATEST, OPENS
from chalicelib.capabilities.staff import CLERK, NAME, OMBUDSPERSON, ROLES, Person, folded
from chalicelib.console.back import back, office, person
from chalicelib.console.words import said
from chalicelib.duties.staff import added, disabled, ending, renewed
from chalicelib.errors import CivicError, NotAcceptable
from chalicelib.settings import described, variable

DAYS_SHOWN, HOLIDAYS_SHOWN = 7, 12
# Before it there was no stage, and soon before it no day at all.
FIRST_DAY = date(2020, 1, 1)
# Never shown, not even whether it is set.
SECRETS = frozenset({variable("gateway_key")})
staff = Blueprint("staff", __name__)


@staff.get("/staff")
def show() -> str:
    """List the staff with their roles and places."""
    return _listed({}, "")


@staff.post("/staff")
def add() -> str | tuple[str, int]:
    """Add one of the staff; the first password is shown once, here."""
    typed = dict(request.form)
    try:
        new = _person(typed)
        password = added(office(), back().identity, new, person().name)
    except CivicError as fault:
        return _listed(typed, str(fault)), 422
    title = said(g.language, "staff.added", {"name": new.name})
    return render_template("staff/added.html", title=title, password=password)


@staff.route("/staff/disable", methods=["GET", "POST"])
def disable() -> str | Answer:
    """Let somebody sign in no more, and end what they have open."""
    name = request.values.get("name", "")
    if request.method != "POST":
        return _asked("staff/disable.html", name)
    if folded(name) == person().name:
        raise NotAcceptable(said(g.language, "staff.not_yourself", {}))
    disabled(office(), back().identity, back().visits, back().keys, name, who=person().name)
    flash(said(g.language, "staff.disabled", {"name": name}))
    return redirect(url_for("staff.show"), 303)


@staff.route("/staff/renew", methods=["GET", "POST"])
def renew() -> str:
    """Let somebody who lost a password or a phone begin again."""
    name = request.values.get("name", "")
    if request.method != "POST":
        return _asked("staff/renew.html", name)
    stage = back()
    password = renewed(
        stage.office, stage.identity, stage.visits, stage.keys, name, who=person().name
    )
    title = said(g.language, "staff.renewed", {"name": name})
    return render_template("staff/added.html", title=title, password=password)


@staff.get("/settings")
def settings() -> str:
    """Show what the stage is set to; a change is a deployment."""
    stage = office().settings
    rows = [
        (name, getattr(stage, name.removeprefix("OWL_").lower()), default, meaning)
        for name, default, meaning in described()
        if name not in SECRETS
    ]
    today, holidays = office().today(), (office().catalogue.load() or EMPTY).holidays
    return render_template(
        "staff/settings.html",
        rows=rows,
        prices_shown=[
            (network, *prices) for network, prices in sorted(rates_of(stage.rate_card).items())
        ],
        caps_shown=[
            (said(g.language, f"bkind.{kind}", {}), cap.most, round(cap.seconds / DAY))
            for kind, caps in CAPS.items()
            for cap in caps
        ],
        holidays=sorted(one for one in holidays if one >= today)[:HOLIDAYS_SHOWN],
        hours=None if not stage.quiet_hours else (OPENS, CLOSES, LATEST),
        blocked=sorted(office().sweeper.ledger.hours.blocked),
    )


@staff.get("/log")
def log() -> str:
    """Show what staff did, a week at a time."""
    last = max(_day(request.args.get("until", "")) or office().today(), FIRST_DAY)
    days = [last - timedelta(days=n) for n in range(DAYS_SHOWN)]
    found = [(day, sorted(office().audit.of_day(day), key=lambda one: one.who)) for day in days]
    return render_template(
        "staff/log.html", found=found, earlier=days[-1] - timedelta(days=1), last=last
    )


def _asked(template: str, name: str) -> str:
    """Return the page that says what happens to somebody, and asks once."""
    ends, left = ending(back().keys, name)
    return render_template(template, name=name, ends=ends, left=left)


def _person(typed: dict[str, str]) -> Person:
    name, role = typed.get("name", "").strip(), typed.get("role", "")
    place = typed.get("place", "").strip()
    if not NAME.fullmatch(folded(name)):
        raise NotAcceptable(said(g.language, "staff.bad_name", {}))
    if role not in ROLES:
        raise NotAcceptable(said(g.language, "staff.bad_role", {}))
    if role in {CLERK, OMBUDSPERSON} and place not in (office().catalogue.load() or EMPTY).offices:
        raise NotAcceptable(said(g.language, "staff.bad_place", {}))
    return Person(
        name,
        frozenset({role}),
        office=place if role == CLERK else "",
        district=place if role == OMBUDSPERSON else "",
    )


def _listed(typed: dict[str, str], fault: str) -> str:
    people = back().identity.everybody()
    return render_template(
        "staff/list.html", people=people, typed=typed, fault=fault, roles=ROLES, me=person().name
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
