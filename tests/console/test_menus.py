"""This file tests the map of screens and the printed cards: all screens, three languages, codes."""

from chalicelib import wiring
from chalicelib.console.words import PRINTED, words
from tests.console.conftest import Console


def test_the_map_names_every_screen_and_leads_to_each(console: Console) -> None:
    browser = console.enters("organizer")
    text = browser.opens("/menus")
    for name in wiring.book().screens:
        assert f'id="{name}"' in browser.page.text
    assert "translated" in text
    assert "Every SMS was understood" in text


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
