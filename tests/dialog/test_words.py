"""This file tests how texts are filled with facts."""

import pytest
from hypothesis import given

from chalicelib.dialog.book import Book, Joined, Say, in_language
from chalicelib.dialog.words import filled, spoken
from tests.strategies import any_text

BOOK = Book(
    "0" * 8,
    {},
    {"fee": {"en": "Fee: {fee} riel", "km": "តម្លៃ៖ {fee} រៀល"}, "plain": {"en": "Free"}},
)


def said(text: str, language: str = "en", **facts: object) -> str:
    return filled(BOOK, {"en": text}, facts, language)


@pytest.mark.parametrize("missing", ["", None, Joined(()), (), Say("fee"), {}])
def test_a_line_with_nothing_to_say_is_left_out(missing: object) -> None:
    assert said("Go to: {office}\nPhone: {phone}\nBye", office="here", phone=missing) == (
        "Go to: here\nBye"
    )


def test_a_fact_that_was_never_given_leaves_its_line_out() -> None:
    assert said("Phone: {phone}\nBye") == "Bye"
    assert said("Phone: {phone}") == ""


def test_a_text_without_facts_is_said_as_it_is() -> None:
    assert said("One\n\nTwo") == "One\n\nTwo"
    assert said("A { brace } and {Capital}") == "A { brace } and {Capital}"


@pytest.mark.parametrize(
    ("fact", "language", "words"),
    [
        ("plain", "en", "plain"),
        (5, "en", "5"),
        (0, "en", "0"),
        (None, "en", ""),
        ({"en": "land", "km": "ដី"}, "km", "ដី"),
        ({"en": "land"}, "km", "land"),
        ({"en": "land", "km": ""}, "km", "land"),
        (Say("fee", {"fee": "5,000"}), "en", "Fee: 5,000 riel"),
        (Say("fee", {"fee": "5,000"}), "km", "តម្លៃ៖ 5,000 រៀល"),
        (Say("fee", {"fee": Say("plain")}), "en", "Fee: Free riel"),
        (Joined(("a", {"en": "b"}, "", Say("plain"))), "en", "a, b, Free"),
        (("a", "", Say("plain")), "en", "a\nFree"),
    ],
)
def test_a_fact_is_spoken_in_its_language(fact: object, language: str, words: str) -> None:
    assert spoken(BOOK, fact, language) == words


def test_a_fact_of_lines_keeps_its_lines() -> None:
    assert said("Bring:\n{papers}", papers=("one", "two")) == "Bring:\none\ntwo"


@pytest.mark.parametrize("hostile", ["{fee}", "{{7*7}}", "${jndi:x}", "\\1", "\\g<0>", "%s"])
def test_U10_a_fact_is_text_and_is_never_filled_again(hostile: str) -> None:
    assert said("Typed: {typed}", typed=hostile, fee="5") == f"Typed: {hostile}"


@pytest.mark.law
@given(any_text)
def test_any_fact_is_said_word_for_word(fact: str) -> None:
    assert said("<{fact}>", fact=fact) == (f"<{fact}>" if fact else "")


def test_a_missing_translation_is_said_in_english() -> None:
    assert in_language({"en": "Yes"}, "km") == "Yes"
    assert in_language({}, "km") == ""
    assert BOOK.words("plain", "km-Latn") == "Free"
