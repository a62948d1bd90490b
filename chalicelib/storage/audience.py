"""This file reads the people an audience is made of, without their numbers.

Communes are read from the index, page by page, so that a long audience needs little memory and
no table is ever scanned.
"""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.capabilities.catalogue import EMPTY, Place
from chalicelib.capabilities.subscribers import Member
from chalicelib.storage.base import Database, answering
from chalicelib.storage.catalogue import DynamoCatalogue
from chalicelib.storage.parts import READ_AT_ONCE
from chalicelib.storage.people import PersonRow, member_of
from chalicelib.storage.stores_audience import Answers, StoresAudience, unanswered


class DynamoAudience(StoresAudience):
    """See `capabilities.broadcasts.AudienceReader`."""

    def __init__(self, database: Database, answers: Answers = unanswered) -> None:
        """Bind the table; the catalogue is read only where a place is no commune."""
        super().__init__(self._known_places, answers, database.settings.default_language)
        self.database, self.rows = database, database.bound(PersonRow)

    def _known_places(self) -> Mapping[str, Place]:
        return (DynamoCatalogue(self.database).load() or EMPTY).places

    def _of_commune(self, commune: str) -> Iterator[Member]:
        with answering():
            for row in self.rows.by_commune.query(commune):
                yield member_of(row)

    def _of_people(self, ids: Sequence[str]) -> Iterator[Member]:
        for begin in range(0, len(ids), READ_AT_ONCE):
            some = ids[begin : begin + READ_AT_ONCE]
            for row in self.database.get([(self.rows, (one,)) for one in some]):
                if row is not None:
                    yield member_of(row)
