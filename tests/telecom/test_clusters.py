"""This file tests where text may be cut: never inside a syllable, always with progress."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.telecom import clusters
from chalicelib.telecom.clusters import cut, head
from tests.strategies import any_khmer_word, any_plain_text, any_text

WHITE = " \n\u200b"


def fitting(length: int) -> clusters.Callable[[str], bool]:
    return lambda part: len(part) <= length


def oracle(text: str) -> list[str]:
    """Return the clusters of Unicode 18, the first that knows the Khmer coeng."""
    return regex.findall(r"\X", text)


def test_the_oracle_knows_the_khmer_coeng() -> None:
    assert oracle("ស្ត្រី") == ["ស្ត្រី"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("abc", ["a", "b", "c"]),
        ("ស្រុក", ["ស្រុ", "ក"]),
        ("ចា៎", ["ចា៎"]),
        ("ក្រុងស្ត្រី", ["ក្រុ", "ង", "ស្ត្រី"]),
        ("e\u0301a", ["e\u0301", "a"]),
        ("👍🏽🇰🇭🇰🇪❤\ufe0f", ["👍🏽", "🇰🇭", "🇰🇪", "❤\ufe0f"]),
        ("👨\u200d👩\u200d👧x", ["👨\u200d👩\u200d👧", "x"]),
        ("ក\u200bខ", ["ក", "\u200b", "ខ"]),
    ],
)
def test_a_syllable_or_picture_is_one_piece(text: str, pieces: list[str]) -> None:
    assert clusters.clusters(text) == pieces


@pytest.mark.law
@given(any_khmer_word)
def test_khmer_words_are_cut_as_unicode_18_says(word: str) -> None:
    assert clusters.clusters(word) == oracle(word)


@pytest.mark.law
@given(any_plain_text)
def test_mixed_texts_are_cut_as_unicode_18_says(text: str) -> None:
    assert clusters.clusters(text) == oracle(text)


@pytest.mark.law
@given(any_text)
def test_the_pieces_joined_are_the_text(text: str) -> None:
    assert "".join(clusters.clusters(text)) == text


@pytest.mark.parametrize(
    ("text", "first", "rest"),
    [
        ("fits", "fits", ""),
        ("one\ntwo three four", "one", "two three four"),
        ("one two three four", "one two", "three four"),
        ("ភាសា\u200bខ្មែរនៅទីនេះ", "ភាសា", "ខ្មែរនៅទីនេះ"),
        ("កខគ។ឃងចឆជឈញ", "កខគ។", "ឃងចឆជឈញ"),
        ("abcdefghijklmno", "abcdefghij", "klmno"),
        ("one two       ", "one two", ""),
        ("          long", "          ", "long"),
    ],
)
def test_the_best_break_is_taken(text: str, first: str, rest: str) -> None:
    assert head(text, fitting(10)) == (first, rest)


def test_a_space_that_carries_a_mark_is_no_break() -> None:
    assert head("abc \u0301defgh", fitting(6)) == ("abc \u0301d", "efgh")


def test_a_single_character_that_does_not_fit_is_taken() -> None:
    assert head("ab", fitting(0)) == ("a", "b")
    assert head("", lambda _part: False) == ("", "")


def test_a_flood_of_marks_is_cut_at_the_limit() -> None:
    assert head("ក" + "\u17c6" * 500, fitting(70))[0] == "ក" + "\u17c6" * 69


@pytest.mark.law
@given(any_plain_text, st.integers(30, 120))
def test_no_cluster_is_cut(text: str, length: int) -> None:
    first, rest = head(text, fitting(length))
    apart = clusters.clusters(first) + clusters.clusters(rest)
    whole = clusters.clusters(text)
    assert [one for one in apart if one not in WHITE] == [one for one in whole if one not in WHITE]


@pytest.mark.law
@given(any_text, st.integers(1, 120))
def test_whoever_loops_comes_to_an_end(text: str, length: int) -> None:
    steps, rest = 0, text
    while rest:
        first, after = head(rest, fitting(length))
        assert len(first) <= length
        assert len(after) < len(rest)
        steps, rest = steps + 1, after
    assert steps <= len(text)


@pytest.mark.parametrize(
    ("text", "length", "kept"),
    [
        ("one two", 0, "one two"),
        ("one two", 5, "one"),
        ("one", 5, "one"),
        ("ក\u17c6\u17c6", 2, "ក\u17c6"),
    ],
)
def test_a_limit_keeps_what_a_reader_can_read(text: str, length: int, kept: str) -> None:
    assert cut(text, length) == kept
