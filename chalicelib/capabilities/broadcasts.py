"""This file says what a message to many is: its class, its words, its window, whom it is for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal, Protocol

from chalicelib.capabilities.subscribers import Member

Kind = Literal["notice", "forum", "broadcast"]
# A notice is worth an SMS while it is fresh; whoever wonders later may ask.
FRESH_SPANS, FRESH = 3, timedelta(days=3)
LOOKED_AHEAD = timedelta(days=60)


class Hours(Protocol):
    """The hours at which messages may go out."""

    def spans(
        self, begin: datetime, end: datetime, late_until: int | None = None
    ) -> Iterator[tuple[datetime, datetime]]:
        """Give the open spans between two moments."""


def fresh_until(hours: Hours, now: datetime) -> datetime:
    """Return until when a notice of now may go out: the end of the third day that is open.

    Days on which nothing goes out do not count, however many follow each other; where every hour
    is open it is three days.
    """
    ends = [end for _, end in islice(hours.spans(now, now + LOOKED_AHEAD), FRESH_SPANS)]
    return ends[-1] if len(ends) == FRESH_SPANS else now + FRESH


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a message is for: those of the places who match everything that is named.

    `communes` are codes of 2, 4 or 6 digits; `people` are ids and stand in place of communes.
    `answers` are those to `forum`: `yes`, `no`, or `silent` for who said nothing. With neither
    communes nor people it is everybody who answered the forum.
    """

    communes: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    topics: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    forum: str = ""
    answers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Order:
    """One message to many as its author orders it. The same `id` is the same message for ever.

    `texts` are the words by language, as sent, sender's name and STOP line included. Nothing is
    sent before `not_before` or after `not_after`; within them the class's quiet hours hold.
    `late_until` is the hour until which an urgent message (moved, cancelled) may go out.
    `opens` is the forum whose question is open for who gets it, or empty.
    """

    id: str
    kind: Kind
    texts: Mapping[str, str]
    audience: Audience
    not_before: datetime
    not_after: datetime
    author: str
    late_until: int | None = None
    opens: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


class AudienceReader(Protocol):
    """Reads the people an audience is made of, each once, without their numbers."""

    def members(self, audience: Audience) -> Iterator[Member]:
        """Give everyone of an audience, also who opted out or never consented, in a fixed order.

        Raises:
            Unavailable: the database stopped answering.
        """


class Ledger(Protocol):
    """Takes orders, and accounts for every person of them."""

    def order(self, order: Order) -> bool:
        """Accept an order; False where one of that id was accepted before.

        Raises:
            Unavailable: the database did not answer; the same call again is safe.
        """

    def cancel(self, order_id: str, why: str) -> bool:
        """Stop what was not posted yet; False where there is nothing to stop."""
