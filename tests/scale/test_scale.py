"""This file tests in small what `make scale` judges: what a person costs, and what grows."""

from pathlib import Path

import pytest

from tests.scale.__main__ import Row, compared, counted, lines

pytestmark = pytest.mark.stack


def test_many_people_cost_no_more_each_and_no_memory(tmp_path: Path) -> None:
    found = list(compared("forum", 5_000, tmp_path))
    assert len(found) == 7
    # What a message costs once, some sixty calls, weighs only where it has few people.
    (calls,) = (one for one in found if "calls a person" in one.figure)
    assert calls.goal < calls.value < 1.1 * calls.goal
    assert [one for one in found if not one.is_met] == [calls]


def test_the_database_counts_what_the_twin_counts(tmp_path: Path) -> None:
    found = list(counted("forum", 300, tmp_path))
    assert len(found) == 3
    assert [one for one in found if not one.is_met] == []


def test_a_goal_that_is_missed_is_shown() -> None:
    rows = [Row("more", 3.0, 2.4), Row("fewer calls", 1, 2, exact=True), Row("good", 2.4, 2.4)]
    assert [one.is_met for one in rows] == [False, False, True]
    assert [line.endswith("missed") for line in lines(rows, 10)] == [False, True, True, False]
