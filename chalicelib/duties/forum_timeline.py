"""This file lays out the messages of a forum: when, to how many, why not others, at what price."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.capabilities.broadcasts import Audience
from chalicelib.capabilities.forums import Forum
from chalicelib.capabilities.forums_plan import Message, ids_before
from chalicelib.capabilities.ledger import (
    CANCELLED,
    DONE,
    PAUSED,
    PENDING,
    PLANNED,
    REJECTED,
    SENDING,
    SKIPPED,
    Head,
    moment,
)
from chalicelib.capabilities.ledger_preview import Preview
from chalicelib.capabilities.ledger_rules import is_agreed
from chalicelib.duties.broadcast_lines import foreseen, people_of, quick_sum
from chalicelib.duties.forum_lines import ANSWERED, left_out, when
from chalicelib.staff import Office

NAMES = {"invite": "invitation", "moved": "news of the move", "cancelled": "news that it is off"}
NOT_SENT = {PENDING, REJECTED, SKIPPED}


@dataclass(slots=True)
class Step:
    """One message of a forum: how it stands, whom it reaches, and what that costs.

    `others` are the people of the commune that it is not for, by what they answered. `reached` is
    how many it went to; what is `seen` before ends there.
    """

    message: Message
    standing: str
    texts: Mapping[str, str]
    seen: Preview | None = None
    others: Mapping[str, int] = field(default_factory=dict)
    reached: int = 0

    def lines(self, side: Office) -> Iterator[str]:
        """Give it as lines."""
        zone = ZoneInfo(side.settings.timezone)
        first, last = (when(at, zone) for at in (self.message.not_before, self.message.not_after))
        yield f"{name_of(self.message)}: {first} to {last}: {self.standing}"
        if self.reached:
            yield f"  to {people_of(self.reached)}"
        if self.seen is None:
            return
        yield f"  to {people_of(self.seen.people)}{left_out(self.left_out)}"
        for language, (count, size) in self.seen.languages.items():
            parts = "1 part" if size.segments == 1 else f"{size.segments} parts"
            yield f"  {language}: {people_of(count)}, {parts} each"
        yield f"  price {self.seen.cheapest:.2f} to {self.seen.dearest:.2f}, by OWL_RATE_CARD"

    def words(self) -> Iterator[str]:
        """Give its words in each language, as they are sent; none where it is not."""
        for language, text in self.texts.items() if not self.message.skipped else ():
            yield f"  {language}:"
            yield from (f"  | {line}" for line in text.split("\n"))

    @property
    def left_out(self) -> dict[str, int]:
        """Who of the commune gets nothing, by the reason."""
        return {**self.others, **(self.seen.left_out if self.seen else {})}


@dataclass(frozen=True, slots=True)
class Taken:
    """The messages of a forum that were taken up: what the ledger says of each."""

    side: Office
    forum: Forum
    heads: Mapping[str, Head | None]

    @classmethod
    def of(cls, side: Office, forum: Forum, ids: Sequence[str]) -> "Taken":
        """Read them; None for one that the ledger has not yet."""
        fired = list(side.forums.fired(ids))
        return cls(side, forum, dict(zip(fired, side.ledger.heads(fired), strict=True)))

    def went_out(self, id_: str) -> Head | None:
        """Return a message that went out, or a part of it; None for any other."""
        head = self.heads.get(id_)
        return head if head is not None and head.reached else None

    def standing(self, id_: str) -> str:
        """Return how a message stands."""
        head, zone = self.heads.get(id_), ZoneInfo(self.side.settings.timezone)
        if head is None:
            return "given to the sender"
        if head.state == CANCELLED:
            return "taken back, what went out before is sent" if head.reached else "taken back"
        if head.state == DONE:
            return head.why or f"sent {when(moment(head.ended_at), zone)}"
        states = {SENDING: "is being sent", PAUSED: f"paused: {head.why}"}
        return outgrown(self.forum, head) or states.get(head.state, "given to the sender")

    def reached(self, head: Head) -> int:
        """Return how many people a message went to."""
        states = quick_sum(self.side, head).states
        return sum(count for state, count in states.items() if state not in NOT_SENT)


def timeline_of(side: Office, forum: Forum) -> list[Step]:
    """Return every message of a forum as things stand now, and before them those of plans before.

    Of the plans before only what went out is there.
    """
    messages = side.announcer.plan(forum)
    before = ids_before(forum, side.announcer.rules)
    taken = Taken.of(side, forum, [*before, *(one.id for one in messages)])
    said = _answers(side, forum)
    sent = [_sent(taken, head) for one in before if (head := taken.went_out(one)) is not None]
    sent.sort(key=lambda one: one.message.not_before)
    return [*(one for one in sent if one.reached), *(_step(taken, one, said) for one in messages)]


def _step(taken: Taken, message: Message, said: Mapping[str, int]) -> Step:
    side, forum, fired = taken.side, taken.forum, message.id in taken.heads
    head = taken.went_out(message.id)
    standing = message.skipped or message.waits or "to come"
    step = Step(message, standing, side.announcer.texts(forum, message))
    if fired:
        step.standing = taken.standing(message.id)
    if head is not None:
        step.reached = taken.reached(head)
    elif not message.skipped:
        order = side.announcer.order(forum, message)
        step.seen = foreseen(side, order, side.settings.chunk, taken.heads.get(message.id))
        asked = message.audience.answers or said.keys()
        step.others = {one: count for one, count in said.items() if one not in asked}
    return step


def _sent(taken: Taken, head: Head) -> Step:
    """Return a message of a plan before, as it was sent."""
    order = taken.side.ledger.body(head)
    message = Message(
        taken.forum.code,
        int(order.facts["version"]),
        order.facts["what"],
        order.not_before,
        order.not_after,
        order.audience,
        days=int(order.facts["what"].partition("-")[2] or 0),
    )
    return Step(message, taken.standing(head.id), order.texts, reached=taken.reached(head))


def _answers(side: Office, forum: Forum) -> dict[str, int]:
    """Count who may be written to by what they answered; who gave no answer is `silent`."""
    said = side.forums.said(forum.code) if forum.code else {}
    members = side.audience.members(Audience(communes=(forum.commune,)))
    found = Counter(said.get(one.id, "silent") for one in members if one.reachable)
    return {one: found[one] for one in ANSWERED if found[one]}


def outgrown(forum: Forum, head: Head) -> str:
    """Return what a message that was taken up waits for; empty where nobody has to agree."""
    if head.state != PLANNED or is_agreed(head):
        return ""
    return (
        f"waits for a second person: owl forum approve {forum.code} --as NAME; "
        f"it would go to {people_of(head.planned)}"
    )


def waits_of(side: Office, forum: Forum) -> str:
    """Return what the messages of a forum wait for; empty where nobody has to do anything."""
    messages = side.announcer.plan(forum)
    heads = Taken.of(side, forum, [one.id for one in messages]).heads.values()
    grown = [outgrown(forum, head) for head in heads if head is not None]
    return next(filter(None, [*grown, *(one.waits for one in messages)]), "")


def words_digest(steps: Sequence[Step]) -> str:
    """Return what stands for what a forum sends: its version, and of its words the fingerprint."""
    version = max((one.message.version for one in steps), default=0)
    told = [(one.message.id, _plain(one.message.not_after), dict(one.texts)) for one in steps]
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return f"{version}-{digest}"


def plain_timeline(step: Step) -> dict[str, Any]:
    """Return a message as plain values."""
    seen = step.seen
    return {
        "id": step.message.id,
        "what": step.message.what,
        "version": step.message.version,
        "not_before": _plain(step.message.not_before),
        "not_after": _plain(step.message.not_after),
        "standing": step.standing,
        "skipped": bool(step.message.skipped),
        "people": seen.people if seen else step.reached,
        "left_out": step.left_out,
        "parts": {one: size.segments for one, (_, size) in seen.languages.items()} if seen else {},
        "price": [f"{one:.2f}" for one in ((seen.cheapest, seen.dearest) if seen else (0, 0))],
        "texts": dict(step.texts),
    }


def name_of(message: Message) -> str:
    """Return what a message is called."""
    if message.what in NAMES:
        return NAMES[message.what].capitalize()
    days = "1 day" if message.days == 1 else f"{message.days} days"
    return f"Reminder {days} before" if message.days else "Reminder on the day"


def _plain(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
