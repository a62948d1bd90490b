"""This file tests which words that nothing understood are kept, and that nothing else ever is."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import shipped
from chalicelib.dialog.keywords import folded
from chalicelib.dialog.slips import slip_of
from tests.strategies import HOSTILE, any_text

WORDS = shipped.keywords()
FORM = re.compile("[a-z]+|[\u1780-\u17d3\u17d7\u17dd]+")
ORDINARY = (Path(__file__).parent / "ordinary_texts.txt").read_text().splitlines()
any_keyword = st.sampled_from(sorted(one.folded for one in WORDS.known))
any_letter = st.sampled_from("aeioknst្កាេំ")
any_slip = st.builds(
    lambda word, at, letter, drops: (
        word[: at % len(word)] + letter + word[at % len(word) + drops :]
    ),
    *(any_keyword, st.integers(0, 20), any_letter, st.integers(0, 1)),
)
any_number = st.text("0123456789 +-០១២៣៤៥៦៧៨៩٣٤٥𝟘𝟙²½", min_size=1, max_size=15)
any_message = st.one_of(
    any_text,
    st.lists(
        st.one_of(any_keyword, any_slip, any_number, st.sampled_from(HOSTILE), any_text),
        max_size=4,
    ).map("".join),
    st.lists(st.one_of(any_slip, any_number, any_text), max_size=4).map(" ".join),
)


def distance(one: str, other: str) -> int:
    """Return how many letters more, less, other or swapped make two words equal."""
    rows = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for a in range(len(one) + 1):
        for b in range(len(other) + 1):
            if not a or not b:
                rows[a][b] = a + b
                continue
            same = one[a - 1] == other[b - 1]
            rows[a][b] = min(
                rows[a - 1][b] + 1, rows[a][b - 1] + 1, rows[a - 1][b - 1] + (not same)
            )
            if a > 1 and b > 1 and one[a - 2 : a] == other[b - 1] + other[b - 2]:
                rows[a][b] = min(rows[a][b], rows[a - 2][b - 2] + 1)
    return rows[-1][-1]


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("jion", ("jion", "JOIN")),
        ("JION Trang", ("jion", "JOIN")),
        ("  hlep!! ", ("hlep", "HELP")),
        ("ｊｉｏｎ ០២១២០៤", ("jion", "JOIN")),
        ("jion021204", ("jion", "JOIN")),
        ("tavs 0212", ("tavs", "COMPLAIN")),
        ("ព័តមាន", ("ព័តមាន", "INFO")),
        ("ជំនួ", ("ជំនួ", "HELP")),
        ("yes", ("yes", "YES")),
        ("stop sending me all of this", ("stop", "STOP")),
    ],
)
def test_a_word_one_letter_from_a_keyword_is_kept_with_it(text: str, slip: tuple[str, str]) -> None:
    assert slip_of(text, WORDS) == slip


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "Sokha",
        "Sok Panha",
        "+85512000001",
        "012 000 001 jion",
        "+jion",
        "jion+85512000001",
        "jion.sok@example.org",
        "hlep, the man at the window wants money",
        "xyzzy",
        "rat",
        "jionjion",
        "joinខ្មែរ",
        "ⅳ",
        "\u0660\u0661 jion",
    ],
)
def test_nothing_is_kept_of_what_may_be_anything(text: str) -> None:
    assert slip_of(text, WORDS) is None


@given(any_message)
@pytest.mark.law
def test_what_is_kept_is_letters_of_one_script_and_a_letter_from_a_keyword(text: str) -> None:
    found = slip_of(text, WORDS)
    if found is None:
        return
    word, action = found
    assert FORM.fullmatch(word)
    assert not any(letter.isnumeric() for letter in word)
    assert re.split("[ 0-9]", folded(text))[0] == word
    known = [one.folded for one in WORDS.known if one.action == action]
    assert min(distance(word, one) for one in known) <= 1


@given(any_keyword, any_number)
@pytest.mark.law
def test_a_word_before_a_number_is_kept_without_it(word: str, number: str) -> None:
    found = slip_of(f"{word} {number}", WORDS)
    assert found is None or found[0] == re.split("[ 0-9]", word)[0]


def test_of_ordinary_texts_hardly_a_word_is_kept_that_is_no_keyword() -> None:
    known = {one.folded for one in WORDS.known}
    found = {slip[0] for slip in (slip_of(text, WORDS) for text in ORDINARY) if slip}
    assert found - known == {"shop", "post", "star", "stoop"}
