"""This file rewrites whatever names a person by the older contacts key, table by table.

Each walk reads one table from end to end and changes single rows, each only as it was read. It may
be killed at any point and begun again, and two may walk at once.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from pynamodb.exceptions import DeleteError, PutError, UpdateError

from chalicelib.ports import Refused
from chalicelib.storage.base import Database, answering
from chalicelib.storage.contacts_people import Pair, PeopleMove
from chalicelib.storage.forget_messages import FORGOTTEN
from chalicelib.storage.parts import WRITE_AT_ONCE, in_parts

ROWS_AT_ONCE = 400
To = Mapping[str, str | None]


class Walk(ABC):
    """One table, or one kind of row of it.

    A row that names somebody no row of people tells of is left where `keeps_unknown`; elsewhere
    nobody is put in their place, for nothing was sent to them before either.
    """

    name: str
    keeps_unknown = False

    def __init__(self, database: Database, people: PeopleMove) -> None:
        """Bind the table."""
        self.database, self.people = database, people

    @property
    def pair(self) -> Pair:
        """The two keys."""
        return Pair.of(self.people.keys)

    @abstractmethod
    def rows(self) -> Iterator[Any]:
        """Give the rows that name somebody by the older key, perhaps some more."""

    @abstractmethod
    def named(self, row: Any) -> Sequence[str]:
        """Return whom a row names by the older key."""

    @abstractmethod
    def rewrite(self, row: Any, to: To) -> None:
        """Name people as `to` says, None being nobody; whoever is not in it stays.

        Raises:
            Refused: the row is not as it was read.
        """

    def is_old(self, person: str) -> bool:
        """Whether an id is by the older key."""
        return not person.startswith((self.pair.newer.mark, FORGOTTEN))

    def left(self) -> Iterator[tuple[Any, To]]:
        """Give the rows that are to be rewritten, each with where its people are now."""
        found = self.rows()
        while some := list(islice(found, ROWS_AT_ONCE)):
            named = [self.named(row) for row in some]
            to = self.people.moved_to(person for each in named for person in each)
            if self.keeps_unknown:
                to = {person: where for person, where in to.items() if where is not None}
            for row, people in zip(some, named, strict=True):
                if not to.keys().isdisjoint(people):
                    yield row, to

    def run(self, tick: Callable[[int], None]) -> int:
        """Rewrite every row; return how many others changed at the same moment, which are left."""
        failed, left = 0, self.left()
        while some := list(islice(left, ROWS_AT_ONCE)):
            done = in_parts(self._tried, some, WRITE_AT_ONCE)
            failed += sum(done)
            tick(len(some))
        return failed

    def _tried(self, part: Sequence[tuple[Any, To]]) -> int:
        failed = 0
        for row, to in part:
            try:
                with answering():
                    self.rewrite(row, to)
            except (Refused, DeleteError, PutError, UpdateError):
                failed += 1
        return failed
