"""This file tests how typed text is cleaned, and when two inputs are the same key."""

import unicodedata

import pytest
from hypothesis import given

from chalicelib.telecom.hygiene import ascii_digits, cleaned, key
from tests.strategies import any_text

# The folding of row U5. What is not folded to a key of the screen is a wrong choice there.
FOLDED = [
    ("1", "1"),
    ("01", "01"),
    (" 1 ", "1"),
    ("１", "1"),
    ("១", "1"),
    ("១០២", "102"),
    ("1.", "1"),
    ("1#", "1"),
    ("1)", "1"),
    ("1 #.", "1"),
    ("１．", "1"),
    ("\u200b1\ufeff", "1"),
    ("1\x00", "1"),
    ("\u202e1", "1"),
    ("١", "١"),
    ("-1", "-1"),
    ("1e0", "1e0"),
    ("None", "None"),
    ("", ""),
    (" ", ""),
    ("#", ""),
    ("\ud800", ""),
]


@pytest.mark.parametrize(("typed", "folded"), FOLDED)
def test_U5_an_input_is_folded_to_a_key(typed: str, folded: str) -> None:
    assert key(typed) == folded


def test_khmer_digits_become_ascii_ones() -> None:
    assert ascii_digits("០១២៣៤៥៦៧៨៩ ក") == "0123456789 ក"


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("line\r\nline\rline\n", "line\nline\nline\n"),
        ("a\tb\u00a0c\u2003d\u3000e", "a b c d e"),
        ("a\x00b\x1bc\x7fd\x9f", "abcd"),
        ("ក\u200bខ\u200cគ\u200dឃ\ufeff", "កខគឃ"),
        ("\u202eevil\u2066x\u2069", "evilx"),
        ("lone \ud800\udfff", "lone "),
        ("cafe\u0301", "café"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ],
)
def test_what_nobody_types_on_purpose_goes(typed: str, clean: str) -> None:
    assert cleaned(typed) == clean


@pytest.mark.law
@given(any_text)
def test_cleaned_text_is_printable_and_stays_as_it_is(text: str) -> None:
    clean = cleaned(text)
    assert cleaned(clean) == clean
    assert clean.encode().decode() == clean
    assert all(unicodedata.category(one) not in {"Cc", "Cs"} or one == "\n" for one in clean)


@pytest.mark.law
@given(any_text)
def test_a_key_is_its_own_key(text: str) -> None:
    assert key(key(text)) == key(text)
