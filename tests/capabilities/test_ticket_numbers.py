"""This file tests the numbers of tickets: how they are folded, repaired, and their check digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.capabilities.tickets import OURS, fold, parse, with_check_digit

T = "02122600428"
any_number = st.text("0123456789", min_size=OURS - 1, max_size=OURS - 1).map(with_check_digit)
any_place = st.integers(0, OURS - 1)


@pytest.mark.parametrize(
    "typed",
    [
        T,
        "0212-26-0042-8",
        "0212 26 0042 8",
        "#0212/26/0042_8.",
        " 02122600428 ",
        "០២១២២៦០០៤២៨",
        "O2122600428",
        "o2I22600428",
        "02l226oo428",
        "0212\u200b2600428",
    ],
)
def test_a_number_is_found_however_it_is_written(typed: str) -> None:
    assert parse(typed).number == T


@pytest.mark.parametrize(
    "typed",
    ["02122600429", "20122600428", "O2122600429", "", "abc", "12", "x" * 21, "0212?2600428"],
)
def test_what_cannot_be_a_number_is_looked_up_by_nobody(typed: str) -> None:
    assert parse(typed).number is None


@pytest.mark.parametrize(
    "typed",
    ["012000001", "012 000 001", "0120000012", "+855 12 000 001", "85512000001", "០១២០០០០០១"],
)
def test_a_phone_number_is_never_a_key(typed: str) -> None:
    assert parse(typed).number is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [("ab-1234", "AB1234"), ("OIL1", "OIL1"), ("0012", "0012"), ("B2122600428", "B2122600428")],
)
def test_a_number_of_another_office_is_looked_up_as_it_is(typed: str, number: str) -> None:
    assert parse(typed).number == number


@pytest.mark.law
@given(any_number, any_place, st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_caught(number: str, place: int, digit: str) -> None:
    mistyped = number[:place] + digit + number[place + 1 :]
    assert parse(mistyped).number == (number if digit == number[place] else None)


@pytest.mark.law
@given(any_number, st.integers(0, OURS - 2))
def test_two_neighbours_swapped_are_always_caught(number: str, place: int) -> None:
    one, two = number[place], number[place + 1]
    swapped = number[:place] + two + one + number[place + 2 :]
    assert parse(swapped).number == (number if one == two else None)


@pytest.mark.law
@given(any_number, st.sampled_from("Oo"), st.sampled_from("lIi"))
def test_letters_read_for_digits_are_repaired(number: str, zero: str, one: str) -> None:
    assert parse(number.replace("0", zero).replace("1", one)).number == number


@pytest.mark.law
@given(st.text(max_size=30))
def test_a_folded_number_stays_as_it_is(typed: str) -> None:
    assert fold(fold(typed)) == fold(typed)
    number = parse(typed).number
    assert number is None or parse(number).number == number
