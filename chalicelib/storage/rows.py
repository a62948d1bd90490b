"""This file deletes rows whose keys are made from a number."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pynamodb.models import Model

from chalicelib.storage.base import Database, answering
from chalicelib.storage.parts import READ_AT_ONCE
from chalicelib.telecom.messages import Party

Wanted = tuple[type[Model], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rows:
    """See `capabilities.subscribers_forget.Erasable`: rows that are deleted whole."""

    name: str
    database: Database
    keys_of: Callable[[Party], Sequence[Wanted]]

    def count(self, party: Party) -> int:
        """Count the rows that are there."""
        return sum(1 for _ in self._found(party))

    def erase(self, party: Party) -> None:
        """Delete the rows that are there."""
        for row in self._found(party):
            with answering():
                row.delete()

    def _found(self, party: Party) -> Iterator[Model]:
        wanted = self.keys_of(party)
        for begin in range(0, len(wanted), READ_AT_ONCE):
            rows = self.database.get(wanted[begin : begin + READ_AT_ONCE])
            yield from (row for row in rows if row is not None)
