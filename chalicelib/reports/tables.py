"""This file holds a table of a report: its columns, its rows, and how its numbers are divided."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from chalicelib.errors import NotAcceptable
from chalicelib.reports.periods import Period
from chalicelib.reports.shown import POOLED

# How a column is read: a word of ours, a code with a name, a text of staff, a number.
Kind = Literal["word", "place", "service", "text", "number", "share", "money"]
Value = str | int | float | None
Row = tuple[Value, ...]
TOO_FEW = "<10"
# A place is in another by the first digits of its code.
DIGITS: Mapping[str, int] = {"province": 2, "district": 4}
PLACES = ("province", "district", "office", "commune")
KINDS: Mapping[str, Kind] = {**dict.fromkeys(PLACES, "place"), "service": "service"}
FILTERS = ("province", "district", "office", "service", "channel", "language")
# Languages and networks are names of their own; a month is its own name.
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading is the word of its id."""

    id: str
    kind: Kind = "number"


@dataclass(frozen=True, slots=True)
class Part:
    """A number with what it is a number of, by dimension."""

    at: Mapping[str, str]
    n: int


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody asks of a report."""

    period: Period
    by: tuple[str, ...] = ()
    only: Mapping[str, str] = field(default_factory=dict)
    target: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """What of a table a chart shows: the series of numbers, in one bar or in bars side by side."""

    series: tuple[str, ...]
    stacked: bool = False
    labels: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A finished table. `notes` are ids of sentences, each with what belongs into it."""

    columns: tuple[Column, ...]
    rows: Sequence[Row]
    total: Row | None = None
    notes: Sequence[tuple[str, Mapping[str, str]]] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One of the tables: what it counts, what it misses, and how it may be divided."""

    name: str
    number: int
    dimensions: tuple[str, ...]
    by: tuple[str, ...]
    make: Callable[..., Table]
    chart: Drawn | None = None

    def asked(self, query: Query) -> Query:
        """Return a query that this table can answer.

        Raises:
            NotAcceptable: it is to be divided or chosen from by what it does not know.
        """
        for one in query.by:
            if one not in self.divisions:
                raise NotAcceptable(self._lacks(one, "divided by", self.divisions))
        for one in query.only:
            if one not in self.choices:
                raise NotAcceptable(self._lacks(one, "chosen from by", self.choices))
        by = query.by or self.by
        return Query(query.period, by, query.only, query.target)

    @property
    def divisions(self) -> tuple[str, ...]:
        """What it may be divided by; an office is in a district, that in a province."""
        wider = [one for one in DIGITS if self._has_places and one not in self.dimensions]
        return (*self.dimensions, *wider)

    @property
    def choices(self) -> tuple[str, ...]:
        """What it may be chosen from by."""
        return tuple(one for one in FILTERS if one in self.divisions)

    @property
    def _has_places(self) -> bool:
        return any(one in self.dimensions for one in PLACES)

    def _lacks(self, one: str, how: str, known: Sequence[str]) -> str:
        may = f"it may be {how} {', '.join(known)}" if known else f"it cannot be {how} anything"
        return f"table {self.name} knows no {one}: {may}"


def value_of(at: Mapping[str, str], dimension: str) -> str:
    """Return what a number is of, in one dimension; a place stands for those it is in."""
    if dimension in at:
        return at[dimension]
    code = next((at[one] for one in reversed(PLACES) if one in at), "")
    return code[: DIGITS.get(dimension, 0)]


def kept(parts: Iterable[Part], only: Mapping[str, str]) -> list[Part]:
    """Return the parts that are chosen; what was put together belongs to none of them."""
    return [
        one for one in parts if all(value_of(one.at, name) == value for name, value in only.items())
    ]


def summed(parts: Iterable[Part], by: Sequence[str]) -> Counter[tuple[str, ...]]:
    """Add parts up by dimensions."""
    found: Counter[tuple[str, ...]] = Counter()
    for one in parts:
        found[tuple(value_of(one.at, name) for name in by)] += one.n
    return found


def divided(by: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns of the dimensions that a table is divided by."""
    return tuple(Column(one, KINDS.get(one, "word")) for one in by)


def in_order(key: tuple[str, ...]) -> tuple[tuple[bool, bool, str], ...]:
    """Return what sorts keys by name, those put together and those unknown last."""
    return tuple((one == POOLED, not one, one) for one in key)


def share(n: float, of: float) -> float | None:
    """Return a share in percent, with one digit; None where there is nothing to share."""
    return round(HUNDRED * n / of, 1) if of else None


def counted(
    parts: Iterable[Part], query: Query, *, hidden: bool = False, sure: bool = True
) -> Table:
    """Return the table of numbers by the dimensions asked for, with their shares.

    A sum of nothing is told as none only where it is `sure` that nothing is left out.
    """
    sums = summed(kept(parts, query.only), query.by)
    total = sum(sums.values())
    known = total if total or sure else None
    rows: list[Row] = [
        (*key, sums[key], share(sums[key], total)) for key in sorted(sums, key=in_order)
    ]
    blank = (None,) * (len(query.by) - 1)
    if hidden:
        rows.append(("hidden", *blank, TOO_FEW, None))
    columns = (*divided(query.by), Column("n"), Column("share", "share"))
    last = ("total", *blank, known, share(total, total)) if query.by else None
    return Table(columns, rows, last)
