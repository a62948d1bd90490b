"""This file holds the desk: what a conversation may ask of storage, in as few calls as it can.

`storage.desk` is the one in DynamoDB, `storage.memory.desk` its twin; both keep one contract.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from chalicelib.capabilities.ballots import Ballot
from chalicelib.capabilities.complaints import Cause, Complaint, Report
from chalicelib.capabilities.forums import Answer, Coming, Forum, Question
from chalicelib.capabilities.guesses import Tried
from chalicelib.capabilities.subscribers import STRANGER, Profile
from chalicelib.capabilities.tickets import Ticket
from chalicelib.capabilities.usage import Count
from chalicelib.capabilities.usage_slips import Slip
from chalicelib.ports import Commits, Outbox
from chalicelib.telecom.messages import Party


@dataclass(frozen=True, slots=True, repr=False)
class Look:
    """What one read tells about a party before it is answered.

    `catalogue` is the version published now, `counted` whether the party is in this month's
    set for the channel. `typed` are the inputs of an open menu over SMS, `typed_at` says when
    the last came; `seen_until` is when an equal message that was answered before, or a session
    that was counted, will be forgotten.
    """

    profile: Profile = STRANGER
    catalogue: str | None = None
    counted: bool = False
    typed: tuple[str, ...] | None = None
    typed_at: datetime | None = None
    seen_until: datetime | None = None


class TicketLook(NamedTuple):
    """A ticket, or None, with what its asker tried today and the mark of this value."""

    ticket: Ticket | None
    tried: Tried
    mark: str


@dataclass(frozen=True, slots=True, repr=False)
class ComplaintLook:
    """A complaint, or None, with what its asker tried today and the mark of this code."""

    complaint: Complaint | None
    tried: Tried
    mark: str


@dataclass(frozen=True, slots=True, repr=False)
class ForumsLook:
    """The list of forums, and the commune of who looks at it."""

    coming: Sequence[Coming]
    commune: str


@dataclass(frozen=True, slots=True, repr=False)
class ForumLook:
    """A forum, or None where its code is in no list, and what the party answered to it."""

    forum: Forum | None
    answer: str
    profile: Profile


class Desk(Commits, Protocol):
    """Everything the phone side keeps. Every method may raise `Unavailable`."""

    @property
    def outbox(self) -> Outbox:
        """Where messages to send go."""

    def look(self, party: Party, channel: str, session: str = "") -> Look:
        """Read what a first hop needs, or the end of a session; one call."""

    def look_sms(self, party: Party, message_id: str) -> Look:
        """Read what an inbound SMS needs; one call."""

    def look_session(self, party: Party, session: str) -> Look:
        """Read what was typed so far in a session whose gateway tells the last input; one call."""

    def count_user(self, party: Party, channel: str, profile: Profile) -> None:
        """Put the party into this month's set of the channel, once, with district and sex."""

    def look_at_ticket(self, party: Party, number: str) -> TicketLook:
        """Read a ticket with the asker's tries; one call, two for an alias."""

    def look_at_forums(self, party: Party) -> ForumsLook:
        """Read the list of forums and where the party lives; one call."""

    def look_at_forum(self, party: Party, code: str) -> ForumLook:
        """Read a forum and the party's answer to it; one call."""

    def answered_questions(self, code: str) -> Mapping[str, str]:
        """Read how each question that was answered for everybody begins, by number; one call."""

    def answered_question(self, code: str, number: str) -> Question | None:
        """Read one question that was answered for everybody, without who asked; one call."""

    def answering_forum(
        self, party: Party, look: ForumLook, answer: Answer, channel: str
    ) -> list[Any]:
        """Return the writes of a yes or no to a forum; the last answer wins."""

    def asking_forum(self, party: Party, code: str, text: str) -> tuple[str, list[Any]]:
        """Take a number for a question; one call. Return it with the writes of the question.

        They are refused as `questions` where the party asked as many today as it may.
        """

    def cast(self, party: Party, ballot: Ballot) -> None:
        """Put a ballot into the box, unless this phone rated the office this month; one call.

        Nothing tells the one from the other.
        """

    def complain(self, cause: Cause, report: Report) -> str:
        """Keep a report to the ombudsperson and return its code; one call.

        The same hop again gets the same code, and keeps nothing more; who sent it is no part of
        the code, so it is not even told here.
        """

    def complained(self, cause: Cause) -> str:
        """Return the code of a report that this hop kept before, or nothing; one call."""

    def promising(self, party: Party, parts: int) -> list[Any]:
        """Return the writes that take a reply from its budgets before it is worded.

        They are refused as `budget` or `block`; see `Outbox.put`.
        """

    def look_at_complaint(self, party: Party, code: str, session: str) -> ComplaintLook:
        """Read a complaint with the asker's tries; one call, whatever the code."""

    def heard(self, code: str, complaint: Complaint) -> Mapping[str, str]:
        """Open the ombudsperson's last word by language, empty where there is none; no call."""

    def add_to_complaint(self, cause: Cause, code: str, week: str, text: str) -> bool:
        """Add a citizen's words to a complaint once a hop; False where it takes none; two calls."""

    def hour(self) -> int:
        """Return the hour of the day in the stage's time zone."""

    def note_try(self, party: Party, mark: str, tried: Tried, *, missed: bool) -> bool:
        """Remember that a value was asked; one call, none of which counts a replay twice.

        False where another value was noted since `tried` was read, so that nothing was.
        """

    def set_language(self, party: Party, language: str) -> None:
        """Store the language a party chose."""

    def opting(self, party: Party, *, out: bool, channel: str) -> Any:
        """Return the write that stores STOP or START, its time and channel."""

    def joining(self, party: Party, commune: str, *, channel: str) -> Any:
        """Return the write that stores a commune and the consent to its news.

        It is a new consent, so it takes a STOP back.
        """

    def preferring(
        self, party: Party, *, topics: frozenset[str] | None = None, sex: str | None = None
    ) -> Any:
        """Return the write that stores topics or sex; empty ones are taken out."""

    def watching(self, party: Party, number: str, language: str) -> list[Any]:
        """Return the writes that have a party wait for news of a ticket.

        They are refused as `watchers` where too many wait for it.
        """

    def unwatching(self, party: Party, number: str) -> list[Any]:
        """Return the writes that end a party's waiting for a ticket, by an alias too; one call."""

    def submit(
        self, party: Party, session: str, transcript: str, answer: str, writes: Sequence[Any]
    ) -> str:
        """Do the writes of a submit once; return its answer, or the one it was given before.

        Raises:
            Refused: a condition of one of the writes did not hold.
        """

    def keep_typed(
        self,
        party: Party,
        inputs: Sequence[str] | None,
        read: datetime | None,
        session: str = "sms",
    ) -> list[Any]:
        """Return the writes that keep, sealed, or forget the inputs of a menu, by SMS or session.

        They are refused as `talk` when another message wrote to the menu since it was read:
        `read` is its `typed_at` then.
        """

    def mark_seen(
        self,
        party: Party,
        message_id: str,
        until: datetime | None = None,
        again: timedelta | None = None,
    ) -> list[Any]:
        """Return the writes that remember an inbound message, for 48 hours unless told.

        They are refused as `seen` when one is remembered that came less than `again` before.
        """

    def counting(self, counts: Sequence[Count]) -> list[Any]:
        """Return the writes that add to the counters, for a session that is one message."""

    def profile(self, party: Party) -> Profile:
        """Read one party's profile; one call."""

    def puzzling(self, party: Party) -> Any:
        """Return the write that takes the party's one `not understood` of the day.

        It is refused as `puzzled` when it is taken.
        """

    def count_slip(self, slip: Slip) -> None:
        """Add 1 to a word of this month that almost was a keyword; one call.

        It is not kept where another word stands in its place.
        """

    def count(self, session: str, counts: Sequence[Count]) -> None:
        """Add a session to the counters, once whoever reports it."""
