"""This file tests that no count under ten is shown, nor comes out of those that are."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.reports.shown import POOLED, K, Key, Shown, shown

KEYS = st.tuples(*(st.sampled_from("abc") for _ in range(4)))
CELLS = st.dictionaries(KEYS, st.integers(0, 40), max_size=20)
KEPT = st.integers(0, 2)
SQUARE = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
CORNER = [("a", "x", "1"), ("a", "x", "2"), ("a", "y", "1"), ("b", "x", "1")]


def test_a_cell_of_ten_stands_alone() -> None:
    told = shown({("a", "x"): 10, ("a", "y"): 11}, 1)
    assert told == Shown({("a", "x"): 10, ("a", "y"): 11})


def test_a_cell_of_nine_is_hidden_and_in_no_number() -> None:
    assert shown({("a", "x"): 9, ("b", "x"): 50}, 1) == Shown({("b", "x"): 50}, hidden=True)


def test_small_cells_are_put_together() -> None:
    assert shown({("a", "x"): 7, ("a", "y"): 6}, 1) == Shown({("a", POOLED): 13})


def test_a_rest_goes_into_a_cell_that_is_shown() -> None:
    assert shown({("a", "x"): 30, ("a", "y"): 6}, 1) == Shown({("a", POOLED): 36})


def test_a_rest_that_is_told_by_its_sum_takes_another_cell_with_it() -> None:
    """Of 10 and 1 beside a 30, each would be known if only two cells of ten could be shown."""
    cells = {("a", "x"): 10, ("a", "y"): 1, ("a", "z"): 30}
    assert shown(cells, 1) == Shown({("a", POOLED): 41})


@pytest.mark.parametrize("two", [(10, 1), (9, 9), (9, 2), (1, 10), (8, 3)])
def test_what_has_ten_in_all_is_told_in_all_however_it_is_divided(two: tuple[int, int]) -> None:
    """To leave it out would tell: its sum is known from another table, and which sums go out."""
    cells = dict(zip([("a", "x"), ("a", "y")], two, strict=True))
    assert shown(cells, 1) == Shown({("a", POOLED): sum(two)})


def test_two_cells_as_large_as_can_be_are_not_told_by_their_sum() -> None:
    cells = {("a", "x"): 9, ("a", "y"): 9, ("a", "z"): 30}
    assert shown(cells, 1) == Shown({("a", POOLED): 48})


@pytest.mark.law
@given(CELLS, KEPT)
def test_every_group_has_ten_and_all_people_or_whole_classes_are_missing(
    cells: Mapping[Key, int], kept: int
) -> None:
    told = shown(cells, kept)
    assert all(n >= K for n in told.groups.values())
    classes: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for at, some in enumerate((cells, told.groups)):
        for key, n in some.items():
            classes[key[:kept]][at] += n
    assert all(known in (0, true) for true, known in classes.values())
    assert told.hidden == any(true and not known for true, known in classes.values())
    assert all(known == true or true < K for true, known in classes.values())


@pytest.mark.law
@pytest.mark.parametrize("keys", [SQUARE, CORNER], ids=["square", "corner"])
@pytest.mark.parametrize(("k", "most", "kept"), [(3, 8, 0), (3, 8, 1), (5, 9, 0), (5, 9, 1)])
def test_no_small_cell_is_worked_out_from_all_that_is_shown(
    k: int, most: int, kept: int, keys: list[Key]
) -> None:
    """Every division of a table is a sum of groups, so whoever sees the groups sees all of it."""
    worlds: dict[tuple[object, bool], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(most + 1), repeat=len(keys)):
        told = shown(dict(zip(keys, counts, strict=True)), kept, k)
        worlds[tuple(told.groups.items()), told.hidden].append(counts)
    for (groups, _), possible in worlds.items():
        left = max(map(sum, possible)) - sum(n for key, n in groups if key in keys)  # type: ignore[attr-defined]
        if left > most:
            # Worlds with a larger cell look the same, and are not listed here.
            continue
        for at in range(len(keys)):
            values = {one[at] for one in possible}
            assert len(values) > 1 or not 0 < next(iter(values)) < k, (groups, keys[at])


@pytest.mark.law
@given(CELLS, KEPT)
def test_the_same_counts_are_always_shown_the_same(cells: Mapping[Key, int], kept: int) -> None:
    backwards = dict(reversed(list(cells.items())))
    assert shown(cells, kept) == shown(backwards, kept)
