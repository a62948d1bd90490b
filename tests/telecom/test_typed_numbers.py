"""This file tests that a phone number is one however people type it, and is never told again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.telecom.msisdn import NotANumber
from chalicelib.telecom.typed_numbers import read
from tests.strategies import any_text

NUMBER = "+85512734561"
SPELLINGS = (
    "+855 12 734 561",
    "+85512734561",
    "855 12 734 561",
    "00855 12 734 561",
    "012734561",
    "012 734 561",
    "012-734-561",
    "012.734.561",
    "(012) 734 561",
    "12734561",
    "+855 (0)12 734 561",
    "០១២៧៣៤៥៦១",
    "０１２７３４５６１",
    "'012734561",
    "tel:+855-12-734-561",
    "012\u00a0734\u200b 561",
)


def typed(text: str, countries: tuple[str, ...] = ("855",)) -> str:
    return read(text, "KH", countries)


def told(text: str) -> str:
    """Return the number, or why it is none."""
    try:
        return typed(text)
    except NotANumber as fault:
        return str(fault)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_the_same_number(spelling: str) -> None:
    assert typed(spelling) == NUMBER


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a phone number"),
        ("none", "not a phone number"),
        ("012 734 56x", "not a phone number"),
        ("8.55127E+10", "not a phone number"),
        ("012734561/012734562", "a digit is missing, or one is too many"),
        ("01273456", "a digit is missing"),
        ("1234", "a digit is missing"),
        ("023 756 789", "not a number of a mobile phone"),
        ("+254712345678", "does not serve"),
        ("+", "not a phone number"),
    ],
)
def test_what_is_no_number_here_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(NotANumber, match=reason):
        typed(text)


def test_a_country_that_a_stage_serves_is_taken() -> None:
    assert typed("+254 712 345 678", ("855", "254")) == "+254712345678"


@pytest.mark.law
@given(st.one_of(any_text, st.from_regex(r"[+0-9() .\-]{0,20}", fullmatch=True)))
def test_whatever_is_typed_is_a_number_of_ours_or_a_reason_without_it(text: str) -> None:
    said, digits = told(text), "".join(one for one in text if one.isdigit())
    if said.startswith("+"):
        assert said.startswith("+855")
        assert typed(said) == said
    else:
        assert len(digits) < 4 or digits not in said


@pytest.mark.law
@given(st.integers(0, 999_999), st.lists(st.sampled_from(" -.()/"), max_size=9))
def test_marks_between_digits_change_nothing(tail: int, marks: list[str]) -> None:
    digits = f"012{tail:06}"
    marks += [""] * (len(digits) - len(marks))
    spelled = "".join(digit + mark for digit, mark in zip(digits, marks, strict=True))
    assert typed(spelled) == f"+855{digits[1:]}"
