"""This file makes the table of people who used OWL, each once a month."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.capabilities.ballots_tally import SEPARATOR
from chalicelib.reports.published import is_pooled, notes_on, open_months
from chalicelib.reports.shown import POOLED, Key, shown
from chalicelib.reports.sources import Source
from chalicelib.reports.tables import (
    TOO_FEW,
    Column,
    Part,
    Query,
    Row,
    Table,
    divided,
    in_order,
    kept,
    share,
    summed,
    value_of,
)

USERS = "users"
SEXES = ("women", "men", "unsaid")
# What is known of a person; of the last two small cells may be put together.
PEOPLE = ("month", "sex", "channel", "district")
KEPT = 2


@dataclass(frozen=True, slots=True)
class Published:
    """What is published of people; `dark` are the sexes of which a month may hide some.

    `whole` is whether every month of the period is closed.
    """

    parts: Sequence[Part]
    dark: Sequence[Mapping[str, str]]
    whole: bool

    def is_sure(self, wanted: Mapping[str, str], sex: str) -> bool:
        """Whether nobody of a sex can be missing where the people `wanted` are told of."""
        wanted = {**wanted, "sex": sex}
        blurred = (one for one in self.parts if is_pooled(one))
        is_elsewhere = any(
            _may_be(one.at, wanted) and not _is(one.at, wanted) for one in blurred
        ) or any(_may_be(at, wanted) for at in self.dark)
        return not is_elsewhere


def users(query: Query, source: Source) -> Table:
    """Return how many people used OWL, each once a month."""
    found = _published(query, source)
    sums = summed(kept(found.parts, query.only), (*query.by, "sex"))
    keys = sorted({one[:-1] for one in sums}, key=in_order)
    rows = [_row(key, query.by, sums, found, query) for key in keys]
    blank = (None,) * (len(query.by) - 1)
    if found.dark:
        rows.append(("hidden", *blank, TOO_FEW, *(None,) * len(SEXES), None))
    columns = [Column("people"), *map(Column, SEXES), Column("women_of_said", "share")]
    whole = summed(kept(found.parts, query.only), ("sex",))
    total = ("total", *blank, *_row((), (), whole, found, query))
    few = bool(found.dark) or any(map(is_pooled, found.parts))
    return Table((*divided(query.by), *columns), rows, total, notes_on(query, source, few=few))


def _published(query: Query, source: Source) -> Published:
    parts: list[Part] = []
    dark: list[Mapping[str, str]] = []
    for month in source.closed(query.period.months):
        told = shown(_people(source, month), KEPT)
        parts += [Part(dict(zip(PEOPLE, key, strict=True)), n) for key, n in told.groups.items()]
        seen = {key[1] for key in told.groups}
        if told.hidden:
            dark += [
                {"month": month, "sex": sex, "channel": POOLED, "district": POOLED}
                for sex in SEXES
                if sex not in seen
            ]
    return Published(parts, dark, not open_months(query, source))


def _people(source: Source, month: str) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for cell, n in source.cells(month).items():
        kind, *named = cell.split(SEPARATOR)
        if kind == USERS:
            channel, sex, district = named
            found[month, sex, channel, district] += n
    return found


def _row(key: Key, by: Sequence[str], sums: Counter[Key], found: Published, query: Query) -> Row:
    """Return the row of a key: everybody, then by sex, and women among those who said.

    Where some of a sex may be among those put together or hidden, none is not told as none, and
    women are no share of men.
    """
    wanted = {**query.only, **dict(zip(by, key, strict=True))}
    n = {sex: sums[*key, sex] for sex in SEXES}
    sure = {sex: _is_of(wanted, sex) or found.is_sure(wanted, sex) for sex in SEXES}
    of_said = share(n["women"], n["women"] + n["men"]) if sure["women"] and sure["men"] else None
    none = {sex: 0 if sure[sex] and found.whole else None for sex in SEXES}
    told = [n[sex] or none[sex] for sex in SEXES]
    nobody = None if None in none.values() else 0
    return (*key, sum(n.values()) or nobody, *told, of_said)


def _is_of(wanted: Mapping[str, str], sex: str) -> bool:
    """Whether a row is of another sex, so that nobody of this one can be in it."""
    return wanted.get("sex", sex) != sex


def _may_be(at: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(value_of(at, name) in {value, POOLED} for name, value in wanted.items())


def _is(at: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(value_of(at, name) == value for name, value in wanted.items())
