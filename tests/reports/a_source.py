"""This file is a stage whose figures a test writes down; see `chalicelib.reports.sources`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.catalogue import Catalogue
from chalicelib.capabilities.forums import Agreed, Forum, Question
from chalicelib.capabilities.subscribers_count import Tally
from chalicelib.capabilities.tickets import Ticket
from chalicelib.capabilities.usage import Count
from chalicelib.reports.cards import Card
from chalicelib.reports.every import report
from chalicelib.reports.periods import Period
from chalicelib.reports.sources import Invited, Sent
from chalicelib.reports.tables import Query, Row, Table
from tests.builders import a_catalogue

TODAY = date(2026, 11, 23)


@dataclass
class Figures:
    """Figures by day or month; nothing unless told, and every month is closed."""

    today: date = TODAY
    catalogue: Catalogue = field(default_factory=a_catalogue)
    synthetic: bool = False
    default_language: str = "km"
    months: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    days: Mapping[date, Sequence[tuple[Count, int]]] = field(default_factory=dict)
    papers: Sequence[Card] = ()
    tickets: Sequence[tuple[str, Ticket]] = ()
    planned: Sequence[Forum] = ()
    said: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    asked: Mapping[str, Sequence[Question]] = field(default_factory=dict)
    agreed: Mapping[str, Sequence[Agreed]] = field(default_factory=dict)
    sent: Sequence[Sent] = ()
    done: Mapping[date, Sequence[Deed]] = field(default_factory=dict)
    open: Sequence[str] = ()

    def closed(self, months: Sequence[str]) -> Sequence[str]:
        """Return the months that are not open."""
        return [one for one in months if one not in self.open]

    def cells(self, month: str) -> Mapping[str, int]:
        """Return the counters of a month."""
        return self.months.get(month, {})

    def counts(self, day: date) -> Iterable[tuple[Count, int]]:
        """Return the counters of a day."""
        return self.days.get(day, ())

    def cards(self, month: str) -> Sequence[Card]:
        """Return the paper scorecards of a month."""
        return [one for one in self.papers if one.month == month]

    def finished(self, month: str) -> Iterable[Ticket]:
        """Return the tickets that ended in a month."""
        return [one for ended, one in self.tickets if ended == month]

    def waiting(self) -> Iterable[Ticket]:
        """Return the open tickets."""
        return self.finished("waiting")

    def forums(self) -> Sequence[Forum]:
        """Return every forum."""
        return self.planned

    def answers(self, code: str) -> Mapping[str, int]:
        """Return the answers to a forum."""
        return self.said.get(code, {})

    def invited(self, _forum: Forum) -> Invited:
        """Return ten invitations, of which nine came."""
        return Invited(10, 9)

    def questions(self, code: str) -> Sequence[Question]:
        """Return the questions of a forum."""
        return self.asked.get(code, ())

    def actions(self, code: str) -> Sequence[Agreed]:
        """Return what a forum agreed on."""
        return self.agreed.get(code, ())

    def people(self) -> Tally:
        """Return nobody."""
        return Tally()

    def messages(self, _period: Period) -> Iterable[Sent]:
        """Return the messages."""
        return self.sent

    def deeds(self, day: date) -> Iterable[Deed]:
        """Return the deeds of a day."""
        return self.done.get(day, ())


def made(
    name: str, source: Figures, *by: str, period: str = "2026-10", target: int = 0, **only: str
) -> Table:
    """Make a table."""
    one = report(name)
    return one.make(one.asked(Query(Period.read(period), by, only, target)), source)


def rows(table: Table) -> dict[tuple[str, ...], Row]:
    """Return the rows of a table by what they are of."""
    named = [one for one in table.columns if one.kind not in ("number", "share", "money")]
    every = [*table.rows, *filter(None, [table.total])]
    return {
        tuple(str(one) for one in row[: len(named)] if one is not None): row[len(named) :]
        for row in every
    }
