"""This file renews the contacts key: a second beside the first, then people move, then it goes."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pynamodb.exceptions import PutError

from chalicelib.errors import NotAcceptable, NotFound, Unavailable
from chalicelib.storage import contacts
from chalicelib.storage.base import Database, answering
from chalicelib.storage.contacts import Contacts
from chalicelib.storage.contacts_forums import AnswersWalk, QuestionsWalk, TicketsWalk
from chalicelib.storage.contacts_ledger import CountsWalk, MessagesWalk, NamesWalk
from chalicelib.storage.contacts_people import PeopleMove
from chalicelib.storage.contacts_walks import Walk
from chalicelib.storage.forget_messages import LIST
from chalicelib.storage.keys import CONTACTS, KeyRow


class ContactsKey:
    """The item of the contacts key; who runs the stage may change it."""

    def __init__(self, database: Database) -> None:
        """Bind the table of keys."""
        self.database, self.rows = database, database.bound(KeyRow)

    def read(self) -> Contacts:
        """Return what the item holds.

        Raises:
            NotFound: the stage has no keys yet.
        """
        (row,) = self.database.get([(self.rows, (CONTACTS,))])
        if row is None:
            raise NotFound("the stage has no keys yet: run its function tally once")
        return contacts.read(row.value)

    def begin(self, turns: int) -> None:
        """Make a second key, which people are written under from the second `turns` on.

        Raises:
            NotAcceptable: a renewal is under way.
        """
        there = self.read()
        number, _ = there.newest
        if there.older is not None or there.clears:
            raise NotAcceptable("a renewal is under way: see `owl keys contacts status`")
        new = (number + 1, secrets.token_bytes(contacts.KEY_BYTES))
        self._replace(there, Contacts((there.newest, new), turns))

    def note_moved(self) -> None:
        """Say that everybody stands under the newer key."""
        there = self.read()
        self._replace(there, replace(there, moved=True))

    def retire(self, clears: int = 0) -> None:
        """Let the newer key alone be valid; from `clears` on no function knows the other."""
        there = self.read()
        self._replace(there, Contacts((there.newest,), clears=clears))

    def _replace(self, before: Contacts, after: Contacts) -> None:
        same = self.rows.value == before.written()
        try:
            with answering():
                self.rows(CONTACTS, value=after.written()).save(same)
        except PutError:
            raise Unavailable("somebody else changed it at this moment: look again") from None


def walks_of(database: Database, people: PeopleMove, *, last: bool = False) -> Iterator[Walk]:
    """Return a walk over everything that names people.

    At the `last`, before the older key goes, nobody takes the place of whom no row tells of.
    """
    found: Iterable[Walk] = (
        TicketsWalk(database, people),
        QuestionsWalk(database, people),
        AnswersWalk(database, people),
        CountsWalk(database, people, "caps", ""),
        CountsWalk(database, people, "recipients", "unknown#"),
        MessagesWalk(database, people),
        NamesWalk(database, people, "chunks", LIST),
        NamesWalk(database, people, "broadcasts", "/body"),
    )
    for walk in found:
        walk.keeps_unknown = walk.keeps_unknown and not last
        yield walk
