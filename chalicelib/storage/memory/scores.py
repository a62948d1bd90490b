"""This file keeps in memory what the tally reads and makes."""

from collections.abc import Iterator, Mapping
from datetime import date

from chalicelib.capabilities.ballots import Ballot
from chalicelib.capabilities.ballots_tally import Batch, Comment, outdated
from chalicelib.ports import Refused
from chalicelib.storage.ballots import fresh_id
from chalicelib.storage.base import Kind
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.memory.ballots import BOX, TOKENS
from chalicelib.storage.memory.base import (
    MemoryDatabase,
    Row,
    Write,
    gone,
    is_absent,
    saved,
)
from chalicelib.storage.scores import (
    CLOSED,
    LAST,
    MONTHS,
    OPEN,
    RUNS,
    opened_ballot,
    sealed_comment,
)

SCORES, COMMENTS = "scores", "comments"


class MemoryBallotBox:
    """See `capabilities.ballots_tally.BallotBox`."""

    def __init__(self, database: MemoryDatabase, keys: KeyRing) -> None:
        """Take the tables."""
        self.database, self.keys = database, keys

    def ballots(self) -> Iterator[tuple[str, Ballot | None]]:
        """Give every ballot with its id, None for one that cannot be opened."""
        with self.database.calling("scan"):
            rows = list(self.database.tables[BOX].items())
        for id_, row in rows:
            yield id_, opened_ballot(self.keys, row["sealed"])

    def count(self, batch: Batch) -> bool:
        """Do a batch; False where one of its ballots is gone, and so nothing was done."""
        writes = [
            *(Write("ballot", Kind.DELETE, BOX, one, gone, _is_there) for one in batch.ids),
            *(_adding(month, cell, n) for (month, cell), n in batch.cells.items()),
            *map(self._keeping, batch.comments),
            *(_adding(MONTHS, month, OPEN) for month in {month for month, _ in batch.cells}),
        ]
        try:
            self.database.commit(writes)
        except Refused:
            return False
        return True

    def destroy_tokens(self, before: str) -> int:
        """Destroy what says that phones rated in the months before one; return how many."""
        with self.database.calling("scan"):
            rows = list(self.database.tables[TOKENS].items())
        ids = [id_ for id_, row in rows if row["month"] < before]
        for one in ids:
            self.database.write(Write("token", Kind.DELETE, TOKENS, one, gone))
        return len(ids)

    def months(self) -> Mapping[str, bool]:
        """Return the months that have counters, and whether each is closed."""
        return {month: bool(n) for month, n in self.cells(MONTHS).items()}

    def close(self, month: str, cells: Mapping[str, int]) -> None:
        """Keep a month's last counters, then that it is closed."""
        if self.months().get(month):
            return
        for cell in outdated(self.cells(month), cells):
            self.database.write(Write("score", Kind.DELETE, SCORES, f"{month}/{cell}", gone))
        for cell, n in cells.items():
            self._save(month, cell, n)
        self._save(MONTHS, month, CLOSED)

    def tallied_on(self) -> date | None:
        """Return the day of the last run that ended."""
        day = self.cells(RUNS).get(LAST)
        return date.fromordinal(day) if day is not None else None

    def note_run(self, day: date) -> None:
        """Keep the day of a run that ended."""
        self._save(RUNS, LAST, day.toordinal())

    def cells(self, month: str) -> Mapping[str, int]:
        """Return the counters of a month."""
        with self.database.calling("query"):
            rows = self.database.tables[SCORES].items()
            begin = f"{month}/"
            return {key.removeprefix(begin): row["n"] for key, row in rows if key.startswith(begin)}

    def _save(self, month: str, cell: str, n: int) -> None:
        row = saved({"n": n})
        self.database.write(Write("score", Kind.SAVE, SCORES, f"{month}/{cell}", row))

    def _keeping(self, comment: Comment) -> Write:
        row = {
            "week": comment.week,
            "office": comment.office,
            "topic": comment.topic,
            "language": comment.language,
            "sealed": sealed_comment(self.keys, comment),
        }
        return Write("comment", Kind.SAVE, COMMENTS, fresh_id(), saved(row), is_absent)


def _adding(month: str, cell: str, n: int) -> Write:
    def added(row: Row | None) -> Row:
        return {"n": (row["n"] if row else 0) + n}

    return Write("score", Kind.UPDATE, SCORES, f"{month}/{cell}", added)


def _is_there(row: Row | None) -> bool:
    return row is not None
