"""This file stores what the tally made of ballots: counters by office, and comments apart."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.capabilities.ballots import COMMENT_OCTETS, Ballot
from chalicelib.capabilities.ballots_tally import Batch, Comment, outdated
from chalicelib.ports import Refused
from chalicelib.storage.ballots import BallotRow, TokenRow, fresh_id
from chalicelib.storage.base import Database, Kind, Write, answering
from chalicelib.storage.keys import BOX, REVIEWERS_PUBLIC, KeyRing
from chalicelib.storage.seals import opened_by, sealed_to

# The rows beside the counters: which months have any, and the day of the last run.
MONTHS, RUNS, LAST = "months", "runs", "last"
OPEN, CLOSED = 0, 1


class ScoreRow(Model):
    """How many of a month's ballots gave one answer at one office; `id` is the cell."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "scores"

    month = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    n = NumberAttribute(default=0)


class CommentRow(Model):
    """One comment sealed to the reviewers; its answers, sex and day are not told."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "comments"

    id = UnicodeAttribute(hash_key=True)
    week = UnicodeAttribute()
    office = UnicodeAttribute()
    topic = UnicodeAttribute()
    language = UnicodeAttribute()
    sealed = BinaryAttribute(legacy_encoding=False)


class DynamoBallotBox:
    """See `capabilities.ballots_tally.BallotBox`."""

    def __init__(self, database: Database, keys: KeyRing) -> None:
        """Bind the tables; the keys are those that open ballots."""
        self.database, self.keys = database, keys
        self.tokens, self.box = database.bound(TokenRow), database.bound(BallotRow)
        self.scores, self.rows = database.bound(ScoreRow), database.bound(CommentRow)

    def ballots(self) -> Iterator[tuple[str, Ballot | None]]:
        """Give every ballot with its id, None for one that cannot be opened."""
        with answering():
            for row in self.box.scan(consistent_read=True):
                yield row.id, opened_ballot(self.keys, row.sealed)

    def count(self, batch: Batch) -> bool:
        """Do a batch; False where one of its ballots is gone, and so nothing was done."""
        writes = [
            *map(self._taking_out, batch.ids),
            *(self._adding(month, cell, n) for (month, cell), n in batch.cells.items()),
            *map(self._keeping, batch.comments),
            *map(self._noting, sorted({month for month, _ in batch.cells})),
        ]
        return self._done(writes)

    def destroy_tokens(self, before: str) -> int:
        """Destroy what says that phones rated in the months before one; return how many."""
        with answering():
            rows = [row for row in self.tokens.scan() if row.month < before]
            for row in rows:
                row.delete()
        return len(rows)

    def months(self) -> Mapping[str, bool]:
        """Return the months that have counters, and whether each is closed."""
        with answering():
            rows = list(self.scores.query(MONTHS))
        return {row.id: bool(row.n) for row in rows}

    def close(self, month: str, cells: Mapping[str, int]) -> None:
        """Keep a month's last counters, then that it is closed."""
        if self.months().get(month):
            return
        left = outdated(self.cells(month), cells)
        with answering():
            with self.scores.batch_write() as batch:
                for cell in left:
                    batch.delete(self.scores(month, cell))
                for cell, n in cells.items():
                    batch.save(self.scores(month, cell, n=n))
            self.scores(MONTHS, month, n=CLOSED).save()

    def tallied_on(self) -> date | None:
        """Return the day of the last run that ended."""
        (row,) = self.database.get([(self.scores, (RUNS, LAST))])
        return date.fromordinal(int(row.n)) if row is not None else None

    def note_run(self, day: date) -> None:
        """Keep the day of a run that ended."""
        with answering():
            self.scores(RUNS, LAST, n=day.toordinal()).save()

    def cells(self, month: str) -> Mapping[str, int]:
        """Return the counters of a month."""
        with answering():
            return {row.id: int(row.n) for row in self.scores.query(month)}

    def _done(self, writes: list[Write]) -> bool:
        try:
            self.database.commit(writes)
        except Refused:
            return False
        return True

    def _taking_out(self, id_: str) -> Write:
        row, there = self.box(id_), self.box.id.exists()
        return Write("ballot", Kind.DELETE, lambda t: t.delete(row, there), self.box)

    def _adding(self, month: str, cell: str, n: int) -> Write:
        row = self.scores(month, cell)
        more: list[Any] = [self.scores.n.add(n)]
        return Write("score", Kind.UPDATE, lambda t: t.update(row, more), self.scores)

    def _noting(self, month: str) -> Write:
        """Return the write that keeps that a month has counters."""
        row, open_ = self.scores(MONTHS, month), self.scores.n
        same: list[Any] = [open_.set(open_ | OPEN)]
        return Write("month", Kind.UPDATE, lambda t: t.update(row, same), self.scores)

    def _keeping(self, comment: Comment) -> Write:
        row = self.rows(
            fresh_id(),
            week=comment.week,
            office=comment.office,
            topic=comment.topic,
            language=comment.language,
            sealed=sealed_comment(self.keys, comment),
        )
        return Write("comment", Kind.SAVE, lambda t: t.save(row), self.rows)


def opened_ballot(keys: KeyRing, sealed: bytes) -> Ballot | None:
    """Open a ballot; None where it is not one of ours."""
    from nacl.exceptions import CryptoError  # noqa: PLC0415 - the webhooks import this file

    try:
        return Ballot.read(opened_by(keys.now().values[BOX], sealed))
    except (ValueError, TypeError, CryptoError):
        return None


def sealed_comment(keys: KeyRing, comment: Comment) -> bytes:
    """Seal a comment so that only the reviewers open it; all of them are as long."""
    written = comment.text.encode().ljust(COMMENT_OCTETS)
    return sealed_to(keys.now().values[REVIEWERS_PUBLIC], written)
