"""This file makes the tables of ratings and of what is written beside them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.capabilities.ballots import DIMENSIONS, FORM
from chalicelib.capabilities.ballots_release import Group, Release, released
from chalicelib.capabilities.ballots_tally import RATE, SEPARATOR
from chalicelib.reports.apart import divided_by_one, narrowed
from chalicelib.reports.cards import Card
from chalicelib.reports.published import Notes, notes_on, told
from chalicelib.reports.shown import POOLED, Key
from chalicelib.reports.sources import Source
from chalicelib.reports.tables import (
    DIGITS,
    Column,
    Query,
    Row,
    Table,
    divided,
    in_order,
    share,
    value_of,
)

PHONE, PAPER, COMMENTS = "phone", "paper", "comments"
FOUR, SATISFIED = ("1", "2", "3", "4"), ("3", "4", "3-4")
ANSWERS = tuple(f"answer_{one}" for one in FOUR)
WRITTEN = ("topic", "office", "language")


@dataclass(frozen=True, slots=True)
class Rated:
    """The published answers of some people to one question; `at` says whose and where."""

    at: Mapping[str, str]
    area: str
    answers: Mapping[str, int]

    @property
    def people(self) -> int:
        """How many answered."""
        return sum(self.answers.values())

    @property
    def is_first(self) -> bool:
        """Whether it is of the question by which the people of a rating are counted."""
        return self.at["dimension"] == DIMENSIONS[0]


def satisfaction(query: Query, source: Source) -> Table:
    """Return how satisfied people are, by question."""
    groups, withheld = _published(query, source)
    chosen = [one for one in groups if _is_chosen(one, query.only)]
    found: dict[Key, Counter[str]] = {}
    for one in chosen:
        key = tuple(value_of(one.at, name) for name in query.by)
        found.setdefault(key, Counter()).update(one.answers)
    rows = [_row(key, found[key]) for key in sorted(found, key=_order)]
    columns = (
        Column("answers"),
        *(Column(one, "share") for one in ANSWERS),
        Column("satisfied", "share"),
    )
    left: Notes = [("withheld", {"n": str(withheld)})] if withheld else []
    notes = [*left, *notes_on(query, source, few=False)]
    return Table((*divided(query.by), *columns), rows, None, notes)


def comments(query: Query, source: Source) -> Table:
    """Return how many comments there are on each topic, or by another one thing."""
    query = narrowed(query, WRITTEN)
    parts, hidden = divided_by_one(query, source, WRITTEN, _written)
    return told(parts, query, source, hidden=hidden)


def rated(source: Source, month: str) -> list[Rated]:
    """Return what is published of the ratings by phone of a closed month."""
    return [_rated(one, PHONE, month) for one in released(source.cells(month), FORM).groups]


def _published(query: Query, source: Source) -> tuple[list[Rated], int]:
    """Return the ratings of a period by both ways, and how many offices had too few."""
    groups: list[Rated] = []
    withheld = 0
    for month in source.closed(query.period.months):
        by_phone = released(source.cells(month), FORM)
        for way, release in ((PHONE, by_phone), (PAPER, told_of_cards(source, month))):
            groups += [_rated(one, way, month) for one in release.groups]
            withheld += release.withheld
    return groups, withheld


def told_of_cards(source: Source, month: str) -> Release:
    """Return what is published of a month's paper scorecards."""
    return released(card_cells(source.cards(month)), PAPER)


def card_cells(cards: Iterable[Card]) -> Counter[str]:
    """Return paper cards as the counters that ballots make."""
    found: Counter[str] = Counter()
    for card in cards:
        for sex, n in (("women", card.women), ("men", card.men)):
            named = (RATE, PAPER, card.office, card.dimension, str(card.answer), sex)
            found[SEPARATOR.join(named)] += n
    return found


def _rated(group: Group, way: str, month: str) -> Rated:
    places = {
        name: group.area[:digits] if len(group.area) >= digits else POOLED
        for name, digits in DIGITS.items()
    }
    at = {
        **places,
        "office": POOLED if group.pooled else group.area,
        "source": way,
        "dimension": group.dimension,
        "sex": group.sex or POOLED,
        "month": month,
    }
    return Rated(at, POOLED if group.pooled else group.area, group.answers)


def _is_chosen(one: Rated, only: Mapping[str, str]) -> bool:
    return all(value_of(one.at, name) == value for name, value in only.items())


def _row(key: Key, answers: Counter[str]) -> Row:
    """Return one row; where some published only satisfied or not, the four are not known."""
    n = answers.total()
    known = all(one in FOUR for one in answers)
    four = [share(answers[one], n) if known else None for one in FOUR]
    return (*key, n, *four, share(sum(answers[one] for one in SATISFIED), n))


def _order(key: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """Return what sorts keys: questions as they are asked, all else by name, phone first."""
    known = (*DIMENSIONS, PHONE, PAPER)
    return tuple(
        (known.index(one), "") if one in known else (len(known) + first, name)
        for one, (first, _, name) in zip(key, in_order(tuple(key)), strict=True)
    )


def _written(source: Source, month: str) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for cell, n in source.cells(month).items():
        kind, *named = cell.split(SEPARATOR)
        if kind == COMMENTS:
            found[tuple(named)] += n
    return found
