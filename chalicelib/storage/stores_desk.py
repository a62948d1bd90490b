"""This file holds what a desk hands on to its stores, the same wherever they keep things."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.capabilities.ballots import Ballot
from chalicelib.capabilities.complaints import Cause, Complaint, Report, added, expired
from chalicelib.capabilities.forums import Answer, Question
from chalicelib.capabilities.guesses import Tried
from chalicelib.capabilities.subscribers import Profile
from chalicelib.capabilities.usage import Count
from chalicelib.capabilities.usage_slips import Slip
from chalicelib.desk import ComplaintLook, ForumLook
from chalicelib.errors import Unavailable
from chalicelib.ports import Refused
from chalicelib.storage import complaint_codes as codes
from chalicelib.storage.ballots import fresh_id
from chalicelib.storage.forum_cells import THERE
from chalicelib.storage.forums import Forums
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.people import BEHIND, PERSON
from chalicelib.storage.sessions import SMS
from chalicelib.telecom.messages import Party

EXPIRED = "expired"


class StoresDesk(ABC):
    """Half a desk: one store for each thing, all or none of their writes through one database."""

    database: Any
    people: Any
    sessions: Any
    limits: Any
    usage: Any
    slips: Any
    forums: Forums
    keys: KeyRing
    tickets: Any
    watchers: Any
    ballots: Any
    complaints: Any

    @abstractmethod
    def answered(self, party: Party, session: str, transcript: str) -> str:
        """Return the answer that a submit was given before; one call."""

    def count_user(self, party: Party, channel: str, profile: Profile) -> None:
        """Put the party into this month's set."""
        self.usage.count_user(party, channel, profile)

    def note_try(self, party: Party, mark: str, tried: Tried, *, missed: bool) -> bool:
        """Remember that a value was asked; False where something was noted since."""
        return bool(self.limits.note_try(party, mark, tried, missed=missed))

    def answered_questions(self, code: str) -> Mapping[str, str]:
        """Read how each question that was answered for everybody begins, by number; one call."""
        return self.forums.published(code)

    def answered_question(self, code: str, number: str) -> Question | None:
        """Read one question that was answered for everybody, without who asked; one call."""
        return self.forums.published_one(code, number)

    def answering_forum(
        self, party: Party, look: ForumLook, answer: Answer, channel: str
    ) -> list[Any]:
        """Return the writes of a yes or no to a forum; its open question is answered by it."""
        code = look.forum.code if look.forum else ""
        asked = look.profile.invitation
        keys = self.keys.now()
        rsvp = self.forums.answering(code, keys.person(party), answer, channel)
        if keys.before is not None:
            # An answer under the key before is overwritten there, or it would count twice.
            older = keys.before.person(party)
            there = self.forums.answering(code, older, answer, channel, was=THERE)
            rsvp = there.or_else(rsvp)
        if asked is None or asked.forum != code or asked.asked is None:
            return [rsvp]
        return [rsvp, self.people.answering(party)]

    def asking_forum(self, party: Party, code: str, text: str) -> tuple[str, list[Any]]:
        """Take a number for a question; return it with the writes of the question."""
        number = self.forums.next_question(code)
        asking = self.forums.asking(code, number, text, self.keys.now().person(party))
        return number, [asking, self.limits.asking(party)]

    def cast(self, party: Party, ballot: Ballot) -> None:
        """Put a ballot into the box, unless this phone rated the office this month."""
        try:
            self.commit(self.ballots.casting(party, ballot), token=fresh_id())
        except Refused as refused:
            if refused.what != "token":
                raise

    def complain(self, cause: Cause, report: Report) -> str:
        """Keep a report to the ombudsperson and return its code."""
        keys = self.keys.now()
        tags = codes.tags_of(keys, cause)
        made = [codes.codes_of(keys, cause, at) for at in range(codes.TRIES)]
        past = [code for each in made for code in each[1:]]
        there = self._with_tag(past, tags)
        for code, *_ in () if there else made:
            if self.complaints.add(codes.made(keys, code, tags[0], report)):
                return code
            there = self._with_tag([code], tags)
            if there:
                break
        if not there:
            raise Unavailable("no code is free")
        return there

    def complained(self, cause: Cause) -> str:
        """Return the code of a report that this hop kept before, or nothing; one call."""
        keys = self.keys.now()
        every = [one for at in range(codes.TRIES) for one in codes.codes_of(keys, cause, at)]
        return self._with_tag(every, codes.tags_of(keys, cause))

    def promising(self, party: Party, parts: int) -> list[Any]:
        """Return the writes that take a reply from its budgets before it is worded."""
        return list(self.limits.replying(party, parts, last=False))

    def _with_tag(self, wanted: Sequence[str], tags: Sequence[str]) -> str:
        """Return the code whose complaint has the words of this hop, or nothing."""
        rows = [codes.row_of(self.keys.now(), one) for one in wanted]
        for code, one in zip(wanted, self.complaints.find(rows) if rows else (), strict=True):
            if one is not None and not one.tags.isdisjoint(tags):
                return code
        return ""

    def _readable(self, one: Complaint | None) -> Complaint | None:
        """Return a complaint unless its code is too old; then nobody can tell it from no one's."""
        today = self.limits.clock.now().astimezone(self.limits.zone).date()
        if one is None or expired(one, today, self.limits.settings.complaint_weeks):
            return None
        return one

    def _looked(
        self, party: Party, typed: tuple[str, str], there: Complaint | None, tried: Tried
    ) -> ComplaintLook:
        """Return what a look at a code in a session tells.

        A code that was right once is marked by its session: its own mark would tie a phone to a
        complaint, and one for all of them would tell that a phone held some.
        """
        code, session = typed
        one = self._readable(there)
        value = code if there is None or one is not None else f"{EXPIRED}/{session}"
        return ComplaintLook(one, tried, self.limits.mark(party, value))

    def heard(self, code: str, complaint: Complaint) -> Mapping[str, str]:
        """Open the ombudsperson's last word by language."""
        entry = complaint.last("ombudsperson")
        return codes.heard(self.keys.now(), code, entry) if entry else {}

    def add_to_complaint(self, cause: Cause, code: str, week: str, text: str) -> bool:
        """Add a citizen's words to a complaint once a hop; False where it takes none."""
        keys = self.keys.now()
        tags = codes.tags_of(keys, cause)
        for _ in range(codes.TRIES):
            old = self._readable(self.complaints.find([codes.row_of(keys, code)])[0])
            if old is not None and not old.tags.isdisjoint(tags):
                return True
            if old is None or not old.is_open:
                return False
            new = added(old, codes.told(keys, text, week), tags[0])
            if self.complaints.change(old, new):
                return True
        raise Unavailable("others change this complaint")

    def hour(self) -> int:
        """Return the hour of the day, for limits by the hour."""
        return int(self.limits.hour())

    def set_language(self, party: Party, language: str) -> None:
        """Store the language a party chose."""
        self.people.set_language(party, language)

    def opting(self, party: Party, *, out: bool, channel: str) -> Any:
        """Return the write of STOP or START."""
        return self.people.opting(party, out=out, channel=channel)

    def joining(self, party: Party, commune: str, *, channel: str) -> Any:
        """Return the write of JOIN."""
        return self.people.joining(party, commune, channel=channel)

    def preferring(
        self, party: Party, *, topics: frozenset[str] | None = None, sex: str | None = None
    ) -> Any:
        """Return the write of topics or sex."""
        return self.people.preferring(party, topics=topics, sex=sex)

    def watching(self, party: Party, number: str, language: str) -> list[Any]:
        """Return the writes that have a party wait for news of a ticket."""
        person = self.keys.now().person(party)
        return [
            self.people.watching(party, number, language, on=True),
            self.watchers.watching(number, person, on=True),
        ]

    def unwatching(self, party: Party, number: str) -> list[Any]:
        """Return the writes that end a party's waiting for a ticket, by an alias too; one call."""
        number = self.tickets.canonical(number)
        people = [each.person(party) for each in self.keys.now().both]
        return [
            self.people.watching(party, number, "", on=False),
            self.watchers.watching(number, *people, on=False),
        ]

    def submit(
        self, party: Party, session: str, transcript: str, answer: str, writes: Sequence[Any]
    ) -> str:
        """Do the writes of a submit once; return its answer, or the one it was given before."""
        try:
            self.commit([*self.sessions.once(party, session, transcript, answer), *writes])
        except Refused as refused:
            if refused.what != "submit":
                raise
            return self.answered(party, session, transcript)
        return answer

    def keep_typed(
        self,
        party: Party,
        inputs: Sequence[str] | None,
        read: datetime | None,
        session: str = SMS,
    ) -> list[Any]:
        """Return the writes that keep or forget the inputs of a menu."""
        return list(self.sessions.keep_typed(party, inputs, read, session))

    def mark_seen(
        self,
        party: Party,
        message_id: str,
        until: datetime | None = None,
        again: timedelta | None = None,
    ) -> list[Any]:
        """Return the writes that remember an inbound message, for 48 hours unless told."""
        parts = ("sms", party.gateway, party.id, message_id)
        return list(self.sessions.mark_seen(*parts, until=until, again=again))

    def counting(self, counts: Sequence[Count]) -> list[Any]:
        """Return the writes that add to the counters."""
        return list(self.usage.counting(counts))

    def puzzling(self, party: Party) -> Any:
        """Return the write that takes the party's one `not understood` of the day."""
        return self.limits.puzzling(party)

    def count(self, session: str, counts: Sequence[Count]) -> None:
        """Add a session to the counters, once whoever reports it."""
        self.usage.count(session, counts)

    def count_slip(self, slip: Slip) -> None:
        """Add 1 to a word of this month that almost was a keyword."""
        self.slips.count(slip)

    def commit(self, writes: Sequence[Any], token: str | None = None) -> None:
        """Do all writes or none."""
        try:
            self.database.commit(writes, token)
        except Refused as refused:
            if refused.what != PERSON:
                raise
            raise Unavailable(BEHIND) from None
