"""This file counts what is counted once a month, when it closes: who used OWL, and complaints.

No words are read: those of complaints are sealed to others. Complaints are those of the month's
weeks, in the states that they have by then.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from chalicelib.capabilities.ballots_tally import SEPARATOR
from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.complaints import Complaint, Limits
from chalicelib.capabilities.complaints_count import counted, month_of, weeks_to_answer
from chalicelib.storage.base import Database, answering
from chalicelib.storage.catalogue import DynamoCatalogue
from chalicelib.storage.complaints import DynamoComplaints
from chalicelib.storage.usage import SHARDS, UserRow

USERS, BOTH, UNSAID = "users", "both", "unsaid"
COMPLAINTS, ANSWERED_IN = "complaints", "answered-in"


class DynamoCensus:
    """See `capabilities.ballots_tally.Census`."""

    def __init__(self, database: Database, today: Callable[[], date]) -> None:
        """Bind the tables; `today` is local."""
        self.users, self.today = database.bound(UserRow), today
        self.complaints, self.catalogue = DynamoComplaints(database), DynamoCatalogue(database)
        stage = database.settings
        self.limits = Limits(stage.acknowledge_days, stage.answer_days)

    def __call__(self, month: str) -> Mapping[str, int]:
        """Return the counters of a month."""
        return Counter([*self._used(month), *self._complained(month)])

    def _used(self, month: str) -> Iterator[str]:
        for shard in SHARDS:
            with answering():
                rows = list(self.users.query(f"{month}#{shard}"))
            yield from _people(rows)

    def _complained(self, month: str) -> Iterator[str]:
        some = [one for one in self.complaints.every() if month_of(one.week) == month]
        yield from self._by_state(some) if some else ()
        for weeks in weeks_to_answer(some):
            yield SEPARATOR.join((ANSWERED_IN, str(weeks)))

    def _by_state(self, some: list[Complaint]) -> Iterator[str]:
        catalogue = self.catalogue.load() or EMPTY
        cells = counted(some, self.today(), self.limits, catalogue.is_holiday)
        for one, n in cells.items():
            name = (COMPLAINTS, one.kind, one.office, one.state, one.late)
            yield from [SEPARATOR.join(name)] * n


def _people(rows: Iterable[UserRow]) -> Iterator[str]:
    """Give the cell of each person of a shard; who used both channels is one person."""
    of: dict[str, dict[str, UserRow]] = defaultdict(dict)
    for row in rows:
        channel, _, mark = row.id.partition("#")
        of[mark][channel] = row
    for by_channel in of.values():
        channel = BOTH if len(by_channel) > 1 else next(iter(by_channel))
        seen = list(by_channel.values())
        sex = next((row.sex for row in seen if row.sex), UNSAID)
        district = next((row.district for row in seen if row.district), "")
        yield SEPARATOR.join((USERS, channel, sex, district))
