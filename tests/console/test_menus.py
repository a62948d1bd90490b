"""This file tests the map of screens and the printed cards: all screens, three languages, codes."""

from chalicelib import shipped
from chalicelib.capabilities.usage import Count
from chalicelib.capabilities.usage_slips import Slip
from chalicelib.console.words import PRINTED, words
from chalicelib.storage.figures import DynamoFigures
from tests.builders import MONDAY
from tests.console.conftest import Console
from tests.console.programs import a_program


def test_the_map_names_every_screen_and_leads_to_each(console: Console) -> None:
    browser = console.enters("organizer")
    text = browser.opens("/menus")
    for name in shipped.book().screens:
        assert f'id="{name}"' in browser.page.text
    assert "translated" in text
    assert "Every SMS was understood" in text


def texted(console: Console, often: dict[str, int], others: int) -> None:
    """Let phones have texted words and other things that nobody understood, this month."""
    for slip, times in ((Slip(word, "JOIN"), n) for word, n in often.items()):
        for _ in range(times):
            console.office.slips.count(slip)
    cell = Count("sms", "km", "information", question="not_understood")
    times = sum(often.values()) + others
    DynamoFigures(console.office.database).add_counts([(MONDAY, cell, times)])


def test_words_that_almost_were_keywords_are_shown_with_the_keyword_and_the_others_counted(
    console: Console,
) -> None:
    texted(console, {"jion": 4, "joim": 2}, 30)
    browser = console.enters("organizer")
    text = browser.opens("/menus")
    assert "jion 4 JOIN" in text
    assert "joim" not in text
    assert "32 other SMS were not understood" in text
    assert "ussd_menus/keywords.toml" in text


def test_a_khmer_page_has_the_words_too(console: Console) -> None:
    texted(console, {"ឃុំុំ": 3}, 1_200)
    browser = console.enters("organizer")
    browser.opens("/menus")
    browser.sends("/language", language="km")
    text = browser.opens("/menus")
    assert "ឃុំុំ 3 JOIN" in text
    assert words("km")["menus.others"].format(n="1,200") in text


def test_how_many_others_there_are_is_not_told_where_the_tables_tell_nothing(
    console: Console,
) -> None:
    texted(console, {"jion": 3}, 2)
    text = console.enters("admin").opens("/menus")
    assert "jion 3 JOIN" in text
    assert "Fewer than 10 SMS were not understood" in text


def test_a_program_reads_the_words_of_a_month(console: Console) -> None:
    texted(console, {"jion": 4}, 30)
    program = a_program(console, "organizer")
    found = program.gets("/menus/words")
    word = {"word": "jion", "times": 4, "keyword": "JOIN"}
    assert found == {"month": "2026-11", "words": [word], "others": 30}
    before = program.gets("/menus/words", month="2026-10")
    assert before == {"month": "2026-10", "words": [], "others": 0}
    program.refused(400, "GET", "/menus/words", query_string={"month": "2026"})
    a_program(console, "officer").refused(403, "GET", "/menus/words")


def test_a_card_has_the_code_the_short_code_and_the_privacy_sentence_in_three_languages(
    console: Console,
) -> None:
    browser = console.enters("organizer")
    text = browser.opens("/cards?office=0106")
    assert browser.page.text.count("<section") == 3
    assert text.count("*384*55#") == 3
    assert text.count("38455") == 3
    assert "RATE 0106" in text
    assert "Your number is not kept" in text
    browser.opens("/cards?office=9999")
    assert browser.status == 404


def test_a_clerk_prints_the_card_of_the_own_office_only(console: Console) -> None:
    browser = console.enters("clerk")
    assert "RATE 0212" in browser.opens("/cards")
    browser.opens("/cards?office=0106")
    assert browser.status == 404


def test_the_third_language_of_cards_says_the_same_things() -> None:
    cards = {key for key in words("en") if key.startswith("cards.")} - {"cards.about"}
    assert set(words(PRINTED)) == cards
