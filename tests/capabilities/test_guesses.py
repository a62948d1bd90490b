"""This file tests how often a party may guess at tickets and codes."""

import pytest

from chalicelib.capabilities.guesses import Tried, verdict

AN_HOUR, A_DAY = 5, 15


def asked(tried: Tried, mark: str, hour: int) -> str:
    return verdict(tried, mark, hour, an_hour=AN_HOUR, a_day=A_DAY)


def missed(tried: Tried, mark: str, hour: int) -> Tried:
    misses = {**tried.misses, hour: tried.misses.get(hour, 0) + 1}
    return Tried(tried.marks | {mark}, misses)


def test_a_value_asked_before_is_answered_as_before_even_in_a_pause() -> None:
    tried = Tried(frozenset({"known"}), {9: AN_HOUR})
    assert asked(tried, "known", 9) == "asked_before"
    assert asked(tried, "other", 9) == "paused"


@pytest.mark.parametrize(
    ("misses", "hour", "expected"),
    [
        ({9: 4}, 9, "free"),
        ({9: 5}, 9, "paused"),
        ({9: 5}, 10, "free"),
        ({7: 5, 8: 5, 9: 5}, 10, "paused"),
        ({7: 5, 8: 5, 9: 4}, 10, "free"),
    ],
    ids=["four_in_an_hour", "five_in_an_hour", "an_hour_later", "fifteen_a_day", "fourteen_a_day"],
)
def test_wrong_values_are_limited_by_hour_and_day(
    misses: dict[int, int], hour: int, expected: str
) -> None:
    assert asked(Tried(frozenset(), misses), "new", hour) == expected


def test_T4_a_million_guesses_of_one_party_get_fifteen_looks_a_day() -> None:
    tried, looks = Tried(), 0
    for guess in range(1_000_000):
        hour = guess * 24 // 1_000_000
        if asked(tried, mark := f"{guess}", hour) == "free":
            looks += 1
            tried = missed(tried, mark, hour)
    assert looks == A_DAY
