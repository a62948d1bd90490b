"""This file says which messages a forum makes, when each is of use, and why one is left out."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.capabilities.broadcasts import LOOKED_AHEAD, Audience, Hours
from chalicelib.capabilities.forums import Forum
from chalicelib.errors import NotAcceptable

INVITE, MOVED, CANCELLED, REMIND = "invite", "moved", "cancelled", "remind"
# After this there is no time left to make one's way.
INVITED_BEFORE, REMINDED_BEFORE = timedelta(hours=2), timedelta(minutes=30)
LATE_UNTIL = 20
# A reminder so many days before is for who did not answer too; a later one is not.
SILENT_FROM = 2
MOST_REMINDERS = 3


@dataclass(frozen=True, slots=True)
class Rules:
    """What a stage sets: hours, time zone, days of the reminders, the hour they are due."""

    hours: Hours
    zone: ZoneInfo
    reminders: tuple[int, ...] = (7, 1, 0)
    hour: int = 8


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a forum. `skipped` says why it is never sent, `waits` why not yet."""

    forum: str
    version: int
    what: str
    not_before: datetime
    not_after: datetime
    audience: Audience
    days: int = 0
    skipped: str = ""
    waits: str = ""

    @property
    def id(self) -> str:
        """The name of this message, the same for ever."""
        return id_of(self.forum, self.what, self.version)

    @property
    def is_urgent(self) -> bool:
        """Whether it may go out until late."""
        return self.what in (MOVED, CANCELLED)

    @property
    def invites(self) -> bool:
        """Whether it is the first that people hear of a forum."""
        return self.what == INVITE

    @property
    def asks(self) -> bool:
        """Whether it leaves the question open, to come or not."""
        return self.what in (INVITE, MOVED)

    def is_due(self, now: datetime) -> bool:
        """Whether it should be sent now: neither too early nor too late, and not left out."""
        stopped = self.skipped or self.waits
        return not stopped and self.not_before <= now <= self.not_after


def id_of(forum: str, what: str, version: int) -> str:
    """Return the name of a message: a forum makes one of a kind for each version, no more."""
    return f"forum/{forum}/{what}/{version}"


def messages(forum: Forum, rules: Rules) -> list[Message]:
    """Return every message of a forum's version, those that are never sent with the reason."""
    if forum.state == "held":
        return []
    first = _first(forum, rules)
    if forum.state == "cancelled":
        return [first]
    return [first, *(_reminder(forum, rules, days, first) for days in rules.reminders)]


def reminders_of(written: str) -> tuple[int, ...]:
    """Return the days of the reminders, the earliest first, of a list by spaces or commas.

    Raises:
        NotAcceptable: it holds something else than days, or too many.
    """
    days = written.replace(",", " ").split()
    if len(days) > MOST_REMINDERS or not all(one.isascii() and one.isdigit() for one in days):
        raise NotAcceptable(
            f"OWL_FORUM_REMINDERS is '{written}': write up to {MOST_REMINDERS} days, as 7 1 0"
        )
    return tuple(sorted({int(one) for one in days}, reverse=True))


def kinds(rules: Rules) -> list[str]:
    """Return the kinds of message there are."""
    return [INVITE, MOVED, CANCELLED, *(f"{REMIND}-{days}" for days in rules.reminders)]


def ids_before(forum: Forum, rules: Rules) -> list[str]:
    """Return the names of every message that the plans before this version may have made."""
    versions = range(1, forum.version)
    return [id_of(forum.code, what, version) for version in versions for what in kinds(rules)]


def too_late(message: Message, now: datetime, zone: ZoneInfo) -> Message:
    """Return a message that nobody sent in time as left out."""
    if message.skipped or now <= message.not_after:
        return message
    last = message.not_after.astimezone(zone)
    why = message.waits or "nothing could be sent"
    return replace(message, skipped=f"too late after {_when(last)}: {why}", waits="")


