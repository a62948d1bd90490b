"""This file tests that two divisions of the same people tell together no more than each does."""

from collections import Counter, defaultdict
from itertools import product

import pytest

from chalicelib.reports.apart import by_one
from chalicelib.reports.shown import POOLED, Key
from chalicelib.reports.sources import Source
from tests.reports.a_source import Figures, made, rows

OCTOBER = "2026-10"
SQUARE: list[Key] = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
OFFICES: list[Key] = [(kind, office) for kind in "ab" for office in "xyz"]
World = dict[Key, int]


def told(world: World, k: int) -> tuple[object, ...]:
    """Return all that is published of a month: by what was said, and by where."""

    def counted(_source: Source, _month: str) -> Counter[Key]:
        return Counter(world)

    ways = [by_one(Figures(), OCTOBER, one, ("kind", "office"), counted, k=k) for one in KINDS]
    return tuple((tuple((str(one.at), one.n) for one in parts), hidden) for parts, hidden in ways)


KINDS = ("kind", "office")


def sums_of(world: World, at: int) -> Counter[str]:
    """Return the numbers of one division."""
    found: Counter[str] = Counter()
    for key, n in world.items():
        found[key[at]] += n
    return found


@pytest.mark.law
@pytest.mark.parametrize(
    ("keys", "k", "most"),
    [(SQUARE, 3, 9), (SQUARE, 4, 11), (OFFICES, 3, 6)],
    ids=["square", "square of four", "offices"],
)
def test_nothing_small_is_worked_out_from_all_divisions_together(
    keys: list[Key], k: int, most: int
) -> None:
    """Whoever knows the rules and every number lists the months that would look like this one."""
    looks: dict[object, list[World]] = defaultdict(list)
    for counts in product(range(most + 1), repeat=len(keys)):
        world = dict(zip(keys, counts, strict=True))
        looks[told(world, k)].append(world)
    seen = 0
    for worlds in looks.values():
        if any(n == most for world in worlds for n in world.values()):
            # Months with a larger cell look the same, and are not listed here.
            continue
        for at in range(2):
            for name in {key[at] for key in keys}:
                values = {sums_of(world, at)[name] for world in worlds}
                seen += 1
                assert len(values) > 1 or not 0 < next(iter(values)) < k, (worlds, name)
        for key in keys:
            values = {world[key] for world in worlds}
            assert len(values) > 1 or not 0 < next(iter(values)) < k, (worlds, key)
    assert seen


@pytest.mark.law
@pytest.mark.parametrize(("k", "most"), [(3, 8)])
def test_nobody_of_fewer_than_twenty_is_known_to_have_said_what_all_did(k: int, most: int) -> None:
    looks: dict[object, list[World]] = defaultdict(list)
    for counts in product(range(most + 1), repeat=len(SQUARE)):
        world = dict(zip(SQUARE, counts, strict=True))
        looks[told(world, k)].append(world)
    for worlds in looks.values():
        if any(n == most for world in worlds for n in world.values()):
            continue
        for office in "xy":
            people = {world["a", office] + world["b", office] for world in worlds}
            said = {"".join(one for one in "ab" if world[one, office]) for world in worlds}
            is_known = len(people) == 1 and said in ({"a"}, {"b"})
            assert not is_known or max(people) >= 2 * k, worlds


def test_complaints_that_are_all_alike_need_twenty_in_every_division() -> None:
    cells = {
        "complaints#extra_fee#0212#received#": 12,
        "complaints#extra_fee#0106#answered#": 7,
    }
    figures = Figures(months={OCTOBER: cells})
    for one in ("kind", "office", "state", "late"):
        assert rows(made("complaints", figures, one)).keys() == {("hidden",), ("total",)}
    figures = Figures(months={OCTOBER: {**cells, "complaints#extra_fee#0106#received#": 1}})
    assert rows(made("complaints", figures))["extra_fee",][0] == 20
    assert rows(made("complaints", figures, "office"))[POOLED,][0] == 20


def test_comments_that_are_all_on_one_topic_need_twenty() -> None:
    few = Figures(months={OCTOBER: {"comments#fees#0212#km": 19}})
    assert rows(made("comments", few)).keys() == {("hidden",), ("total",)}
    more = Figures(months={OCTOBER: {"comments#fees#0212#km": 20}})
    assert rows(made("comments", more))["fees",][0] == 20


def test_how_far_and_how_late_complaints_are_tell_nothing_of_each_other() -> None:
    """What is answered is not late: three would be open in time, if each were told by itself."""
    cells = {
        "complaints#extra_fee#0212#answered#": 15,
        "complaints#long_wait#0212#received#answer": 10,
        "complaints#long_wait#0106#received#": 3,
    }
    figures = Figures(months={OCTOBER: cells})
    assert rows(made("complaints", figures, "late"))["answer",][0] == 10
    assert rows(made("complaints", figures, "state"))["received",][0] == 10
    for one in ("late", "state"):
        assert rows(made("complaints", figures, one))[POOLED,][0] == 18
