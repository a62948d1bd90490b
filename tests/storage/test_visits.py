"""This file tests visits and tries to sign in on both twins: how long they last, how many."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.capabilities.visits import (
    IDLE,
    TRIES_A_NAME,
    TRIES_AN_ADDRESS,
    WHOLE,
    Lockout,
    Visits,
)
from chalicelib.storage.cells import DynamoCells
from chalicelib.storage.memory.cells import MemoryCells
from tests.world import World


@pytest.fixture
def cells(both: World) -> MemoryCells | DynamoCells:
    """The rows of a stage, in memory or on moto."""
    is_memory = hasattr(both.database, "tables")
    return MemoryCells(both.database) if is_memory else DynamoCells(both.database)


def test_a_visit_is_read_until_nobody_looked_for_half_an_hour(
    both: World, cells: MemoryCells
) -> None:
    visits = Visits(cells, both.clock)
    assert visits.read("a") is None
    visits.write("a", "dara", {"n": 1})
    both.clock.at += IDLE - timedelta(seconds=1)
    assert visits.read("a") == {"n": 1}
    visits.write("a", "dara", {"n": 2}, quiet=True)
    both.clock.at += IDLE - timedelta(seconds=1)
    assert visits.read("a") == {"n": 2}
    both.clock.at += timedelta(seconds=2)
    assert visits.read("a") is None


def test_a_visit_is_over_after_eight_hours_whatever_is_done_in_it(
    both: World, cells: MemoryCells
) -> None:
    visits = Visits(cells, both.clock)
    visits.write("a", "dara", {})
    begun = both.clock.at
    while both.clock.at < begun + WHOLE:
        assert visits.read("a") == {}
        visits.write("a", "dara", {})
        both.clock.forward(minutes=20)
    assert visits.read("a") is None
    visits.write("a", "dara", {})
    assert visits.read("a") is None


def test_a_visit_that_was_ended_never_comes_back(both: World, cells: MemoryCells) -> None:
    visits = Visits(cells, both.clock)
    for one in ("a", "b"):
        visits.write(one, "dara", {})
    visits.write("c", "bopha", {})
    visits.end("a")
    visits.write("a", "dara", {})
    assert visits.read("a") is None
    visits.end_all("DARA")
    assert (visits.read("b"), visits.read("c")) == (None, {})


def test_a_page_that_is_looked_at_is_noted_once_a_minute(both: World, cells: MemoryCells) -> None:
    visits = Visits(cells, both.clock)
    visits.write("a", "dara", {})
    both.clock.forward(seconds=59)
    visits.write("a", "dara", {"n": 1}, quiet=True)
    assert visits.read("a") == {}
    both.clock.forward(seconds=1)
    visits.write("a", "dara", {"n": 1}, quiet=True)
    assert visits.read("a") == {"n": 1}


def test_tries_are_counted_by_name_and_by_address(both: World, cells: MemoryCells) -> None:
    lockout = Lockout(cells, both.clock)
    tries = [lockout.lets("dara", "192.0.2.1") for _ in range(TRIES_A_NAME + 1)]
    assert tries == [True] * TRIES_A_NAME + [False]
    assert not lockout.lets("Dara", "192.0.2.2")
    lockout.passed("dara")
    assert lockout.lets("dara", "192.0.2.2")
    both.clock.forward(minutes=16)
    names = [lockout.lets(f"name{n}", "192.0.2.1") for n in range(TRIES_AN_ADDRESS + 1)]
    assert names == [True] * TRIES_AN_ADDRESS + [False]


def test_tries_at_the_same_moment_are_all_counted(world: World) -> None:
    lockout = Lockout(MemoryCells(world.database), world.clock)
    with ThreadPoolExecutor(8) as pool:
        tries = list(pool.map(lambda n: lockout.lets("dara", f"192.0.2.{n}"), range(20)))
    assert sum(tries) == TRIES_A_NAME
