"""This file says what the forums of a file would send, before any of them is planned."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from chalicelib.capabilities.forums import Forum
from chalicelib.capabilities.forums_plan import Message
from chalicelib.capabilities.ledger_preview import Preview
from chalicelib.duties.broadcast_lines import people_of
from chalicelib.duties.forum_lines import left_out, when
from chalicelib.duties.forum_timeline import Step, name_of, timeline_of
from chalicelib.staff import Office


@dataclass(slots=True)
class Kind:
    """The same message of several forums, added up: people, parts by language, price, the first.

    `message` is that of one of the forums.
    """

    message: Message
    forums: int = 0
    people: int = 0
    calls: int = 0
    parts: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    cheapest: Decimal = Decimal(0)
    dearest: Decimal = Decimal(0)
    first: datetime | None = None

    def add(self, step: Step, seen: Preview) -> None:
        """Add the message of one forum more."""
        self.forums += 1
        self.people, self.calls = self.people + seen.people, self.calls + seen.calls
        self.cheapest, self.dearest = self.cheapest + seen.cheapest, self.dearest + seen.dearest
        self.left_out.update(step.left_out)
        for language, (people, size) in seen.languages.items():
            self.parts[language] += people * size.segments
        self.first = min(self.first or step.message.not_before, step.message.not_before)


def foreseen_kinds(side: Office, forums: Iterable[Forum]) -> list[Kind]:
    """Return each kind of message that these forums would send."""
    kinds: dict[str, Kind] = {}
    for forum in forums:
        for step in timeline_of(side, forum):
            if step.seen is not None:
                kinds.setdefault(name_of(step.message), Kind(step.message)).add(step, step.seen)
    return list(kinds.values())


def foresight(side: Office, forums: Iterable[Forum]) -> Iterator[str]:
    """Give a line for each kind of message: forums, people, parts by language, price, when."""
    zone = ZoneInfo(side.settings.timezone)
    for one in foreseen_kinds(side, forums):
        yield _line(name_of(one.message), one, zone)


def _line(name: str, one: Kind, zone: ZoneInfo) -> str:
    parts = ", ".join(f"{count:,} in {language}" for language, count in sorted(one.parts.items()))
    first = when(one.first, zone) if one.first else "-"
    return (
        f"{name} of {one.forums} forums, first {first}: {people_of(one.people)}"
        f"{left_out(one.left_out)}, parts {parts or 0}, {one.calls:,} HTTP calls, "
        f"price {one.cheapest:.2f} to {one.dearest:.2f}"
    )