def _first(forum: Forum, rules: Rules) -> Message:
    """Return what tells of this version: an invitation, a move or a cancelling."""
    what, answers, ends = INVITE, frozenset[str](), forum.at - INVITED_BEFORE
    if forum.state == CANCELLED:
        what, answers, ends = CANCELLED, frozenset({"yes", "silent"}), forum.at
    elif 0 < forum.invited < forum.version:
        what, answers, ends = MOVED, frozenset({"yes", "no", "silent"}), forum.at
    begins = forum.approved_at or forum.since
    late = LATE_UNTIL if what in (MOVED, CANCELLED) else None
    span = next(rules.hours.spans(begins, max(ends, begins) + LOOKED_AHEAD, late), None)
    begins = span[0] if span else begins
    message = Message(
        forum.code,
        forum.version,
        what,
        begins,
        ends,
        _audience(forum, answers),
        skipped=_first_skipped(forum, what, begins, ends, rules.zone),
    )
    if forum.approved_at is None and not message.skipped:
        return replace(message, waits=_waits(forum))
    return message


def _first_skipped(
    forum: Forum, what: str, begins: datetime, ends: datetime, zone: ZoneInfo
) -> str:
    if what == CANCELLED and not forum.invited:
        return "nobody was invited yet"
    if begins > ends:
        return (
            f"no time is left: it could go out from {_when(begins.astimezone(zone))}, "
            f"and is of use until {_when(ends.astimezone(zone))}"
        )
    return ""


def _reminder(forum: Forum, rules: Rules, days: int, first: Message) -> Message:
    day = forum.at.astimezone(rules.zone).date() - timedelta(days=days)
    begins = datetime.combine(day, time(rules.hour), rules.zone)
    ends = datetime.combine(day + timedelta(days=1), time(0), rules.zone)
    if days == 0:
        ends = forum.at - REMINDED_BEFORE
    span = next(rules.hours.spans(begins, max(begins, ends)), None)
    answers = frozenset({"yes", "silent"} if days >= SILENT_FROM else {"yes"})
    message = Message(
        forum.code,
        forum.version,
        f"{REMIND}-{days}",
        span[0] if span else begins,
        min(span[1] if span else ends, ends),
        _audience(forum, answers),
        days,
        skipped=_reminder_skipped(forum, day, first, rules.zone) if span else _shut(forum, day),
    )
    made = forum.approved_at or forum.since
    if not message.skipped and message.not_after < made:
        how = "moved" if forum.version > 1 else "planned"
        return replace(message, skipped=f"its time was over when the forum was {how}")
    if forum.approved_at is None and not message.skipped:
        return replace(message, waits=_waits(forum))
    return message


def _reminder_skipped(forum: Forum, day: date, first: Message, zone: ZoneInfo) -> str:
    told = first.not_before.astimezone(zone).date()
    since = forum.since.astimezone(zone).date()
    if day < since:
        how = "moved" if forum.version > 1 else "planned"
        return f"{day:%d/%m/%y} was over when the forum was {how}"
    if not first.skipped and day <= told:
        news = "the move" if first.what == MOVED else "the invitation"
        return f"{news} goes out on {told:%d/%m/%y} and says the same"
    return ""


def _shut(forum: Forum, day: date) -> str:
    if day == forum.at.date():
        return f"the forum begins at {forum.at:%H:%M}, before a message is of use"
    return f"no message may go out on {day:%d/%m/%y}"


def _waits(forum: Forum) -> str:
    return f"waits for a second person to approve it: it would go to {forum.people:,} people"


def _audience(forum: Forum, answers: frozenset[str]) -> Audience:
    if not answers:
        return Audience(communes=(forum.commune,))
    return Audience(communes=(forum.commune,), forum=forum.code, answers=answers)


def _when(at: datetime) -> str:
    return f"{at:%d/%m/%y %H:%M}"
