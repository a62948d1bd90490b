"""This file reads the people an audience is made of, without their numbers.

Communes are read from the index, page by page, so that a long audience needs little memory and
no table is ever scanned.
"""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.capabilities.catalogue import EMPTY, Place
from chalicelib.capabilities.subscribers import Member
from chalicelib.storage.base import Database
from chalicelib.storage.catalogue import DynamoCatalogue
from chalicelib.storage.parts import READ_AT_ONCE
from chalicelib.storage.people import BY_COMMUNE, COMMUNE, PersonRow, member_of
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
        yield from map(member_of, self.database.listed(self.rows, BY_COMMUNE, COMMUNE, commune))

    def _of_people(self, ids: Sequence[str]) -> Iterator[Member]:
        for begin in range(0, len(ids), READ_AT_ONCE):
            some = ids[begin : begin + READ_AT_ONCE]
            for item in self.database.items([(self.rows, (one,)) for one in some]):
                if item is not None:
                    yield member_of(item)
