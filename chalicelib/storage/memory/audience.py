"""This file reads audiences from the people in memory."""

from collections.abc import Iterator, Sequence

from chalicelib.capabilities.subscribers import Member
from chalicelib.storage.memory.base import MemoryDatabase
from chalicelib.storage.memory.catalogue import MemoryCatalogue
from chalicelib.storage.memory.people import TABLE, member_of
from chalicelib.storage.parts import READ_AT_ONCE
from chalicelib.storage.stores_audience import Answers, StoresAudience, unanswered


class MemoryAudience(StoresAudience):
    """See `capabilities.broadcasts.AudienceReader`."""

    def __init__(self, database: MemoryDatabase, answers: Answers = unanswered) -> None:
        """Take the tables."""
        places = MemoryCatalogue(database)
        default = database.settings.default_language
        super().__init__(lambda: getattr(places.load(), "places", {}), answers, default)
        self.database = database

    def _of_commune(self, commune: str) -> Iterator[Member]:
        with self.database.calling("query"):
            rows = sorted(self.database.tables[TABLE].items())
        yield from (member_of(key, row) for key, row in rows if row.get("commune") == commune)

    def _of_people(self, ids: Sequence[str]) -> Iterator[Member]:
        for begin in range(0, len(ids), READ_AT_ONCE):
            some = ids[begin : begin + READ_AT_ONCE]
            with self.database.calling("get"):
                rows = {one: self.database.row(TABLE, one) for one in some}
            yield from (member_of(key, row) for key, row in rows.items() if row is not None)
