"""This file is the pages of forums: calendar and list, one forum, and planning another one."""

import calendar
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from chalicelib.capabilities import forums_sheet
from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.forums import ACTION_STATES, Draft, Forum
from chalicelib.console import files
from chalicelib.console.back import office, person
from chalicelib.console.sheets import csv_answer
from chalicelib.console.typed import texts_typed
from chalicelib.console.words import said
from chalicelib.duties.forum_agreeing import goes_to
from chalicelib.duties.forum_foresight import Kind, foreseen_kinds
from chalicelib.duties.forum_timeline import Step, timeline_of, waits_of, words_digest
from chalicelib.duties.forum_venue import long_venue
from chalicelib.duties.forums import added, planned_by
from chalicelib.duties.imports import note
from chalicelib.duties.places import codes_of, places_of
from chalicelib.errors import CivicError, NotAcceptable
from chalicelib.sheets.read import Sheet
from chalicelib.sheets.report import Report

MONTHS_SHOWN = 2
forums = Blueprint("forums", __name__, url_prefix="/forums")


@forums.get("/")
def show() -> str:
    """Show the forums to come in a calendar and a list, and then those that are over."""
    now = office().clock.now()
    found = sorted(office().forums.all(), key=lambda one: one.at)
    coming = [one for one in found if one.is_on and one.at > now]
    return render_template(
        "forums/list.html",
        coming=coming,
        over=[one for one in reversed(found) if one not in coming],
        months=[_month(first, found) for first in _firsts(office().today())],
        place=place,
        waits={one.code: waits_of(office(), one) for one in coming if not one.approved_at},
    )


@forums.route("/new", methods=["GET", "POST"])
def new() -> str | tuple[str, int] | Answer:
    """Plan a forum; a look at what it would send comes first."""
    typed, seen, fault = dict(request.form), None, ""
    if request.method == "POST":
        try:
            draft = _draft(typed)
            if typed.get("sure") == "yes":
                made = added(office(), draft, typed.get("organizer", ""), person().name)
                flash(said(g.language, "forums.planned", {"code": made.code}))
                return redirect(url_for("forums.one", code=made.code), 303)
            foreseen = planned_by(office(), draft, typed.get("organizer", ""), person().name)
            seen = timeline_of(office(), foreseen), foreseen, list(long_venue(office(), foreseen))
        except CivicError as refused:
            fault = str(refused)
    page = render_template("forums/new.html", typed=typed, seen=seen, fault=fault, place=place)
    return (page, 422) if fault else page


@forums.route("/file", methods=["GET", "POST"])
def file() -> str | tuple[str, int]:
    """Plan the forums of a file; a try shows what they would send, to how many, at what price."""
    shown: dict[str, list[Kind]] = {"kinds": []}

    def take(sheet: Sheet, *, is_tried: bool) -> tuple[Report, int]:
        side, who = office(), person().name
        there = {where for one in side.forums.all() for where in one.planned_for}
        known = (side.catalogue.load() or EMPTY).places
        rules = forums_sheet.Rules(known, there, side.clock.now(), zone())

        plan, made = planned_by if is_tried else added, list[Forum]()
        report = forums_sheet.take(
            sheet, rules, lambda draft: made.append(plan(side, draft, "", who)), dry_run=is_tried
        )
        note(side, who, "import forums", report)
        if is_tried:
            shown["kinds"] = foreseen_kinds(side, made)
            report.notices += [line for one in made for line in long_venue(side, one)]
        return report, 0

    columns, required = forums_sheet.COLUMNS, forums_sheet.REQUIRED
    return files.page("forums/file.html", columns, required, take, shown)


@forums.get("/template.csv")
def template() -> Response:
    """Give an empty file with the columns."""
    return csv_answer("forums.csv", forums_sheet.COLUMNS, [])


@forums.get("/<code>")
def one(code: str) -> str:
    """Show everything about one forum."""
    return page_of(office().forums.known(code))


def page_of(forum: Forum, fault: str = "") -> str:
    """Return the page of a forum, with what was refused of a form on it."""
    side = office()
    steps, waits = timeline_of(side, forum), waits_of(side, forum)
    answers = Counter(side.forums.answers(forum.code).values())
    return render_template(
        "forums/one.html",
        forum=forum,
        steps=steps,
        digest=words_digest(steps),
        waits=waits,
        people=goes_to(side, forum) if waits else forum.people,
        invited=max((one.reached for one in steps), default=0),
        yes=answers["yes"],
        no=answers["no"],
        questions=side.forums.questions(forum.code),
        actions=side.forums.actions(forum.code),
        states=ACTION_STATES,
        is_over=forum.at <= side.clock.now(),
        fault=fault,
        typed=request.form,
        place=place,
    )


def place(commune: str) -> str:
    """Return the name of a commune in the page's language."""
    names = office().announcer.place(commune)
    return str(names.get(g.language, names["en"]))


def zone() -> ZoneInfo:
    """Return the stage's time zone."""
    return ZoneInfo(office().settings.timezone)


def moment_typed(text: str) -> datetime | None:
    """Return a moment as a form gives it, or as people write it; None where it is empty.

    Raises:
        NotAcceptable: it is none.
    """
    return forums_sheet.moment_of(text.replace("T", " "), zone()) if text.strip() else None


def people_of(steps: list[Step]) -> int:
    """Return how many people the news of a change go to."""
    return sum(one.seen.people for one in steps if one.seen and one.message.what in NEWS)


NEWS = frozenset({"moved", "cancelled"})


def _draft(typed: dict[str, str]) -> Draft:
    at, venue = moment_typed(typed.get("at", "")), texts_typed("venue")
    agenda = texts_typed("agenda")
    if at is None:
        raise NotAcceptable(said(g.language, "forums.no_time", {}))
    if not venue or not agenda:
        raise NotAcceptable(said(g.language, "forums.no_words", {}))
    (commune,) = codes_of(places_of(office()), [typed.get("commune", "").strip()])
    return Draft(commune, _in_english_too(venue), at, _in_english_too(agenda))


def _in_english_too(text: dict[str, str]) -> dict[str, str]:
    """Return a text that other languages can fall back on."""
    first = text.get("en") or text.get("km-Latn") or text["km"]
    return {"en": first, **text}


def _firsts(today: date) -> list[date]:
    first = today.replace(day=1)
    found = [first]
    while len(found) < MONTHS_SHOWN:
        found.append((found[-1] + timedelta(days=32)).replace(day=1))
    return found


def _month(first: date, found: list[Forum]) -> tuple[date, list[list[tuple[int, list[Forum]]]]]:
    """Return a month's weeks, each day with its forums; 0 for a day of another month."""
    by_day: dict[date, list[Forum]] = {}
    for forum in found:
        if forum.state != "cancelled":
            by_day.setdefault(forum.at.astimezone(zone()).date(), []).append(forum)
    weeks = calendar.Calendar().monthdayscalendar(first.year, first.month)
    return first, [
        [(day, by_day.get(first.replace(day=day), []) if day else []) for day in week]
        for week in weeks
    ]
