"""This file is the desk in memory, for tests and for rehearsals without AWS."""

from chalicelib.capabilities.subscribers import Profile
from chalicelib.desk import ComplaintLook, ForumLook, ForumsLook, Look, TicketLook
from chalicelib.ports import Clock
from chalicelib.storage.complaint_codes import row_of
from chalicelib.storage.forum_bodies import forum_of
from chalicelib.storage.forums import FORUMS, LIST, RSVPS, Forums
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.memory.ballots import MemoryBallots
from chalicelib.storage.memory.base import MemoryDatabase
from chalicelib.storage.memory.catalogue import MemoryCatalogue
from chalicelib.storage.memory.complaints import MemoryComplaints
from chalicelib.storage.memory.forum_cells import MemoryForumCells
from chalicelib.storage.memory.limits import MemoryLimits
from chalicelib.storage.memory.outbox import MemoryOutbox
from chalicelib.storage.memory.people import MemoryPeople
from chalicelib.storage.memory.sessions import MemorySessions
from chalicelib.storage.memory.slips import MemorySlips
from chalicelib.storage.memory.tickets import MemoryTickets
from chalicelib.storage.memory.usage import MemoryUsage
from chalicelib.storage.memory.watchers import MemoryWatchers
from chalicelib.storage.stores_desk import StoresDesk
from chalicelib.telecom.messages import Party


class MemoryDesk(StoresDesk):
    """See `chalicelib.desk.Desk`."""

    database: MemoryDatabase
    people: MemoryPeople
    sessions: MemorySessions

    def __init__(self, database: MemoryDatabase, keys: KeyRing, clock: Clock) -> None:
        """Make every store the phone side uses."""
        self.database, self.keys = database, keys
        self.people = MemoryPeople(database, keys, clock)
        self.sessions = MemorySessions(database, keys, clock)
        self.limits = MemoryLimits(database, keys, clock)
        self.usage = MemoryUsage(database, keys, self.sessions, clock)
        self.slips = MemorySlips(database, clock)
        self.tickets = MemoryTickets(database)
        self.watchers = MemoryWatchers(database, keys)
        self.catalogue = MemoryCatalogue(database)
        self.cells = MemoryForumCells(database)
        self.forums = Forums(self.cells, keys, clock)
        self.ballots = MemoryBallots(database, keys)
        self.complaints = MemoryComplaints(database)
        self.outbox = MemoryOutbox(database, keys, self.limits)

    def look(self, party: Party, channel: str, session: str = "") -> Look:
        """Read what a first hop needs, or the end of a session; one call."""
        self.keys.now()
        with self.database.calling("get"):
            self.limits.see()
            return Look(
                profile=self.people.profile(party),
                catalogue=self.catalogue.version(),
                counted=self.usage.is_counted(party, channel),
                seen_until=self.sessions.seen_until("usage", session),
            )

    def look_sms(self, party: Party, message_id: str) -> Look:
        """Read what an inbound SMS needs; one call."""
        self.keys.now()
        with self.database.calling("get"):
            self.limits.see()
            typed, typed_at = self.sessions.typed(party)
            return Look(
                profile=self.people.profile(party, watched=True),
                catalogue=self.catalogue.version(),
                counted=self.usage.is_counted(party, "sms"),
                typed=typed,
                typed_at=typed_at,
                seen_until=self.sessions.seen_until("sms", party.gateway, party.id, message_id),
            )

    def look_session(self, party: Party, session: str) -> Look:
        """Read what was typed so far in a session; one call."""
        self.keys.now()
        with self.database.calling("get"):
            typed, typed_at = self.sessions.typed(party, session)
            return Look(typed=typed, typed_at=typed_at)

    def profile(self, party: Party) -> Profile:
        """Read one party's profile; one call."""
        self.keys.now()
        with self.database.calling("get"):
            return self.people.profile(party)

    def look_at_ticket(self, party: Party, number: str) -> TicketLook:
        """Read a ticket with the asker's tries; one call, two for an alias."""
        self.keys.now()
        ticket = self.tickets.find(number)
        self.limits.see()
        mark = self.limits.mark(party, ticket.number if ticket else number)
        return TicketLook(ticket, self.limits.tried(party), mark)

    def look_at_complaint(self, party: Party, code: str, session: str) -> ComplaintLook:
        """Read a complaint with the asker's tries; one call, whatever the code."""
        keys = self.keys.now()
        with self.database.calling("get"):
            self.limits.see()
            there = self.complaints.peek(row_of(keys, code))
            return self._looked(party, (code, session), there, self.limits.tried(party))

    def look_at_forums(self, party: Party) -> ForumsLook:
        """Read the list of forums and where the party lives; one call."""
        self.keys.now()
        with self.database.calling("get"):
            coming = self.forums.coming(self.cells.peek(FORUMS, LIST))
            return ForumsLook(coming, self.people.profile(party).commune)

    def look_at_forum(self, party: Party, code: str) -> ForumLook:
        """Read a forum and the party's answer to it; one call."""
        people = [each.person(party) for each in self.keys.now().both]
        with self.database.calling("get"):
            forum = self.cells.peek(FORUMS, (code,))
            answers = (self.cells.peek(RSVPS, (code, person)) for person in people)
            answer = next(filter(None, answers), None)
            return ForumLook(
                forum_of(forum.body) if forum else None,
                answer.body["answer"] if answer else "",
                self.people.profile(party),
            )

    def answered(self, party: Party, session: str, transcript: str) -> str:
        """Return the answer that a submit was given before; one call."""
        return self.sessions.answered(party, session, transcript)
