"""This file lays out forums and their messages for a person: when, to how many, at what price."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from chalicelib.capabilities.broadcasts import Audience
from chalicelib.capabilities.forums import Forum
from chalicelib.capabilities.forums_plan import Message
from chalicelib.capabilities.ledger import PLANNED, Head
from chalicelib.capabilities.ledger_preview import Preview
from chalicelib.capabilities.ledger_rules import is_agreed
from chalicelib.cli.broadcast_lines import WHY, foreseen
from chalicelib.staff import Office

NOBODY = {"people": 0, "left_out": {}, "parts": {}, "price": ["0.00", "0.00"]}
NAMES = {"invite": "invitation", "moved": "news of the move", "cancelled": "news that it is off"}


@dataclass(slots=True)
class Step:
    """One message of a forum: how it stands, whom it reaches, and what that costs."""

    message: Message
    standing: str
    texts: Mapping[str, str]
    seen: Preview | None = None

    def lines(self, side: Office) -> Iterator[str]:
        """Give it as lines."""
        zone = ZoneInfo(side.settings.timezone)
        first, last = (when(at, zone) for at in (self.message.not_before, self.message.not_after))
        yield f"{name_of(self.message)}: {first} to {last}: {self.standing}"
        if self.seen is None:
            return
        yield f"  to {people_of(self.seen.people)}{left_out(self.seen.left_out)}"
        for language, (count, size) in self.seen.languages.items():
            parts = "1 part" if size.segments == 1 else f"{size.segments} parts"
            yield f"  {language}: {people_of(count)}, {parts} each"
        yield f"  price {self.seen.cheapest:.2f} to {self.seen.dearest:.2f}, by OWL_RATE_CARD"


def timeline_of(side: Office, forum: Forum) -> list[Step]:
    """Return every message of a forum as things stand now."""
    messages = side.announcer.plan(forum)
    heads = heads_of(side, [one.id for one in messages])
    return [_step(side, forum, one, heads) for one in messages]


def heads_of(side: Office, ids: Sequence[str]) -> dict[str, Head | None]:
    """Return the messages that were taken up, by id; None for one that the sender has not yet."""
    fired = list(side.forums.fired(ids))
    return dict(zip(fired, side.ledger.heads(fired), strict=True))


def _step(side: Office, forum: Forum, message: Message, heads: Mapping[str, Head | None]) -> Step:
    texts, fired = side.announcer.texts(forum, message), message.id in heads
    given = _outgrown(forum, heads.get(message.id)) or "given to the sender"
    standing = given if fired else message.waits or "to come"
    step = Step(message, message.skipped if message.skipped and not fired else standing, texts)
    if not message.skipped:
        order = side.announcer.order(forum, message)
        step.seen = foreseen(side, order, side.settings.chunk)
    return step


def _outgrown(forum: Forum, head: Head | None) -> str:
    """Return what a message that was taken up waits for; empty where nobody has to agree."""
    if head is not None and head.state == PLANNED and not is_agreed(head):
        return (
            f"waits for a second person: owl forum approve {forum.code} --as NAME; "
            f"it would go to {people_of(head.planned)}"
        )
    return ""


def people_in(side: Office, commune: str) -> int:
    """Return how many people of a commune may be written to."""
    members = side.audience.members(Audience(communes=(commune,)))
    return sum(one.reachable for one in members)


def told(side: Office, one: Forum, *, as_json: bool) -> None:
    """Print a forum that was planned or changed, and where to see what it sends."""
    if as_json:
        click.echo(json.dumps(plain_forum(one), ensure_ascii=False, indent=2))
        return
    click.echo(in_line(side, one))
    click.echo(f"See what it sends: owl forum timeline {one.code}")


def plain_preview(seen: Preview) -> dict[str, Any]:
    """Return whom a message reaches and for what, as plain values."""
    return {
        "people": seen.people,
        "left_out": dict(seen.left_out),
        "parts": {one: size.segments for one, (_, size) in seen.languages.items()},
        "price": [f"{seen.cheapest:.2f}", f"{seen.dearest:.2f}"],
    }


def plain_timeline(step: Step) -> dict[str, Any]:
    """Return a message as plain values."""
    return {
        "id": step.message.id,
        "what": step.message.what,
        "not_before": step.message.not_before.isoformat(timespec="minutes"),
        "not_after": step.message.not_after.isoformat(timespec="minutes"),
        "standing": step.standing,
        "skipped": bool(step.message.skipped),
        **(plain_preview(step.seen) if step.seen else NOBODY),
        "texts": dict(step.texts),
    }


def plain_forum(forum: Forum) -> dict[str, Any]:
    """Return a forum as plain values."""
    return {
        "code": forum.code,
        "commune": forum.commune,
        "venue": dict(forum.venue),
        "at": forum.at.isoformat(timespec="minutes"),
        "agenda": dict(forum.agenda),
        "organizer": forum.organizer,
        "state": forum.state,
        "version": forum.version,
        "people": forum.people,
        "approved": forum.approved_at is not None,
        "by": forum.by,
    }


def described(side: Office, forum: Forum) -> dict[str, Any]:
    """Return everything about a forum: the plan, the answers, the questions, what came of it."""
    said = Counter(side.forums.answers(forum.code).values())
    asked = side.forums.questions(forum.code)
    agreed = Counter(one.state for one in side.forums.actions(forum.code))
    return {
        **plain_forum(forum),
        "answers": {"yes": said["yes"], "no": said["no"]},
        "questions": {
            "asked": len(asked),
            "answered": sum(one.state != "asked" for one in asked),
        },
        "waits": _waits(side, forum),
        "attended": forum.attended,
        "women": forum.women,
        "actions": dict(agreed),
    }


def _waits(side: Office, forum: Forum) -> str:
    """Return what the messages of a forum wait for; empty where nobody has to do anything."""
    steps = side.announcer.plan(forum)
    heads = heads_of(side, [one.id for one in steps])
    outgrown = [_outgrown(forum, head) for head in heads.values()]
    return next(filter(None, [*outgrown, *(one.waits for one in steps)]), "")


def in_line(side: Office, forum: Forum) -> str:
    """Return a forum in one line."""
    zone = ZoneInfo(side.settings.timezone)
    place = side.announcer.place(forum.commune)["en"]
    waits = "" if forum.approved_at else ", waits for a second person to approve it"
    return (
        f"{forum.code} {place}, {when(forum.at, zone)}, {forum.venue['en']}: {forum.state}, "
        f"{people_of(forum.people)}{waits}"
    )


def left_out(people: Mapping[str, int]) -> str:
    """Return who gets nothing and why, to be put after how many do; nothing where all do."""
    told = [f"{count:,} {WHY.get(why, why)}" for why, count in sorted(people.items())]
    return f"; left out: {', '.join(told)}" if told else ""


def people_of(count: int) -> str:
    """Return how many people, in words."""
    return "1 person" if count == 1 else f"{count:,} people"


def name_of(message: Message) -> str:
    """Return what a message is called."""
    if message.what in NAMES:
        return NAMES[message.what].capitalize()
    days = "1 day" if message.days == 1 else f"{message.days} days"
    return f"Reminder {days} before" if message.days else "Reminder on the day"


def when(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment as a person reads it."""
    return f"{at.astimezone(zone):%d/%m/%y %H:%M}"
