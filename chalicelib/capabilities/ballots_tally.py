"""This file turns ballots into counters: each ballot once, whatever dies on the way.

A batch is one transaction: its ballots are deleted on condition that they are there, the counters
go up and the comments are put apart. So a run that dies, or two at once, count nothing twice.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from chalicelib.capabilities.ballots import LINGER, Ballot, month_of
from chalicelib.capabilities.ballots_topics import topic_of

# A transaction takes 100 writes; a ballot is one, its comment another, its answers five.
MOST_BALLOTS, MOST_WRITES = 25, 100
# Few ballots counted at once would tell who rated between two looks at the counters.
ENOUGH = 50
# A month is closed when its last week is over too, for complaints are counted by their weeks.
SETTLED = timedelta(days=4)
SEPARATOR, RATE, COMMENTS = "#", "rate", "comments"
# Reads of the box in one run; more than one is needed only where another run is at work.
PASSES = 5
HOUR, MINUTES = 2, 60

# The counters of a month that are made when it closes: who used OWL, what was complained of.
Census = Callable[[str], Mapping[str, int]]


@dataclass(frozen=True, slots=True, repr=False)
class Comment:
    """What somebody wrote beside a rating, apart from it."""

    week: str
    office: str
    language: str
    text: str

    @property
    def topic(self) -> str:
        """What it is about."""
        return topic_of(self.text)


@dataclass(slots=True, repr=False)
class Batch:
    """Some ballots as one transaction: their ids, what they add to, what was written beside."""

    ids: list[str] = field(default_factory=list)
    cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    comments: list[Comment] = field(default_factory=list)

    @property
    def writes(self) -> int:
        """How many writes it takes: of ballots, counters, comments, and the months of these."""
        months = {month for month, _ in self.cells}
        return len(self.ids) + len(self.cells) + len(self.comments) + len(months)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a run did: ballots counted, waiting for more company, and not to be opened."""

    counted: int = 0
    waiting: int = 0
    unreadable: int = 0
    closed: tuple[str, ...] = ()


class BallotBox(Protocol):
    """The ballots that wait, the counters, and which months are over. Only the tally has one."""

    def ballots(self) -> Iterator[tuple[str, Ballot | None]]:
        """Give every ballot with its id, None for one that cannot be opened."""

    def count(self, batch: Batch) -> bool:
        """Do a batch; False where one of its ballots is gone, and so nothing was done."""

    def destroy_tokens(self, before: str) -> int:
        """Destroy what says that phones rated in the months before one; return how many."""

    def months(self) -> Mapping[str, bool]:
        """Return the months that have counters, and whether each is closed."""

    def cells(self, month: str) -> Mapping[str, int]:
        """Return the counters of a month."""

    def close(self, month: str, cells: Mapping[str, int]) -> None:
        """Keep a month's last counters, then that it is closed and its figures are published.

        What a run left that died between the two goes; a month that is closed stays as it is.
        """

    def tallied_on(self) -> date | None:
        """Return the day of the last run that ended."""

    def note_run(self, day: date) -> None:
        """Keep the day of a run that ended."""


def cells_of(ballot: Ballot) -> list[tuple[str, str]]:
    """Return the cells that a ballot adds one to, each with its month."""
    apart = (ballot.sex, ballot.channel, ballot.language)
    names: list[tuple[str, ...]] = [
        (RATE, ballot.form, ballot.office, dimension, str(answer), *apart)
        for dimension, answer in ballot.answers.items()
    ]
    if ballot.comment:
        names.append((COMMENTS, topic_of(ballot.comment), ballot.office, ballot.language))
    return [(ballot.month, SEPARATOR.join(name)) for name in names]


def outdated(there: Iterable[str], census: Collection[str]) -> list[str]:
    """Return the counters of a month that a census left which died before the month was closed."""
    kept = {RATE, COMMENTS}
    return [one for one in there if one.split(SEPARATOR)[0] not in kept and one not in census]


