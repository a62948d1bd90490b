"""This file wires what staff use: the catalogue, tickets, people, forums, messages, the log."""

from datetime import date
from zoneinfo import ZoneInfo

from chalicelib.capabilities.subscribers_forget import Erasable
from chalicelib.clock import SystemClock
from chalicelib.ports import Clock
from chalicelib.settings import Settings
from chalicelib.storage.audience import DynamoAudience
from chalicelib.storage.audit import DynamoAudit
from chalicelib.storage.base import Database
from chalicelib.storage.catalogue import DynamoCatalogue
from chalicelib.storage.complaint_review import Review
from chalicelib.storage.complaints import DynamoComplaints
from chalicelib.storage.enrolment import DynamoEnrolment
from chalicelib.storage.forget import places
from chalicelib.storage.keys import (
    OFFICE_KEYS,
    REVIEWERS,
    REVIEWERS_PUBLIC,
    KeyRing,
    OwnKeyRing,
)
from chalicelib.storage.slips import DynamoSlips
from chalicelib.storage.tickets import DynamoTickets
from chalicelib.storage.watchers import DynamoWatchers
from chalicelib.telecom.messages import NUMBERS, Party
from chalicelib.wiring.messages import announcer_of, forums_of, sweeper_of


class Office:
    """What staff use: the catalogue, the tickets, people, and the log of what they did."""

    def __init__(self, stage: Settings, clock: Clock | None = None) -> None:
        """Wire the staff side of a stage; its clock is its own unless a test has another."""
        database, clock = Database(stage, patient=True), clock or SystemClock(stage)
        self.settings, self.database, self.clock = stage, database, clock
        self.catalogue, self.tickets = DynamoCatalogue(database), DynamoTickets(database)
        self.audit, self.forums = DynamoAudit(database, clock), forums_of(database, clock)
        self.announcer = announcer_of(self.forums, database, clock)
        self.sweeper = sweeper_of(database, clock)
        self.ledger = self.sweeper.ledger.books
        self.audience = DynamoAudience(database, self.forums.said)
        keys = OwnKeyRing(database, clock, OFFICE_KEYS)
        self.people = DynamoEnrolment(database, keys, NUMBERS)
        self.watchers = DynamoWatchers(database, keys)
        self.slips = DynamoSlips(database, clock)

    def party(self, number: str) -> Party:
        """Return who has a number in E.164."""
        return Party(NUMBERS, number, number)

    def review(self) -> Review:
        """Return the complaints, for who holds the reviewers' key."""
        keys = OwnKeyRing(self.database, self.clock, (REVIEWERS, REVIEWERS_PUBLIC))
        return Review(DynamoComplaints(self.database), keys)

    def traces(self) -> list[Erasable]:
        """Return every place where a number leads to something."""
        keys = KeyRing(self.database, self.clock, OFFICE_KEYS)
        return places(self.database, keys, self.clock)

    def today(self) -> date:
        """Return the day in the stage's time zone."""
        return self.clock.now().astimezone(ZoneInfo(self.settings.timezone)).date()
