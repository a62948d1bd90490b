"""This file tests that what is kept of screens is what everybody sees, and nothing of anybody."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.common import MOST, CommonScreens, Place
from chalicelib.channels.echo import Echo
from chalicelib.dialog.book import LANGUAGES
from chalicelib.storage.memory.base import BEFORE, FINE
from tests.builders import a_catalogue, a_party, a_service
from tests.channels.test_forums import with_forum
from tests.channels.test_laws import PLENTY, any_walk, walked
from tests.phone import Phone
from tests.world import World, a_memory_world

NUMBERS = ("+85512000001", "+85512000002", "+85512000003")
LOOKUP = "1*102*2"


def home(text: str = "", language: str = "en") -> Place:
    return Place(text, Echo("0123abcd", language, known=True).fields)


class Forgetful(CommonScreens):
    """Keeps nothing, so that every screen is made anew."""

    def keep(self, place: Place, catalogue: object, words: str) -> None:
        """Keep nothing."""


def a_town(*languages: str | None) -> World:
    """Return a world in which each of the numbers may have a language stored."""
    world = a_memory_world(**PLENTY)
    for number, language in zip(NUMBERS, languages, strict=False):
        if language is not None:
            world.desk.set_language(a_party(number=number), language)
    return world


def seen(world: World, walks: Sequence[Sequence[str]]) -> list[list[str]]:
    """Let the numbers dial one after the other; return what each saw."""
    return [
        walked(Phone(world, number), walk) for number, walk in zip(NUMBERS, walks, strict=False)
    ]


@pytest.mark.law
@given(st.lists(any_walk, min_size=3, max_size=3), st.sampled_from([None, *LANGUAGES]))
@settings(max_examples=60, deadline=None)
def test_whoever_dials_sees_what_is_made_for_them_alone(
    walks: list[list[str]], language: str | None
) -> None:
    kept, anew = a_town("en", language, "en"), a_town("en", language, "en")
    anew.ussd.common = Forgetful()
    assert seen(kept, [*walks, walks[0]]) == seen(anew, [*walks, walks[0]])


def test_a_fee_that_is_published_shows_at_once() -> None:
    world = a_town("en", "en")
    assert "30,000" in Phone(world).dials(LOOKUP).screen
    world.desk.catalogue.publish(a_catalogue(services=[a_service(code="102")]))
    assert "30,000" not in Phone(world, NUMBERS[1]).dials(LOOKUP).screen
    # Whatever was kept of the catalogue before is gone with it.
    assert "30,000" not in Phone(world).dials(LOOKUP).screen


def test_what_somebody_answered_shows_to_nobody_else() -> None:
    world = a_town("en", "en")
    forum = with_forum(world)
    mine, other = Phone(world), Phone(world, NUMBERS[1])
    before = other.dials(f"5*{forum.code}").screen
    mine.dials(f"5*{forum.code}").types("1").ends("you will come")
    assert mine.dials(f"5*{forum.code}").screen != before
    assert other.dials(f"5*{forum.code}").screen == before


@pytest.mark.parametrize(
    "text",
    [
        "2*0212261234",  # the number of an application
        "1*0123456789",  # a phone number, typed by mistake
        "1*Sokha",
        "3*0212*1",  # a rating
        "4*2*0212",  # a complaint
        "4",  # that somebody thinks of one
    ],
)
def test_nothing_of_anybody_is_kept(world: World, text: str) -> None:
    assert Phone(world).dials(text).screen
    assert not world.ussd.common.kept


def test_a_screen_made_while_no_catalogue_could_be_read_is_not_kept() -> None:
    world = a_memory_world(**PLENTY)
    world.database.outage = lambda _: BEFORE
    assert "30,000" not in Phone(world).dials(LOOKUP).screen
    world.database.outage = lambda _: FINE
    assert "30,000" in Phone(world, NUMBERS[1]).dials(LOOKUP).screen


def test_of_too_many_the_oldest_go() -> None:
    screens, catalogue = CommonScreens(), a_catalogue()
    for n in range(MOST + 1):
        screens.keep(home(f"{n // 1000}*{n % 1000}"), catalogue, str(n))
    assert len(screens.kept) == MOST
    assert screens.find(home("0*0"), catalogue) is None
    assert screens.find(home(f"{MOST // 1000}*{MOST % 1000}"), catalogue) == str(MOST)
