"""This file lays out forums for a person: when, where, how many people, what came of it."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.capabilities.broadcasts import Audience
from chalicelib.capabilities.forums import Forum
from chalicelib.duties.broadcast_lines import WHY, people_of
from chalicelib.staff import Office

# Why a message of a forum is not for somebody, beside what keeps any message from them.
ANSWERED = {"yes": "said yes", "no": "said no", "silent": "gave no answer yet"}


def people_in(side: Office, commune: str) -> int:
    """Return how many people of a commune may be written to."""
    members = side.audience.members(Audience(communes=(commune,)))
    return sum(one.reachable for one in members)


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
        "attended": forum.attended,
        "women": forum.women,
        "actions": dict(agreed),
    }


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
    words = {**WHY, **ANSWERED}
    told = [f"{count:,} {words.get(why, why)}" for why, count in sorted(people.items())]
    return f"; left out: {', '.join(told)}" if told else ""


def when(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment as a person reads it."""
    return f"{at.astimezone(zone):%d/%m/%y %H:%M}"
