"""This file tests which words an SMS is understood by, and which of them stop everything."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.dialog import keywords
from chalicelib.dialog.keyword_table import folded_table
from chalicelib.dialog.keywords import Keywords, folded, numeric, script_of
from chalicelib.errors import NotAcceptable
from tests.strategies import any_text

HERE = Path(__file__).parent
TABLE = tomllib.loads((HERE.parents[1] / "ussd_menus" / "keywords.toml").read_text())
WORDS = Keywords(folded_table(TABLE))
ALL = [
    (action, language, word)
    for action, entry in TABLE.items()
    for language in keywords.LANGUAGES
    for word in entry.get(language, ())
]
WHOLE = {action for action, entry in TABLE.items() if entry.get("whole_message")}


def lines(name: str) -> list[str]:
    return (HERE / name).read_text().removesuffix("\n").split("\n")


def action_of(text: str) -> str | None:
    found = WORDS.understand(text)
    return found.action if found else None


def steered(text: str) -> str | None:
    found = WORDS.steering(text)
    return found.action if found else None


# What the table must hold.


def test_stop_start_yes_and_no_are_whole_messages() -> None:
    assert sorted(WHOLE) == ["NO", "START", "STOP", "YES"]


@pytest.mark.parametrize(
    ("action", "language", "word"),
    [one for one in ALL if one[0] not in WHOLE and one[2] != "?"],
)
def test_every_word_is_understood_in_its_language(action: str, language: str, word: str) -> None:
    for text in (word, word.upper(), f" {word}! ", f"{word} 102", f"{word}102", f"{word}?"):
        found = WORDS.understand(text)
        assert found is not None
        assert (found.action, found.language) == (action, language)
        assert found.rest == ("102" if "102" in text else "")


@pytest.mark.parametrize(("action", "language", "word"), [one for one in ALL if one[0] in WHOLE])
def test_a_whole_message_word_begins_no_keyword(action: str, language: str, word: str) -> None:
    assert action_of(word) is None
    if action in ("STOP", "START"):
        found = WORDS.steering(word.upper())
        assert found is not None
        assert (found.action, found.language) == (action, language)
    else:
        assert WORDS.answer(word) == action


def test_no_word_of_a_number_stands_under_another_action() -> None:
    numbered = {folded(one) for entry in TABLE.values() for one in entry.get("needs_number", ())}
    assert numbered.isdisjoint(folded(word) for _, _, word in ALL)


def test_every_language_names_itself() -> None:
    for language, named in TABLE["LANG"]["values"].items():
        for word in named:
            assert WORDS.language_named(f" {word.upper()}. ") == language
    assert WORDS.language_named("french") is None


# How words are told apart.


@pytest.mark.parametrize(
    ("text", "action", "rest"),
    [
        ("info101", "INFO", "101"),
        ("INFO 102 please", "INFO", "102 please"),
        ("fee: 102", "FEE", "102"),
        ("fee?", "FEE", ""),
        ("How much?", "FEE", ""),
        ("how  much 102", "FEE", "102"),
        ("how many days", "TIME", ""),
        ("howmuch", "FEE", ""),
        ("តម្លៃ២០១", "FEE", "២០១"),
        ("តម្លៃសេវា១០២", "FEE", "១០២"),
        ("ថ្លៃប៉ុន្មាន", "FEE", "ប៉ុន្មាន"),
        ("វាយតម្លៃ", "RATE", ""),
        ("វាយតំលៃ", "RATE", ""),
        ("តំលៃ", "FEE", ""),
        ("ប្ដឹង", "COMPLAIN", ""),
        ("ប្តឹង", "COMPLAIN", ""),
        ("បណ្ដឹង", "COMPLAIN", ""),
        ("សួស្ដី", "INFO", ""),
        ("សួស្តី", "INFO", ""),
        ("ជំរាបសួរ", "INFO", ""),
        ("TICKET#0212-26-0042-8", "TICKET", "0212-26-0042-8"),
        ("ticket02122600428", "TICKET", "02122600428"),
        ("TICKET O2122600428", "TICKET", "O2122600428"),
        ("lek 02122600428", "TICKET", "02122600428"),
        ("លេខ ០២១២២៦០០៤២៨", "TICKET", "០២១២២៦០០៤២៨"),
        ("សំបុត្រ០២១២២៦០០៤២៨", "TICKET", "០២១២២៦០០៤២៨"),
        ("ask When is Mother's day?", "ASK", "When is Mother's day"),
        ("?", "HELP", ""),
        ("??", "HELP", ""),
        (" help! ", "HELP", ""),
        ("!!! info", "INFO", ""),
        ("ＩＮＦＯ　１０２", "INFO", "１０２"),
    ],
)
def test_a_keyword_is_found_and_the_rest_left_as_written(text: str, action: str, rest: str) -> None:
    found = WORDS.understand(text)
    assert found is not None
    assert (found.action, found.rest) == (action, rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "...",
        "bat plak lek",
        "baek hang",
        "បើកហាង",
        "lek tourosap",
        "lek",
        "លេខទូរសព្ទ",
        "សំបុត្រកំណើត",
        "មិនមក",
        "ok",
        "1",
        "informal",
        "feel",
        "docks",
        "តវាំ",
    ],
)
def test_what_only_begins_like_a_keyword_is_none(text: str) -> None:
    assert action_of(text) is None


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("tickett 02122600428", "TICKET"),
        ("tcket", "TICKET"),
        ("tickte", "TICKET"),
        ("tucket", "TICKET"),
        ("complian", "COMPLAIN"),
        ("langauge", "LANG"),
        ("paper", "DOCS"),
        ("ofice102", "OFFICE"),
        ("tciekt", None),
        ("inffo", None),
        ("fe", None),
        ("hlep", None),
        ("tick", None),
        ("ប្តឹង្ក", None),
    ],
)
def test_one_slip_is_forgiven_in_latin_words_of_five_letters(text: str, action: str | None) -> None:
    assert action_of(text) == action


@pytest.mark.parametrize(
    "text",
    ["stpo", "sotp", "stopp a", "sttop", "strat", "stary", "unsubscrbe", "canceel", "yess", "noo"],
)
def test_no_slip_is_forgiven_in_stop_start_yes_and_no(text: str) -> None:
    assert steered(text) is None
    assert WORDS.answer(text) is None
    assert action_of(text) is None


@pytest.mark.law
@given(any_text)
def test_any_text_at_all_is_understood_or_not(text: str) -> None:
    WORDS.steering(text)
    WORDS.answer(text)
    WORDS.understand(text)
    numeric(text)
    assert folded(folded(text)) == folded(text)


@pytest.mark.law
@given(st.sampled_from(ALL), st.sampled_from(["", " ", "!", "\u200b", "#", "\n", " ?"]))
def test_marks_and_case_change_nothing(one: tuple[str, str, str], mark: str) -> None:
    _, _, word = one
    assert action_of(f"{mark}{word.upper()}{mark}") == action_of(word)
    assert steered(f"{mark}{word.upper()}{mark}") == steered(word)


# STOP and START.


@pytest.mark.parametrize("phrase", lines("stop_phrases.txt"))
def test_S3_a_stop_phrase_stops(phrase: str) -> None:
    assert steered(phrase) == "STOP"


def test_S3_the_list_of_stop_phrases_holds_every_stop_word() -> None:
    phrases = lines("stop_phrases.txt")
    assert len(set(phrases)) == 200
    stops = [word for action, _, word in ALL if action == "STOP"]
    assert set(stops) <= set(phrases)


def test_S3_ordinary_texts_stop_and_start_nothing() -> None:
    texts = lines("ordinary_texts.txt")
    assert len(set(texts)) == 500
    false = [text for text in texts if steered(text)]
    assert len(false) <= len(texts) // 100, false


@pytest.mark.parametrize(
    "text",
    [
        "don't stop the project",
        "bus stop far",
        "stop the bus",
        "stop stop sign",
        "stop 2",
        "stop 12",
        "stop at 12 00",
        "please",
        "please please",
        "the messages",
        "the rains will all stop",
        "stop all buses",
        "bus please stop",
        "baek hang",
        "បើកហាង",
        "ឈប់សម្រាក",
        "non stop",
        "stop-gap",
        "stop " + "please " * 500,
    ],
)
def test_S3_stop_inside_a_sentence_stops_nothing(text: str) -> None:
    assert steered(text) is None


@pytest.mark.parametrize(
    "text",
    ["START", "start please", "s t a r t", "STARTT", "baek", "បើក", "សូមបើកវិញ", "ចាប់ផ្ដើម", "on"],
)
def test_a_start_word_alone_starts(text: str) -> None:
    assert steered(text) == "START"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("STOP 02122600428", "02122600428"),
        ("stop 0212-26-0042-8", "0212 26 0042 8"),
        ("stop#02122600428", "02122600428"),
        ("stopall02122600428", "02122600428"),
        ("ឈប់០២១២២៦០០៤២៨", "02122600428"),
        ("kom phnher 02122600428", "02122600428"),
        ("STOP O2122600428", "o2122600428"),
    ],
)
def test_stop_before_a_ticket_is_its_own_pattern(text: str, number: str) -> None:
    found = WORDS.steering(text)
    assert found is not None
    assert (found.action, found.rest) == ("STOP", number)


def test_start_before_a_ticket_starts_nothing() -> None:
    assert steered("START 02122600428") is None


# Answers to an open question.


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("YES", "YES"),
        ("y", "YES"),
        ("ok mok", "YES"),
        ("yol prom", "YES"),
        ("បាទ មក", "YES"),
        ("បាទមក", "YES"),
        ("ចា៎", "YES"),
        ("no", "NO"),
        ("not coming", "NO"),
        ("mok ot ban", "NO"),
        ("min mok", "NO"),
        ("មិនមក", "NO"),
        ("មកមិនបាន", "NO"),
        ("មក មិន បាន", "NO"),
        ("អត់ទេ", "NO"),
        ("ot te ot", "NO"),
        ("ពុំបាន", "NO"),
        ("bat plak lek", None),
        ("bat ot plak", None),
        ("yes but later", None),
        ("បាត់", None),
        ("ទៅណា", None),
        ("មកពីណា", None),
        ("stop", None),
        ("", None),
        ("?", None),
        ("1", None),
    ],
)
def test_an_answer_is_made_of_nothing_else_and_a_refusal_wins(
    text: str, answer: str | None
) -> None:
    assert WORDS.answer(text) == answer


def test_a_long_run_of_answers_is_read_at_once() -> None:
    assert WORDS.answer("អត់ទេ" * 500 + "ក") is None


# Numbers.


@pytest.mark.parametrize(
    ("text", "kind", "digits"),
    [
        ("1", "option", "1"),
        ("12", "option", "12"),
        ("១", "option", "1"),
        ("1.", "option", "1"),
        ("102", "service", "102"),
        ("១០២", "service", "102"),
        ("1 0 2", "service", "102"),
        ("102#", "service", "102"),
        ("1234567897", "code", "1234567897"),
        ("123-456-7897", "code", "1234567897"),
        ("02122600428", "ticket", "02122600428"),
        ("0212-26-0042-8", "ticket", "02122600428"),
        ("#0212 26 0042 8", "ticket", "02122600428"),
        ("០២១២២៦០០៤២៨", "ticket", "02122600428"),
        ("O2l226OO428", "ticket", "o2l226oo428"),
        ("0000001", "ticket", "0000001"),
        ("1" * 20, "ticket", "1" * 20),
    ],
)
def test_a_message_of_digits_is_a_number_of_its_kind(text: str, kind: str, digits: str) -> None:
    assert numeric(text) == (kind, digits)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1a",
        "1234",
        "123456",
        "1" * 21,
        "+85512000001",
        "1e0",
        "١٢",
        "oiloiloiloi",
        "102 now",
    ],
)
def test_anything_else_is_no_number(text: str) -> None:
    assert numeric(text) is None


@pytest.mark.parametrize(
    ("text", "script"), [("ខ្មែរ", "km"), ("a ខ", "km"), ("khmer", None), ("", None)]
)
def test_khmer_letters_tell_the_script(text: str, script: str | None) -> None:
    assert script_of(text) == script


# What the loader refuses.


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            {"FEE": {"en": ["fee"]}, "INFO": {"en": ["Fee!"]}},
            "keywords.toml: INFO: 'Fee!' stands under FEE too: leave it under one of them",
        ),
        (
            {"TICKET": {"needs_number": ["lek"]}, "FEE": {"km-Latn": ["lek"]}},
            "keywords.toml: TICKET: 'lek' stands under FEE too: leave it under one of them",
        ),
        ({"FEE": {"en": ["!"]}}, "keywords.toml: FEE: '!' holds no letter: drop it"),
        (
            {"STOP": {"en": ["stop"], "whole": True}},
            (
                "keywords.toml: STOP: no field 'whole', write one of courtesy, en, fuzzy, km, "
                "km-Latn, needs_number, negation, open_question, values, whole_message"
            ),
        ),
    ],
)
def test_a_mistake_in_the_table_is_told(
    table: dict[str, dict[str, list[str]]], sentence: str
) -> None:
    with pytest.raises(NotAcceptable) as refused:
        Keywords(folded_table(table))
    assert str(refused.value) == sentence


def test_the_same_word_may_stand_in_two_languages_of_one_action() -> None:
    table = {"FEE": {"en": ["fee"], "km-Latn": ["fee"]}}
    found = Keywords(folded_table(table)).understand("fee")
    assert found is not None
    assert (found.action, found.language) == ("FEE", "en")


def test_the_longest_word_wins_whatever_the_order_of_the_table() -> None:
    table = {"ONE": {"en": ["how", "how much"]}, "TWO": {"en": ["how many"]}}
    read = Keywords(folded_table(table))
    assert [read.understand(text).action for text in ("how many", "how much", "how x")] == [  # type: ignore[union-attr]
        "TWO",
        "ONE",
        "ONE",
    ]


def test_a_word_may_refuse_to_be_guessed() -> None:
    assert Keywords(folded_table({"ONE": {"en": ["ticket"]}})).understand("tcket") is not None
    assert (
        Keywords(folded_table({"ONE": {"en": ["ticket"], "fuzzy": False}})).understand("tcket")
        is None
    )


def test_a_slip_between_two_actions_is_not_guessed() -> None:
    table = {"ONE": {"en": ["ticket"]}, "TWO": {"en": ["tucket"]}}
    assert Keywords(folded_table(table)).understand("tacket") is None


def test_a_table_without_answers_has_none() -> None:
    read = Keywords(folded_table({"FEE": {"en": ["fee"]}}))
    assert read.answer("yes") is None
    assert read.steering("stop please") is None
