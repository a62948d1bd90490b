"""This file tests laws: whatever is typed or texted, in every language, on every network."""

import copy
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.dialog.book import LANGUAGES
from chalicelib.telecom.budget import Profile, SmsBudget
from tests.builders import CHHNANG, KAMRIENG, SISOPHON, a_party
from tests.phone import Phone
from tests.strategies import any_text, any_typing
from tests.world import World, a_memory_world

pytestmark = pytest.mark.law
PLENTY = {"hops_a_number": 1_000_000, "hops_a_second": 1_000_000}
NETWORKS: Sequence[dict[str, Any]] = (
    {},
    {"unicode": False},
    {"ussd_septets": 182, "ussd_units": 80},
    {"ussd_septets": 182, "ussd_units": 80, "unicode": False},
)
DEEP = (KAMRIENG, SISOPHON, CHHNANG, "303", "403", "0403", "04", "5", "6", "4")
any_walk = st.one_of(
    any_typing,
    st.lists(st.sampled_from(["0", "00", "9", "1", "2", "102", "", "77", *DEEP]), max_size=14),
)
any_language = st.sampled_from([None, *LANGUAGES])
any_network = st.sampled_from(NETWORKS)


def a_world(language: str | None = None, **stage: Any) -> World:
    """Return a world whose phone may have a language stored."""
    world = a_memory_world(**PLENTY, **stage)
    if language is not None:
        world.desk.set_language(a_party(), language)
    return world


def budget(world: World) -> Profile:
    stage = world.settings
    return Profile(stage.ussd_septets, stage.ussd_units, stage.unicode)


def walked(phone: Phone, keys: Sequence[str]) -> list[str]:
    """Type the keys until the session ends; return every screen."""
    screens = [phone.dials().screen]
    for key in keys:
        if phone.reply.end:
            break
        screens.append(phone.types(key).screen)
    return screens


@given(any_walk, any_language, any_network)
@settings(max_examples=150, deadline=None)
def test_any_typing_gives_a_screen_that_fits(
    keys: list[str], language: str | None, network: dict[str, Any]
) -> None:
    world = a_world(language, **network)
    for screen in walked(Phone(world), keys):
        assert screen.strip()
        assert budget(world).fits(screen)
        assert "{" not in screen


@given(any_text.map(lambda text: text[:400]), any_language, any_network)
@settings(max_examples=100, deadline=None)
def test_any_dial_string_gives_a_screen_that_fits(
    text: str, language: str | None, network: dict[str, Any]
) -> None:
    world = a_world(language, **network)
    screen = Phone(world).dials(text).screen
    assert screen.strip()
    assert budget(world).fits(screen)


@given(any_walk, any_language)
@settings(max_examples=100, deadline=None)
def test_the_same_hop_twice_gives_the_same_bytes_and_no_second_effect(
    keys: list[str], language: str | None
) -> None:
    world = a_world(language)
    phone = Phone(world).dials()
    for key in keys:
        if phone.reply.end:
            break
        phone.types(key)
        before = copy.deepcopy(dict(world.database.tables))
        phone.repeats()
        assert dict(world.database.tables) == before
    world.deliver()
    assert len(world.gateway.sent) <= 1


@given(any_walk, any_language, any_network)
@settings(max_examples=100, deadline=None)
def test_a_walk_shows_the_same_with_and_without_the_echo(
    keys: list[str], language: str | None, network: dict[str, Any]
) -> None:
    walks = [
        walked(Phone(a_world(language, **network), echoes=echoes), keys) for echoes in (True, False)
    ]
    assert walks[0] == walks[1]


@given(any_walk)
@settings(max_examples=60, deadline=None)
def test_a_dial_string_shows_what_typing_it_shows(keys: list[str]) -> None:
    typed = walked(Phone(a_world("en")), keys)
    text = "*".join(keys[: len(typed) - 1])
    if text.strip("*"):
        assert Phone(a_world("en")).dials(text).screen == typed[-1]


SAID = ["INFO", "INFO 102", "seva", "1", "2", "9", "0", "00", "LANG", "6", "STOP", "START"]
any_message = st.one_of(st.sampled_from([*SAID, KAMRIENG, f"TICKET {SISOPHON}"]), any_text)


@given(st.lists(any_message, max_size=8), any_language)
@settings(max_examples=100, deadline=None)
def test_any_message_gets_at_most_one_reply_that_fits(
    messages: list[str], language: str | None
) -> None:
    world = a_world(language)
    phone = Phone(world)
    for n, text in enumerate(messages):
        before = len(phone.inbox())
        phone.texts(text, id_=f"id-{n}")
        phone.texts(text, id_=f"id-{n}")
        news = phone.inbox()[before:]
        assert len(news) <= 1
        assert all(one.strip() and SmsBudget(3).fits(one) and "{" not in one for one in news)


@given(st.lists(st.sampled_from(["1", "2", "3", "9", "0", "00", "5", "6", "77"]), max_size=10))
@settings(max_examples=60, deadline=None)
def test_a_menu_over_sms_takes_every_key_once_and_in_order(keys: list[str]) -> None:
    world = a_world("en")
    phone = Phone(world).texts("INFO")
    for at, key in enumerate(keys, 1):
        phone.texts(key, id_=f"id-{at}").texts(key, id_=f"id-{at}")
        typed = world.desk.look_sms(a_party(), "id/any").typed
        if typed is None:
            break
        assert typed[2:] == ("1", *keys[:at])
