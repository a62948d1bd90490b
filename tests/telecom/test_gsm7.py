"""This file tests the GSM 7-bit alphabet against an independent codec."""

import unicodedata

import gsm0338
import pytest
from hypothesis import given

from chalicelib.telecom import gsm7
from tests.strategies import any_gsm_text, any_text

CODEC = gsm0338.Codec()
ESCAPE = "\x1b"
BEYOND_BMP = 0x10000


def octets(character: str) -> int | None:
    """Return what the codec makes of one character, None where it cannot."""
    try:
        return len(CODEC.encode(character)[0])
    except UnicodeError:
        return None


def test_the_alphabet_is_the_one_of_the_independent_codec() -> None:
    costs = {chr(one): octets(chr(one)) for one in range(BEYOND_BMP)}
    expected = {one: cost for one, cost in costs.items() if cost is not None}
    # The codec also takes the bare escape, which is no character of a text.
    assert expected.pop(ESCAPE) == 1
    assert expected == dict(gsm7.SEPTETS)


@pytest.mark.parametrize("character", "^{}\\[~]|€\f")
def test_a_character_of_the_extension_costs_two_septets(character: str) -> None:
    assert gsm7.septets(f"a{character}") == 3


@pytest.mark.parametrize("character", ["`", "\t", "\u00a0", "“", "ç", ESCAPE, "៛", "។", "ក", "😀"])
def test_what_looks_plain_may_be_outside_the_alphabet(character: str) -> None:
    assert not gsm7.is_gsm7(character)
    assert gsm7.septets(f"a{character}") is None


def test_an_empty_text_costs_nothing() -> None:
    assert gsm7.septets("") == 0


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("plain {text} €", "plain {text} €"),
        ("“Don’t” — wait…", '"Don\'t" - wait...'),
        ("5,000៛។", "5,000riel."),
        ("០២១២ ١٢", "0212 12"),
        ("½ ¼", "1/2 1/4"),
        ("façade, Ő, ﬁ, Ｓ", "facade, O, fi, S"),
        ("a\u200bb\u200dc\u0301", "abc"),
        ("中 ក\u17b6", "? ?"),
        ("\x1b", "?"),
    ],
)
def test_a_text_becomes_the_nearest_plain_one(text: str, plain: str) -> None:
    assert gsm7.downgraded(text) == plain


@pytest.mark.law
@given(any_text)
def test_a_downgraded_text_is_in_the_alphabet_and_stays_as_it_is(text: str) -> None:
    plain = gsm7.downgraded(text)
    assert gsm7.is_gsm7(plain)
    assert gsm7.downgraded(plain) == plain


@pytest.mark.law
@given(any_gsm_text)
def test_a_text_of_the_alphabet_costs_what_the_codec_makes_of_it(text: str) -> None:
    assert gsm7.septets(text) == len(CODEC.encode(text)[0])
    assert gsm7.downgraded(text) == text


@pytest.mark.parametrize("digit", "០១២៣៤៥៦៧៨៩")
def test_a_khmer_digit_is_never_lost(digit: str) -> None:
    assert gsm7.downgraded(digit) == str(unicodedata.decimal(digit))
