"""This file tests the check digit, beside a library that knows the same one."""

from hypothesis import given
from hypothesis import strategies as st
from stdnum import damm

from chalicelib.capabilities.check_digit import check_digit, is_valid

digits = st.text("0123456789", min_size=1, max_size=20)


@given(digits)
def test_it_is_the_digit_of_the_library(number: str) -> None:
    assert check_digit(number) == damm.calc_check_digit(number)
    assert is_valid(number) == damm.is_valid(number)
    assert is_valid(number + check_digit(number))


@given(st.text(max_size=5))
def test_what_is_no_number_is_not_valid(text: str) -> None:
    assert is_valid(text) == damm.is_valid(text if text.isascii() else "")
