"""This file is the first page: what needs whoever is signed in, now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, url_for

from chalicelib.capabilities.staff import CLERK, OMBUDSPERSON, ORGANIZER, Person
from chalicelib.console.back import office, person

WEEK = timedelta(days=7)
today = Blueprint("today", __name__)


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that waits for somebody: its sentence's key, how many, and where to go."""

    key: str
    count: int
    address: str


@today.get("/")
def show() -> str:
    """Show what needs me, by my roles."""
    zone = ZoneInfo(office().settings.timezone)
    now = office().clock.now().astimezone(zone)
    on, _ = office().sweeper.ledger.control.switched()
    needs = [one for one in _needs(person(), now) if one.count]
    return render_template("today.html", needs=needs, now=now, is_stopped=not on)


def _needs(who: Person, _now: datetime) -> Iterator[Need]:
    """Give what waits, what presses most first."""
    if who.roles & {ORGANIZER, CLERK, OMBUDSPERSON}:
        yield Need("needs.none", 0, url_for("today.show"))
