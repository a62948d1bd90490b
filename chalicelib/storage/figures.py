"""This file reads what reports are made of, by the day or the month it belongs to; no table whole.

Paper scorecards stand in the table of counters, and so does the mark that figures are made up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import date, datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.capabilities.ballots import month_of
from chalicelib.capabilities.ballots_tally import SEPARATOR, SETTLED
from chalicelib.capabilities.usage import Count
from chalicelib.reports.cards import Card
from chalicelib.storage.base import Database, answering
from chalicelib.storage.parts import WRITE_AT_ONCE, in_parts
from chalicelib.storage.scores import CLOSED, MONTHS, ScoreRow
from chalicelib.storage.usage import CounterRow

CARDS = "scorecards"
STAGE, SYNTHETIC = "stage", "synthetic"


class CardRow(Model):
    """How many of a meeting gave one answer: `id` is office, day, question and answer."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "counters"

    day = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    women = NumberAttribute(default=0)
    men = NumberAttribute(default=0)


class DynamoFigures:
    """The counts of a stage."""

    def __init__(self, database: Database) -> None:
        """Bind the tables."""
        self.database = database
        self.counters, self.rows = database.bound(CounterRow), database.bound(CardRow)
        self.scores = database.bound(ScoreRow)

    def counts(self, day: date) -> Iterator[tuple[Count, int]]:
        """Give the counters of a day."""
        with answering():
            for row in self.counters.query(day.isoformat()):
                yield Count(*row.id.split(SEPARATOR)), int(row.n)

    def add_counts(self, counts: Iterable[tuple[date, Count, int]]) -> None:
        """Store counters as they are; for figures that are made up."""
        rows = [self.counters(day.isoformat(), count.cell, n=n) for day, count, n in counts]
        in_parts(self._write, rows, WRITE_AT_ONCE)

    def cells(self, month: str) -> Mapping[str, int]:
        """Return the counters that the tally made of a month."""
        with answering():
            return {row.id: int(row.n) for row in self.scores.query(month)}

    def add_cells(self, month: str, cells: Mapping[str, int]) -> None:
        """Store a month's counters and close it; for figures that are made up."""
        rows = [self.scores(month, cell, n=n) for cell, n in cells.items()]
        in_parts(self._write_scores, [*rows, self.scores(MONTHS, month, n=CLOSED)], WRITE_AT_ONCE)

    def closed(self, months: Sequence[str], now: datetime) -> list[str]:
        """Return the months that the tally closed, and those over before it closed any."""
        over = month_of((now - SETTLED).date())
        with answering():
            known = {row.id: row.n == CLOSED for row in self.scores.query(MONTHS)}
        first = min(known, default=over)
        return [one for one in months if one < over and known.get(one, one < first)]

    def cards(self, month: str) -> list[Card]:
        """Return the paper scorecards of a month."""
        with answering():
            return [_card(row) for row in self.rows.query(f"{CARDS}#{month}")]

    def save_cards(self, cards: Sequence[Card]) -> None:
        """Store paper scorecards; one about the same replaces what was there."""
        in_parts(self._write_cards, [self._row(one) for one in cards], WRITE_AT_ONCE)

    def is_synthetic(self) -> bool:
        """Whether made-up figures were put in."""
        (row,) = self.database.get([(self.counters, (STAGE, SYNTHETIC))])
        return row is not None

    def mark_synthetic(self) -> None:
        """Say, for good, that the stage holds made-up figures."""
        with answering():
            self.counters(STAGE, SYNTHETIC, n=1).save()

    def _row(self, card: Card) -> CardRow:
        office, held_on, dimension, answer, women, men = astuple(card)
        named = SEPARATOR.join((office, held_on.isoformat(), dimension, str(answer)))
        return self.rows(f"{CARDS}#{card.month}", named, women=women, men=men)

    def _write(self, rows: Sequence[CounterRow]) -> None:
        with answering(), self.counters.batch_write() as batch:
            for row in rows:
                batch.save(row)

    def _write_scores(self, rows: Sequence[ScoreRow]) -> None:
        with answering(), self.scores.batch_write() as batch:
            for row in rows:
                batch.save(row)

    def _write_cards(self, rows: Sequence[CardRow]) -> None:
        with answering(), self.rows.batch_write() as batch:
            for row in rows:
                batch.save(row)


def _card(row: CardRow) -> Card:
    office, held_on, dimension, answer = row.id.split(SEPARATOR)
    day = date.fromisoformat(held_on)
    return Card(office, day, dimension, int(answer), int(row.women), int(row.men))