def batches(ballots: Iterable[tuple[str, Ballot]]) -> Iterator[Batch]:
    """Give ballots in batches that one transaction takes."""
    batch = Batch()
    for id_, ballot in ballots:
        more = 4 + len(ballot.answers)
        if len(batch.ids) == MOST_BALLOTS or batch.writes + more > MOST_WRITES:
            yield batch
            batch = Batch()
        batch.ids.append(id_)
        batch.cells.update(cells_of(ballot))
        if ballot.comment:
            batch.comments.append(
                Comment(ballot.week, ballot.office, ballot.language, ballot.comment)
            )
    if batch.ids:
        yield batch


def is_due(now: datetime, last: date | None, chance: float) -> bool:
    """Say whether to run in this minute: once a day, at a minute after two that nobody can tell.

    Asked every minute from two to three, each minute is as likely as the others. A run that was
    missed is made up for at once. `now` is local, `chance` is from 0 to 1.
    """
    today = now.date()
    if last is None or last < today - timedelta(days=1):
        return True
    return last < today and now.hour == HOUR and chance * (MINUTES - now.minute) < 1


class Tally:
    """Counts the ballots of a stage and closes its months."""

    def __init__(
        self,
        box: BallotBox,
        census: Census,
        shuffle: Callable[[list[tuple[str, Ballot]]], None],
    ) -> None:
        """Take the box, what else is counted when a month closes, and what shuffles ballots."""
        self.box, self.census, self.shuffle = box, census, shuffle

    def run(self, now: datetime) -> Counted:
        """Count what may be counted now, and close the months that are over; `now` is local."""
        counted, waiting, unreadable = 0, 0, 0
        for _ in range(PASSES):
            ready, waiting, unreadable = self._ready(now)
            done = [batch for batch in batches(ready) if self.box.count(batch)]
            counted += sum(len(batch.ids) for batch in done)
            if sum(len(batch.ids) for batch in done) == len(ready):
                break
        self.box.destroy_tokens(month_of((now - LINGER).date()))
        closed = self._closed(now)
        self.box.note_run(now.date())
        return Counted(counted, waiting, unreadable, closed)

    def waiting(self) -> tuple[int, int]:
        """Return how many ballots wait, and how many of them cannot be opened."""
        every = [ballot for _, ballot in self.box.ballots()]
        return len(every), sum(1 for one in every if one is None)

    def closing(self, now: datetime) -> list[str]:
        """Return the months that a run would close now: the last one, and those before it."""
        known = dict.fromkeys(self._in_box(), False) | dict(self.box.months())
        last = (now - SETTLED).date().replace(day=1) - timedelta(days=1)
        begin = min([*known, month_of(last)])
        return [month for month in months_back(last, begin) if not known.get(month)]

    def _ready(self, now: datetime) -> tuple[list[tuple[str, Ballot]], int, int]:
        """Return the ballots to count, out of order, with how many wait or cannot be opened."""
        every = list(self.box.ballots())
        opened = [(id_, ballot) for id_, ballot in every if ballot is not None]
        month = month_of(now.date())
        enough = len(opened) >= ENOUGH
        ready = [(id_, one) for id_, one in opened if enough or one.month < month]
        self.shuffle(ready)
        return ready, len(opened) - len(ready), len(every) - len(opened)

    def _closed(self, now: datetime) -> tuple[str, ...]:
        left = self._in_box()
        closing = [month for month in self.closing(now) if month not in left]
        for month in closing:
            self.box.close(month, self.census(month))
        return tuple(closing)

    def _in_box(self) -> set[str]:
        return {ballot.month for _, ballot in self.box.ballots() if ballot is not None}


def months_back(last: date, begin: str) -> list[str]:
    """Return every month from one, as `2026-09`, to that of a day, the first of them first."""
    found: list[str] = []
    while month_of(last) >= begin:
        found.append(month_of(last))
        last = last.replace(day=1) - timedelta(days=1)
    return found[::-1]
