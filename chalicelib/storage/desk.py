"""This file is the desk in DynamoDB: it puts the stores' reads and writes into few calls."""

from chalicelib.capabilities.subscribers import Profile
from chalicelib.desk import ComplaintLook, ForumLook, ForumsLook, Look, TicketLook
from chalicelib.ports import Clock
from chalicelib.storage.ballots import Ballots
from chalicelib.storage.base import Database
from chalicelib.storage.catalogue import DynamoCatalogue
from chalicelib.storage.complaint_codes import row_of
from chalicelib.storage.complaints import DynamoComplaints
from chalicelib.storage.forum_bodies import forum_of
from chalicelib.storage.forum_cells import DynamoForumCells
from chalicelib.storage.forums import FORUMS, LIST, RSVPS, Forums
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.limits import Limits
from chalicelib.storage.outbox import DynamoOutbox, Queue
from chalicelib.storage.people import People
from chalicelib.storage.sessions import Sessions
from chalicelib.storage.slips import DynamoSlips
from chalicelib.storage.stores_desk import StoresDesk
from chalicelib.storage.tickets import DynamoTickets
from chalicelib.storage.usage import Usage
from chalicelib.storage.watchers import DynamoWatchers
from chalicelib.telecom.messages import Party


class DynamoDesk(StoresDesk):
    """See `chalicelib.desk.Desk`."""

    database: Database
    people: People
    sessions: Sessions

    def __init__(self, database: Database, keys: KeyRing, clock: Clock) -> None:
        """Bind every table the phone side uses."""
        self.database, self.keys = database, keys
        self.people = People(database, keys, clock)
        self.sessions = Sessions(database, keys, clock)
        self.limits = Limits(database, keys, clock)
        self.usage = Usage(database, keys, self.sessions, clock)
        self.slips = DynamoSlips(database, clock)
        self.tickets = DynamoTickets(database)
        self.watchers = DynamoWatchers(database, keys)
        self.catalogue = DynamoCatalogue(database)
        self.cells = DynamoForumCells(database)
        self.forums = Forums(self.cells, keys, clock)
        self.ballots = Ballots(database, keys)
        self.complaints = DynamoComplaints(database)
        queue = Queue(database, database.settings.queue_outbox)
        self.outbox = DynamoOutbox(database, keys, self.limits, queue)

    def look(self, party: Party, channel: str, session: str = "") -> Look:
        """Read what a first hop needs, or the end of a session; one call."""
        also = self.people.also(party)
        person, head, user, purse, *seen = self.database.get(
            [
                self.people.key(party),
                self.catalogue.head_key(),
                self.usage.user_key(party, channel),
                self.limits.purse_key(),
                *(self.sessions.seen_keys("usage", session) if session else ()),
                *also,
            ]
        )
        self.limits.see(purse)
        other = seen.pop() if also else None
        return Look(
            profile=self.people.profile(self.people.live(person, other)),
            catalogue=self.catalogue.version(head),
            counted=user is not None,
            seen_until=self.sessions.seen_until(seen),
        )

    def look_sms(self, party: Party, message_id: str) -> Look:
        """Read what an inbound SMS needs; one call."""
        talks = self.sessions.talk_keys(party)
        seen = self.sessions.seen_keys("sms", party.gateway, party.id, message_id)
        also = self.people.also(party)
        person, head, user, purse, *rows = self.database.get(
            [
                self.people.key(party),
                self.catalogue.head_key(),
                self.usage.user_key(party, "sms"),
                self.limits.purse_key(),
                *talks,
                *seen,
                *also,
            ]
        )
        self.limits.see(purse)
        person = self.people.live(person, rows.pop() if also else None)
        typed, at = self.sessions.open_menu(party, rows[: len(talks)])
        return Look(
            profile=self.people.profile(person, watched=True),
            catalogue=self.catalogue.version(head),
            counted=user is not None,
            typed=typed,
            typed_at=at,
            seen_until=self.sessions.seen_until(rows[len(talks) :]),
        )

    def look_session(self, party: Party, session: str) -> Look:
        """Read what was typed so far in a session; one call."""
        rows = self.database.get(self.sessions.talk_keys(party, session))
        typed, at = self.sessions.open_menu(party, rows)
        return Look(typed=typed, typed_at=at)

    def look_at_ticket(self, party: Party, number: str) -> TicketLook:
        """Read a ticket with the asker's tries; one call, two for an alias."""
        row, tries, purse = self.database.get(
            [self.tickets.key(number), self.limits.key(party), self.limits.purse_key()]
        )
        self.limits.see(purse)
        ticket = self.tickets.resolved(row)
        mark = self.limits.mark(party, ticket.number if ticket else number)
        return TicketLook(ticket, self.limits.tried(tries), mark)

    def look_at_complaint(self, party: Party, code: str, session: str) -> ComplaintLook:
        """Read a complaint with the asker's tries; one call, whatever the code."""
        row, tries, purse = self.database.get(
            [
                self.complaints.key(row_of(self.keys.now(), code)),
                self.limits.key(party),
                self.limits.purse_key(),
            ]
        )
        self.limits.see(purse)
        there, tried = self.complaints.complaint(row), self.limits.tried(tries)
        return self._looked(party, (code, session), there, tried)

    def look_at_forums(self, party: Party) -> ForumsLook:
        """Read the list of forums and where the party lives; one call."""
        row, *people = self.database.get(
            [self.cells.key(FORUMS, LIST), self.people.key(party), *self.people.also(party)]
        )
        coming = self.forums.coming(self.cells.cell(row))
        return ForumsLook(coming, self.people.profile(self.people.live(*people)).commune)

    def look_at_forum(self, party: Party, code: str) -> ForumLook:
        """Read a forum and the party's answer to it; one call."""
        both = self.keys.now().both
        row, *rows = self.database.get(
            [
                self.cells.key(FORUMS, (code,)),
                *(self.cells.key(RSVPS, (code, each.person(party))) for each in both),
                self.people.key(party),
                *self.people.also(party),
            ]
        )
        forum = self.cells.cell(row)
        answer = next(filter(None, map(self.cells.cell, rows[: len(both)])), None)
        return ForumLook(
            forum_of(forum.body) if forum else None,
            answer.body["answer"] if answer else "",
            self.people.profile(self.people.live(*rows[len(both) :])),
        )

    def answered(self, party: Party, session: str, transcript: str) -> str:
        """Return the answer that a submit was given before; one call."""
        keys = self.sessions.answer_keys(party, session, transcript)
        return next(str(row.answer) for row in self.database.get(keys) if row is not None)

    def profile(self, party: Party) -> Profile:
        """Read one party's profile; one call."""
        rows = self.database.get([self.people.key(party), *self.people.also(party)])
        return self.people.profile(self.people.live(*rows))
