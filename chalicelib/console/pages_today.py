"""This file is the first page: what needs whoever is signed in, and the last four weeks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, g, render_template, url_for

from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.complaints import Limits, late
from chalicelib.capabilities.ledger import PAUSED, PLANNED, Head, moment
from chalicelib.capabilities.ledger_rules import is_agreed
from chalicelib.capabilities.staff import ADMIN, CLERK, OMBUDSPERSON, ORGANIZER, Person
from chalicelib.capabilities.tickets import finished_on
from chalicelib.capabilities.usage import CONSENT
from chalicelib.console.back import office, person
from chalicelib.console.pages_tickets import overdue
from chalicelib.console.words import said
from chalicelib.figures import StageFigures
from chalicelib.operations.whose import office_of
from chalicelib.reports.charts import Bar, drawn
from chalicelib.reports.shown import K

WEEK, WEEKS = timedelta(days=7), 4
# A picture is as wide as a column of the page, or a telephone: wider, its words would shrink.
WIDTH = 352
# Questions to a forum are still answered so long after it.
ANSWERED_FOR = timedelta(days=30)
today = Blueprint("today", __name__)


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that waits for somebody: its sentence's key, how many, and where to go."""

    key: str
    count: int
    address: str


@today.get("/")
def show() -> str:
    """Show what needs me, by my roles, and three pictures."""
    now = office().clock.now().astimezone(ZoneInfo(office().settings.timezone))
    on, _ = office().sweeper.ledger.control.switched()
    needs = [one for one in _needs(person(), now) if one.count]
    pictures = [one for one in _pictures(now.date()) if one]
    return render_template("today.html", needs=needs, now=now, is_stopped=not on, pictures=pictures)


def _needs(who: Person, now: datetime) -> Iterator[Need]:
    """Give what waits for somebody, what presses most first."""
    if OMBUDSPERSON in who.roles and who.district:
        yield from _of_complaints(who.district)
    if ORGANIZER in who.roles:
        yield from _of_messages(who)
        yield from _of_forums(now)
    if who.roles & {CLERK, ORGANIZER, ADMIN}:
        known = office().catalogue.load() or EMPTY
        late_ones = sum(1 for _ in overdue(known, office_of(who)))
        yield Need("needs.overdue", late_ones, url_for("tickets.show"))


def _of_complaints(district: str) -> Iterator[Need]:
    stage, known = office().settings, office().catalogue.load() or EMPTY
    limits = Limits(stage.acknowledge_days, stage.answer_days)
    found = office().review().of_district(district)
    day, address = office().today(), url_for("complaints.show")
    is_late = [bool(late(one, day, limits, known.is_holiday)) for one in found]
    yield Need("needs.late_complaints", sum(is_late), address)
    waiting = sum(one.state in {"received", "acknowledged"} for one in found)
    yield Need("needs.complaints", waiting, address)


def _of_messages(who: Person) -> Iterator[Need]:
    heads = _open_heads()
    wait = sum(
        one.state == PLANNED and not is_agreed(one) and one.author != who.name for one in heads
    )
    address = url_for("broadcasts.show")
    yield Need("needs.paused", sum(one.state == PAUSED for one in heads), address)
    yield Need("needs.second", wait, address)


def _of_forums(now: datetime) -> Iterator[Need]:
    address, found = url_for("forums.show"), office().forums.all()
    recent = [one for one in found if one.at > now - ANSWERED_FOR]
    asked = sum(
        question.state == "asked"
        for forum in recent
        for question in office().forums.questions(forum.code)
    )
    yield Need("needs.questions", asked, address)
    waiting = sum(one.is_on and one.at > now and not one.approved_at for one in found)
    yield Need("needs.forums_waiting", waiting, address)
    week = sum(one.is_on and now < one.at <= now + WEEK for one in found)
    yield Need("needs.forums", week, address)


def _pictures(last: date) -> Iterator[str | None]:
    """Give three pictures of the last four weeks; numbers of few people are left out of them."""
    weeks = [last - WEEK * n for n in reversed(range(WEEKS))]
    figures = StageFigures(office())
    yield _drawn("today.requests", _bars(weeks, [_requests(figures, week) for week in weeks]))
    yield _drawn("today.finished", _bars(weeks, _finished(weeks)))
    yield _drawn("today.sent", _bars(weeks, _sent(weeks)))


def _drawn(key: str, bars: list[Bar]) -> str | None:
    title = said(g.language, key, {})
    return drawn(title, bars, [title], language=g.language, width=WIDTH)


def _bars(weeks: list[date], numbers: list[int]) -> list[Bar]:
    """Return a bar for each week, by its last day."""
    shown = [n if n >= K or not n else None for n in numbers]
    return [Bar(f"– {day:%d/%m}", [n]) for day, n in zip(weeks, shown, strict=True)]


def _requests(figures: StageFigures, week: date) -> int:
    days = [week - timedelta(days=n) for n in range(WEEK.days)]
    found = [pair for day in days for pair in figures.counts(day)]
    return sum(n for count, n in found if count.kind != CONSENT)


def _finished(weeks: list[date]) -> list[int]:
    months = {f"{day - WEEK:%Y-%m}" for day in weeks} | {f"{day:%Y-%m}" for day in weeks}
    mine = office_of(person())
    days = [
        finished_on(one)
        for month in sorted(months)
        for one in office().tickets.ended(month)
        if not mine or one.office == mine
    ]
    return [sum(day is not None and week - WEEK < day <= week for day in days) for week in weeks]


def _sent(weeks: list[date]) -> list[int]:
    zone = ZoneInfo(office().settings.timezone)
    months = {f"{day - WEEK:%Y-%m}" for day in weeks} | {f"{day:%Y-%m}" for day in weeks}
    ids = {one for month in sorted(months) for one in office().ledger.ended_ids(month)}
    heads = [one for one in office().ledger.heads(sorted(ids)) if one is not None and one.ended_at]
    ends = [(moment(one.ended_at).astimezone(zone).date(), one.planned) for one in heads]
    return [sum(n for day, n in ends if week - WEEK < day <= week) for week in weeks]


def _open_heads() -> list[Head]:
    return [one for one in office().ledger.heads(office().ledger.open_ids()) if one is not None]
