"""This file finds everything of one citizen that a number leads to, and deletes it.

A store that keeps something under a number adds its place to `places`.
"""

from dataclasses import dataclass, field
from functools import partial

from chalicelib.capabilities.subscribers_forget import Erasable
from chalicelib.ports import Clock
from chalicelib.storage.base import Database
from chalicelib.storage.cells import CapRow, DoubtRow
from chalicelib.storage.forget_forums import Asked, answers_of
from chalicelib.storage.forget_messages import Addressed
from chalicelib.storage.forum_cells import DynamoForumCells
from chalicelib.storage.forums import Forums
from chalicelib.storage.keys import KeyRing, Keys
from chalicelib.storage.limits import Limits
from chalicelib.storage.people import People
from chalicelib.storage.rows import Rows, Wanted
from chalicelib.storage.sessions import Sessions
from chalicelib.storage.usage import Usage
from chalicelib.storage.watchers import DynamoWatchers, numbers_of
from chalicelib.telecom.messages import Party

# While two contacts keys are valid, a number leads to rows by either.
BEFORE = ", by the other key"


class BesideRing(KeyRing):
    """The contacts key that is valid beside the one in use, for who must look under each alone."""

    def __init__(self, ring: KeyRing) -> None:
        """Take the ring that reads both."""
        self.ring = ring

    def now(self) -> Keys:
        """Return the keys beside those of this moment; the same where there are none."""
        keys = self.ring.now()
        return keys.beside or keys


@dataclass(slots=True)
class Watched:
    """Tickets that a person waits for: the person's row says which, so they come before it.

    Those found once are looked at again though the row that named them is gone. Somebody who has
    not moved to the newer contacts key waits under its id all the same.
    """

    people: People
    watchers: DynamoWatchers
    name: str = "tickets waited for"
    numbers: set[str] = field(default_factory=set)

    def count(self, party: Party) -> int:
        """Count the tickets that know the person."""
        people = self._look(party)
        waiting = self.watchers.of(sorted(self.numbers))
        return sum(person in those for those in waiting.values() for person in people)

    def erase(self, party: Party) -> None:
        """Take the person out of every ticket waited for."""
        people = self._look(party)
        for number in sorted(self.numbers):
            self.watchers.database.commit([self.watchers.watching(number, *people, on=False)])

    def _look(self, party: Party) -> list[str]:
        keys, wanted = self.people.keys.now(), [self.people.key(party), *self.people.also(party)]
        for row in self.watchers.database.get(wanted):
            if row is not None:
                self.numbers.update(numbers_of(keys, row.id, row.watches or ()))
        return [one.person(party) for one in keys.both]


def places(database: Database, keys: KeyRing, clock: Clock) -> list[Erasable]:
    """Return every place where a number leads to something, in the order to erase them."""
    sessions = Sessions(database, keys, clock)
    limits, usage = Limits(database, keys, clock), Usage(database, keys, sessions, clock)
    return [
        Watched(People(database, keys, clock), DynamoWatchers(database, keys)),
        *_known(database, keys, clock),
        *(_known(database, BesideRing(keys), clock, BEFORE) if keys.now().beside else ()),
        Rows("open menu", database, sessions.talk_keys),
        Rows("limits of these days", database, limits.traces),
        Rows("months in which OWL was used", database, usage.traces),
    ]


def _known(database: Database, keys: KeyRing, clock: Clock, more: str = "") -> list[Erasable]:
    """Return the places that the contacts key leads to."""
    people, cells = People(database, keys, clock), DynamoForumCells(database)
    forums = Forums(cells, keys, clock)
    addressed = Addressed.of(database, clock, lambda party: keys.now().person(party))
    addressed.name += more
    return [
        Asked(forums, cells, f"questions asked{more}"),
        Rows(f"answers to forums{more}", database, partial(answers_of, forums, cells)),
        addressed,
        Rows(f"messages of these days{more}", database, partial(_sent, database, keys)),
        Rows(f"person{more}", database, lambda party: [people.key(party)]),
    ]


def _sent(database: Database, keys: KeyRing, party: Party) -> list[Wanted]:
    """Return what to read for when somebody got messages, and which nobody knows came."""
    person = keys.now().person(party)
    caps, doubts = database.bound(CapRow), database.bound(DoubtRow)
    return [(caps, (person,)), (doubts, (f"unknown#{person}",))]
