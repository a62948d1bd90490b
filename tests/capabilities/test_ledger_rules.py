"""This file tests what stops a message by itself: doubts in a row, and doubts of fifty posts."""

from collections.abc import Iterable

import pytest

from chalicelib.capabilities.ledger_rules import Breaker

GOOD, BAD = False, True


def after(posts: Iterable[bool]) -> list[Breaker]:
    """Return the breaker after each post."""
    found = [Breaker()]
    for doubtful in posts:
        found.append(found[-1].after(doubtful=doubtful))
    return found


def trips_at(posts: Iterable[bool]) -> int:
    """Return the number of the post that stops sending, 0 for none."""
    return next((n for n, one in enumerate(after(posts)) if one.is_tripped), 0)


def test_while_all_goes_well_there_is_nothing_to_keep() -> None:
    assert set(after([GOOD] * 200)) == {Breaker()}


def test_the_fifth_doubt_in_a_row_stops_sending() -> None:
    assert trips_at([BAD] * 4 + [GOOD] + [BAD] * 4) == 0
    assert trips_at([GOOD] * 60 + [BAD] * 5) == 65


@pytest.mark.parametrize("before", [0, 1, 45, 49, 50, 120])
def test_more_than_ten_doubts_of_fifty_posts_stop_sending(before: int) -> None:
    posts = [GOOD] * before + [BAD, GOOD, GOOD, GOOD] * 11
    assert trips_at(posts) == before + 41


def test_ten_doubts_of_fifty_are_let_pass_and_the_next_fifty_count_anew() -> None:
    fifty = [BAD, GOOD, GOOD, GOOD, GOOD] * 10
    assert trips_at(fifty * 3) == 0
    assert after([*fifty, GOOD])[-1] == Breaker()
