"""This file says what reports read: counts by day and month, and what staff keep; no person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.catalogue import Catalogue
from chalicelib.capabilities.forums import Agreed, Forum, Question
from chalicelib.capabilities.subscribers_count import Tally
from chalicelib.capabilities.tickets import Ticket
from chalicelib.capabilities.usage import Count
from chalicelib.reports.cards import Card
from chalicelib.reports.periods import Period

Cells = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Invited:
    """What became of a forum's invitations: people written to, and people they reached."""

    people: int = 0
    delivered: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """What one message to many came to in one language, or for one network.

    Where `network` is named, only `people`, `parts` and the price are known.
    """

    kind: str
    language: str = ""
    network: str = ""
    people: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    rejected: int = 0
    unsure: int = 0
    parts: int = 0
    cheapest: Decimal = Decimal(0)
    dearest: Decimal = Decimal(0)


class Source(Protocol):
    """What a stage tells its reports. Every method may raise `Unavailable`."""

    @property
    def today(self) -> date:
        """The day in the stage's time zone."""

    @property
    def catalogue(self) -> Catalogue:
        """Services, offices and places with their names."""

    @property
    def synthetic(self) -> bool:
        """Whether made-up figures were put into the stage."""

    @property
    def default_language(self) -> str:
        """The language of who chose none."""

    def closed(self, months: Sequence[str]) -> Sequence[str]:
        """Return which months are over for good, so that their figures are published."""

    def cells(self, month: str) -> Cells:
        """Return the counters of a month, as the tally made them."""

    def counts(self, day: date) -> Iterable[tuple[Count, int]]:
        """Return the counters of a day."""

    def cards(self, month: str) -> Sequence[Card]:
        """Return what meetings of a month wrote on paper scorecards."""

    def finished(self, month: str) -> Iterable[Ticket]:
        """Return the tickets that were ready or rejected in a month."""

    def waiting(self) -> Iterable[Ticket]:
        """Return the tickets that are neither ready nor rejected."""

    def forums(self) -> Sequence[Forum]:
        """Return every forum."""

    def answers(self, code: str) -> Mapping[str, int]:
        """Return how many said yes and no to a forum."""

    def invited(self, forum: Forum) -> Invited:
        """Return what became of a forum's invitations."""

    def questions(self, code: str) -> Sequence[Question]:
        """Return the questions of a forum."""

    def actions(self, code: str) -> Sequence[Agreed]:
        """Return what a forum agreed on."""

    def people(self) -> Tally:
        """Return how many people who named a commune consented and said STOP."""

    def messages(self, period: Period) -> Iterable[Sent]:
        """Return what became of the messages to many that ended in a period."""

    def deeds(self, day: date) -> Iterable[Deed]:
        """Return what staff did on a day."""
