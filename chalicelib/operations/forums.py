"""This file is what is done with forums: planned, moved, called off, agreed to, looked at."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct, convert

from chalicelib.capabilities import forums_sheet
from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.forums import Draft, Forum
from chalicelib.duties.broadcast_lines import NOBODY
from chalicelib.duties.codes import code_of
from chalicelib.duties.forum_agreeing import agree, agreement
from chalicelib.duties.forum_foresight import foresight
from chalicelib.duties.forum_lines import described, in_line, people_in, plain_forum
from chalicelib.duties.forum_timeline import plain_timeline, timeline_of, waits_of, words_digest
from chalicelib.duties.forum_venue import long_venue
from chalicelib.duties.forums import added, called_off, moved_to, planned_by
from chalicelib.duties.imports import note
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.operations.base import Asked, Code, Desk, Line, Told, get, post
from chalicelib.operations.imports import Outcome, Rows, Tick, intake
from chalicelib.sheets.read import Sheet

Digest = Annotated[str, Meta(min_length=1, max_length=128)]
Moment = Annotated[str, Meta(max_length=30)]


class Plan(Asked, frozen=True, kw_only=True):
    """A forum to be: the commune's code, when in the stage's time, and its words by language."""

    commune: Code
    at: Moment
    venue: dict[str, Line]
    agenda: dict[str, Line]
    organizer: Line = ""


class Listing(Asked, frozen=True, kw_only=True):
    """Which forums are listed: those to come, with `all` also those that are over."""

    all: bool = False


class OneForum(Asked, frozen=True, kw_only=True):
    """A forum by its code."""

    code: Code


class Move(Asked, frozen=True, kw_only=True):
    """Another time or place of a forum, or both."""

    code: Code
    at: Moment = ""
    venue: dict[str, Line] = {}


class Shown(Asked, frozen=True, kw_only=True):
    """A forum, and the digest of what was seen that it sends."""

    code: Code
    seen: Digest


class Planned(Struct, frozen=True, kw_only=True):
    """A forum as it is planned. `people` is how many it would go to."""

    code: str
    commune: str
    venue: dict[str, str]
    at: str
    agenda: dict[str, str]
    organizer: str
    state: str
    version: int
    people: int
    approved: bool
    by: str


class Described(Planned, frozen=True, kw_only=True):
    """Everything about a forum. `waits` says what it waits for; `seen` is the code of its words."""

    answers: dict[str, int]
    questions: dict[str, int]
    attended: int | None
    women: int | None
    actions: dict[str, int]
    waits: str
    seen: str


class Sends(Struct, frozen=True, kw_only=True):
    """One message of a forum: when, to how many, why not to others, at what price."""

    id: str
    what: str
    version: int
    not_before: str
    not_after: str
    standing: str
    skipped: bool
    people: int
    left_out: dict[str, int]
    parts: dict[str, int]
    price: list[str]
    texts: dict[str, str]


class AllSent(Struct, frozen=True, kw_only=True):
    """The digest of all that a forum sends."""

    code: str
    digest: str


@post("/forums", "forums:write")
def add(desk: Desk, asked: Plan) -> Told[Planned]:
    """Plan a forum; its invitation goes out by itself, after approval where many are invited.

    The very same plan another time is the forum that is there.
    """
    side = desk.side
    commune = asked.commune.zfill(6)
    if commune not in (side.catalogue.load() or EMPTY).places:
        raise NotFound(f"no commune has the code {asked.commune}: see `owl places`")
    venue, agenda = (_said(name, words) for name, words in _texts(asked).items())
    draft = Draft(commune, venue, forums_sheet.moment_of(asked.at, _zone(desk)), agenda)
    same = [one for one in side.forums.all() if _is(one, draft)]
    return _told(desk, same[0] if same else added(side, draft, asked.organizer, desk.who))


@intake("/forums/rows", "forums:write", Rows, forums_sheet.COLUMNS, forums_sheet.REQUIRED)
def take(desk: Desk, sheet: Sheet, asked: Rows, _tick: Tick) -> Outcome:
    """Plan the forum of every row; one that is there already is left as it is.

    A dry run says to how many people they would write, in how many parts, at what price.
    """
    side = desk.side
    places = (side.catalogue.load() or EMPTY).places
    there = {place for one in side.forums.all() for place in one.planned_for}
    rules = forums_sheet.Rules(places, there, side.clock.now(), _zone(desk))
    made: list[Forum] = []
    plan = planned_by if asked.dry_run else added
    report = forums_sheet.take(
        sheet,
        rules,
        lambda draft: made.append(plan(side, draft, "", desk.who)),
        dry_run=asked.dry_run,
    )
    note(side, desk.who, "import forums", report)
    report.notices += foresight(side, made) if asked.dry_run else ()
    report.notices += [line for one in made for line in long_venue(side, one)]
    return Outcome(report, [] if asked.dry_run else [in_line(side, one) for one in made])


@post("/forums/{code}/move", "forums:write")
def move(desk: Desk, asked: Move) -> Told[Planned]:
    """Move a forum: who was invited is told, and every reminder is reckoned anew.

    A place said in English is another one in every language; one said in others alone is the same
    one in other words.
    """
    side, old = desk.side, desk.side.forums.known(asked.code)
    at = forums_sheet.moment_of(asked.at, _zone(desk)) if asked.at else None
    moved_to(side, old, desk.who, at=at, venue=_known_languages("venue", asked.venue))
    return _told(desk, side.forums.known(old.code))


@post("/forums/{code}/cancel", "forums:write")
def cancel(desk: Desk, asked: OneForum) -> Told[Planned]:
    """Cancel a forum: who said yes or nothing is told, and no reminder goes out any more."""
    old = desk.side.forums.known(asked.code)
    return _told(desk, called_off(desk.side, old, desk.who), is_warned=False)


@get("/forums", "forums:read")
def list_(desk: Desk, asked: Listing) -> Told[list[Planned]]:
    """List the forums to come."""
    side = desk.side
    now = side.clock.now()
    found = [one for one in side.forums.all() if asked.all or (one.is_on and one.at > now)]
    lines = [in_line(side, one) for one in sorted(found, key=lambda one: one.at)]
    nothing = "No forum is planned: see `owl forum add --help`."
    return Told([_planned(one) for one in found], lines or [nothing])


@get("/forums/{code}", "forums:read")
def show(desk: Desk, asked: OneForum) -> Told[Described]:
    """Tell everything about one forum: when, where, who said what, what came of it."""
    side, one = desk.side, desk.side.forums.known(asked.code)
    seen = code_of(words_digest(timeline_of(side, one)))
    facts = {**described(side, one), "waits": waits_of(side, one), "seen": seen}
    return Told(convert(facts, Described), _block(facts))


@get("/forums/{code}/timeline", "forums:read")
def timeline(desk: Desk, asked: OneForum) -> Told[list[Sends]]:
    """List every message of a forum: when, to how many, who is left out and why, what it costs."""
    side, one = desk.side, desk.side.forums.known(asked.code)
    steps = timeline_of(side, one)
    told = "\n\n".join("\n".join(each.lines(side)) for each in steps) or "No message is left."
    if waits_of(side, one):
        told += f"\n\ncode: {code_of(words_digest(steps))}"
    return Told([convert(plain_timeline(each), Sends) for each in steps], told.split("\n"))


@get("/forums/{code}/approval", "forums:read")
def approval(desk: Desk, asked: OneForum) -> Told[AllSent]:
    """Show what somebody would agree to, with the digest that says so."""
    side, old = desk.side, desk.side.forums.known(asked.code)
    agreement(side, old, desk.who)
    steps = timeline_of(side, old)
    shown = [line for one in steps for line in [*one.lines(side), *one.words()]]
    return Told(AllSent(code=old.code, digest=words_digest(steps)), shown)


@post("/forums/{code}/approve", "forums:approve")
def approve(desk: Desk, asked: Shown) -> Told[Planned]:
    """Agree to a forum as it was seen; not for who planned or changed it last."""
    side, old = desk.side, desk.side.forums.known(asked.code)
    wanted = agreement(side, old, desk.who)
    if asked.seen != words_digest(timeline_of(side, old)):
        raise NotAcceptable(f"forum {old.code} was changed since it was seen: look at it again")
    agree(side, wanted, desk.who)
    return _told(desk, side.forums.known(old.code), is_warned=False)


def _told(desk: Desk, one: Forum, *, is_warned: bool = True) -> Told[Planned]:
    lines = [in_line(desk.side, one)]
    if not people_in(desk.side, one.commune):
        lines.append(f"Nobody would get it: {NOBODY}")
    lines.append(f"See what it sends: owl forum timeline {one.code}")
    notes = [f"Note: {line}" for line in long_venue(desk.side, one)] if is_warned else []
    return Told(_planned(one), lines, notes)


def _planned(one: Forum) -> Planned:
    return convert(plain_forum(one), Planned)


def _is(one: Forum, draft: Draft) -> bool:
    """Whether a forum is what is to be planned, so that a repeated request plans no second one."""
    same = (draft.commune, draft.at, dict(draft.venue), dict(draft.agenda))
    return one.is_on and (one.commune, one.at, dict(one.venue), dict(one.agenda)) == same


def _texts(asked: Plan) -> dict[str, Mapping[str, str]]:
    return {"venue": asked.venue, "agenda": asked.agenda}


def _said(name: str, words: Mapping[str, str]) -> dict[str, str]:
    found = _known_languages(name, words)
    if not found:
        raise NotAcceptable(f"{name}: say it in one language at least; without it nobody can come")
    # Who speaks another language reads what there is.
    return {"en": next(iter(found.values())), **found}


def _known_languages(name: str, words: Mapping[str, str]) -> dict[str, str]:
    other = sorted(set(words) - set(forums_sheet.LANGUAGES))
    if other:
        known = ", ".join(forums_sheet.LANGUAGES)
        raise NotAcceptable(f"{name}: '{other[0]}' is no language here: write {known}")
    return {language: text.strip() for language, text in words.items() if text.strip()}


def _block(told: dict[str, Any]) -> list[str]:
    width = max(map(len, told))
    return [f"{name:{width}}  {_shown(value)}" for name, value in told.items()]


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {one}" for name, one in value.items()) or "-"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%y %H:%M}"
    return "-" if value in (None, "") else str(value)


def _zone(desk: Desk) -> ZoneInfo:
    return ZoneInfo(desk.side.settings.timezone)
