"""This file tests which words of an SMS that was not understood are kept, and that none else is."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.capabilities.usage_slips import Slip
from tests.builders import NUMBER
from tests.dialog.test_slips import any_message
from tests.phone import Phone
from tests.world import World, a_memory_world

JION = Slip("jion", "JOIN")
MONTH = "2026-11"


def kept(world: World) -> dict[Slip, int]:
    """Return the words of this month."""
    return dict(world.desk.slips.counted(MONTH))


def not_understood(world: World) -> int:
    """Return how many SMS were counted as not understood."""
    cells = world.database.tables["counters"].items()
    return sum(row["n"] for cell, row in cells if "not_understood" in cell)


def test_a_word_one_letter_from_a_keyword_is_kept_without_what_follows(world: World) -> None:
    Phone(world).texts("Jion 021204").receives("HELP")
    assert kept(world) == {JION: 1}


def test_a_phone_adds_one_word_a_day_and_all_its_texts_to_the_total(world: World) -> None:
    phone = Phone(world).texts("jion", "jion", "hlep")
    assert kept(world) == {JION: 1}
    assert not_understood(world) == 3
    world.clock.forward(days=1)
    phone.texts("jion")
    assert kept(world) == {JION: 2}


def test_three_phones_add_three(world: World) -> None:
    for n in range(3):
        Phone(world, f"+8551200000{n}").texts("jion")
    assert kept(world) == {JION: 3}


def test_a_message_that_comes_twice_adds_one(world: World) -> None:
    Phone(world).texts("jion", id_="the-same").texts("jion", id_="the-same")
    assert kept(world) == {JION: 1}


def test_what_is_texted_into_an_open_menu_is_an_answer_and_is_not_kept(world: World) -> None:
    Phone(world).texts("RATE", "kate")
    assert not_understood(world) == 1
    assert kept(world) == {}


@pytest.mark.parametrize(
    "text", ["INFO", "STOP", "102", "hello", "help", "TICKET 02122600428", "tikcet 02122600428"]
)
def test_nothing_is_kept_of_what_was_understood(text: str, world: World) -> None:
    Phone(world).texts(text)
    assert kept(world) == {}


@pytest.mark.parametrize(
    "text",
    [
        "xyzzy",
        "Sokha of window 3 took my money",
        "my number is +85512000009",
        "hlep the officer Sokha took 50000 riel",
    ],
)
def test_of_a_sentence_nothing_but_a_number_is_kept(text: str, world: World) -> None:
    Phone(world).texts(text)
    assert kept(world) == {}
    assert not_understood(world) == 1


@pytest.mark.law
@given(st.lists(any_message, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_no_text_brings_anything_but_letters_into_the_counters(texts: list[str]) -> None:
    world = a_memory_world(hops_a_number=1_000_000, hops_a_second=1_000_000)
    phone = Phone(world)
    for text in texts:
        phone.texts(text)
        world.clock.forward(days=1)
    rows = world.database.tables["counters"]
    words = [row["slip"].word for cell, row in rows.items() if cell.startswith("slips#")]
    assert all(re.fullmatch("[a-z]+|[\u1780-\u17d3\u17d7\u17dd]+", one) for one in words)
    assert NUMBER[1:] not in repr(rows)
    longest = max(len(one.folded) for one in world.sms.understanding.keywords.known)
    assert all(len(one) <= longest + 1 for one in words)
