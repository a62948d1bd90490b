"""This file tests the line: the rate of posts, by workers that take places ahead."""

import random
from datetime import timedelta

import pytest

from chalicelib.capabilities.ledger_control import Control
from chalicelib.settings import Settings
from chalicelib.storage.memory.base import MemoryDatabase
from chalicelib.storage.memory.cells import MemoryCells
from tests.world import StoppedClock

A_SECOND, SIZE = 20.0, 50
LENGTH = SIZE / A_SECOND


@pytest.fixture
def cells() -> MemoryCells:
    """The rows of a stage in memory."""
    return MemoryCells(MemoryDatabase(Settings()))


@pytest.mark.parametrize("seed", range(20))
def test_the_rate_is_kept_however_late_workers_come_for_the_places_they_took(
    cells: MemoryCells, seed: int
) -> None:
    chance, clock = random.Random(seed), StoppedClock()
    workers = [Control(cells, clock, A_SECOND) for _ in range(3)]
    posts = []
    for _ in range(200):
        clock.forward(seconds=chance.choice([0, 0, 0.3, 1, 4, 15]))
        people = chance.choice([SIZE, SIZE, 7])
        wait = chance.choice(workers).wait(people, more=chance.random() < 0.8)
        if wait is not None:
            posts.append((clock.seconds() + wait, people))
    posts.sort()
    assert len(posts) > 20
    for n, (begun, _) in enumerate(posts):
        sent = 0
        for at, people in posts[n:]:
            # What goes out at this moment, and what was as late as its place lasts, comes on top.
            assert sent <= A_SECOND * (at - begun) + 2 * SIZE
            sent += people


def test_a_place_that_was_taken_ahead_is_used_once_and_soon(cells: MemoryCells) -> None:
    clock = StoppedClock()
    control, other = Control(cells, clock, A_SECOND), Control(cells, clock, A_SECOND)
    assert control.wait(SIZE, more=True) == 0
    assert other.wait(SIZE) == 2 * LENGTH
    clock.forward(seconds=1)
    assert control.wait(SIZE) == pytest.approx(LENGTH - 1)
    assert control.wait(SIZE) == pytest.approx(3 * LENGTH - 1)


@pytest.mark.parametrize(("late", "people"), [(2 * LENGTH, SIZE), (1.0, SIZE + 1)])
def test_a_place_that_is_over_or_too_small_is_left(
    cells: MemoryCells, late: float, people: int
) -> None:
    clock = StoppedClock()
    control = Control(cells, clock, A_SECOND)
    control.wait(SIZE, more=True)
    clock.forward(seconds=late)
    assert control.wait(people) == pytest.approx(max(0.0, 2 * LENGTH - late))
    assert control.wait(1) == pytest.approx(max(0.0, 2 * LENGTH - late) + people / A_SECOND)


@pytest.mark.parametrize(
    ("people", "a_second", "post"),
    [
        *((50, 20.0, 1.0), (50, 20.0, 5.0), (50, 20.0, 8.0)),
        *((50, 4.0, 1.0), (50, 1.0, 1.0), (1, 2.0, 0.8), (1, 2.0, 1.2)),
    ],
)
def test_no_part_of_the_rate_is_lost_to_places_ahead(
    people: int, a_second: float, post: float
) -> None:
    ahead, alone = (posted(people, a_second, post, more=more) for more in (True, False))
    assert ahead >= 0.95 * alone


def posted(people: int, a_second: float, post: float, *, more: bool) -> int:
    """Return how many chunks two workers post in 50 minutes, when a post takes so many seconds."""
    cells, clock = MemoryCells(MemoryDatabase(Settings())), StoppedClock()
    begun, chance, posts = clock.seconds(), random.Random(1), 0
    free = [(begun, n, Control(cells, clock, a_second)) for n in range(2)]
    while (now := min(free)[0]) < begun + 3_000:
        _, n, control = min(free)
        clock.forward(seconds=now - clock.seconds())
        wait = control.wait(people, more=more)
        posts += wait is not None
        # Who is not let in takes another chunk soon.
        busy = 0.5 if wait is None else wait + post * chance.uniform(0.8, 1.2)
        free[n] = (now + busy, n, control)
    return posts


def test_a_place_by_a_clock_that_was_wrong_is_left(cells: MemoryCells) -> None:
    clock = StoppedClock()
    control = Control(cells, clock, A_SECOND)
    clock.at += timedelta(hours=1)
    control.wait(SIZE, more=True)
    clock.at -= timedelta(hours=1)
    assert control.wait(SIZE) == 0
