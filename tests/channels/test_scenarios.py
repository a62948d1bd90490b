"""This file plays scenarios of forums from the organizer's plan to the phones of a commune."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from chalicelib.capabilities.catalogue import Place
from chalicelib.capabilities.forums import Forum
from tests.builders import TRANG, a_catalogue, a_forum, a_text
from tests.phone import Phone
from tests.sending import an_order
from tests.walk import ZONE, Walk

COMMUNES = tuple(f"02{n:04}" for n in range(1301, 1322))
LANGUAGES = ("en", "km", "km-Latn")
WORDS = {"en": "Forum 02", "km": "វេទិកា", "km-Latn": "vetika"}
GRANDMOTHER = "+85512000099"


class Story(Walk):
    """A stage that notes when each SMS was posted, and whose people a test adds."""

    def __init__(self) -> None:
        super().__init__()
        self.posted = list[datetime]()
        self.stage.gateway.during = lambda: self.posted.append(self.clock.now().astimezone(ZONE))

    def joins(self, number: str, commune: str, language: str) -> Phone:
        """Let somebody join the news of a commune."""
        phone, desk = Phone(self.world, number), self.world.desk
        desk.commit([desk.joining(phone.party, commune, channel="sms")])
        desk.set_language(phone.party, language)
        return phone

    def places(self, codes: Sequence[str]) -> None:
        """Publish a catalogue that knows communes."""
        catalogue = a_catalogue()
        names = {one: Place(one, a_text(en=one, km=one, latin=one)) for one in codes}
        self.world.desk.catalogue.publish(
            catalogue._replace(places={**catalogue.places, TRANG.code: TRANG, **names})
        )
        object.__setattr__(
            self.announcer, "place", lambda code: a_text(en=code, km=code, latin=code)
        )

    def plan(self, **values: object) -> Forum:
        """Plan a forum as Lina does."""
        forum: Forum = self.forums.add(a_forum(now=self.clock.now(), **values))  # type: ignore[arg-type]
        return forum

    def got(self, number: str) -> list[str]:
        """Return what nobody asked for and came to a number."""
        return [text for to, text, _ in self.stage.gateway.log if to == number]


@pytest.fixture
def story() -> Story:
    """A story that begins on a Monday at ten."""
    return Story()


def test_scenario_20_every_person_of_21_communes_is_invited_once_by_day(story: Story) -> None:
    story.places(COMMUNES)
    spoken = {}
    for n, commune in enumerate(COMMUNES):
        for at, language in enumerate(LANGUAGES):
            number = f"+855121{n:02}{at:03}"
            story.joins(number, commune, language)
            spoken[number] = language
    stopped = list(spoken)[::7]
    for number in stopped:
        Phone(story.world, number).texts("STOP")
        spoken.pop(number)
    story.until(23, 11, 17, 58)
    for evening in (COMMUNES[:10], COMMUNES[10:]):
        for commune in evening:
            story.plan(commune=commune)
        for _ in range(3):
            story.tick()
            story.clock.forward(minutes=1)
    story.until(24, 11, 9)
    copies = story.stage.gateway.copies()
    assert copies == Counter(dict.fromkeys(spoken, 1))
    assert all(8 <= at.hour < 18 for at in story.posted)
    assert {at.day for at in story.posted} == {23, 24}
    for number, language in spoken.items():
        assert WORDS[language] in story.got(number)[0], language


def test_scenario_21_only_who_said_yes_is_reminded_the_day_before(story: Story) -> None:
    phones = [story.joins(f"+8551200011{n}", TRANG.code, "km-Latn") for n in range(4)]
    code = story.plan().code
    story.until(23, 11, 10, 20)
    for phone, text in zip(phones, ("mok", "min mok", "Ot tov te", "1"), strict=True):
        assert len(story.got(phone.party.id)) == 1
        phone.texts(text)
    answers = story.forums.answers(code)
    assert [_of(story, answers, phone) for phone in phones] == ["yes", "no", "no", "yes"]
    story.until(4, 12, 9)
    assert [len(story.got(phone.party.id)) for phone in phones] == [3, 1, 1, 3]


def test_scenario_22_a_digit_once_the_question_was_answered_changes_nothing(story: Story) -> None:
    phone = story.joins(GRANDMOTHER, TRANG.code, "en")
    code = story.plan().code
    story.until(23, 11, 10, 20)
    phone.texts("1").texts("2")
    assert _of(story, story.forums.answers(code), phone) == "yes"
    assert "1 Services" in phone.inbox()[-1]


def test_scenario_23_two_are_asked_and_one_is_answered_by_sms(story: Story) -> None:
    phone = story.joins(GRANDMOTHER, TRANG.code, "km-Latn")
    code = story.plan().code
    story.until(23, 11, 10, 20)
    latin, khmer = "plak lek phdo ponman?", "តើប្តូរផ្លាកលេខអស់ប៉ុន្មាន? " * 6
    phone.texts(f"ASK {latin}").receives("101").texts(f"ASK {khmer}").receives("102")
    asked = story.forums.questions(code)
    assert [one.text for one in asked] == [latin, khmer.strip()]
    before = story.got(GRANDMOTHER)
    story.answers(code, "101", "30,000 riel")
    story.until(23, 11, 11)
    [answer] = story.got(GRANDMOTHER)[len(before) :]
    assert "101" in answer
    assert "30,000 riel" in answer
    states = Counter(one.state for one in story.forums.questions(code))
    assert states == {"published": 1, "asked": 1}


@pytest.mark.parametrize("stop", ["ឈប់", "STOP!", " stop "])
def test_scenario_24_no_forum_and_no_broadcast_reaches_who_said_stop(
    story: Story, stop: str
) -> None:
    grandmother = story.joins(GRANDMOTHER, TRANG.code, "km")
    grandson = story.joins("+85512000098", TRANG.code, "en")
    assert len(grandmother.texts(stop).inbox()) == 1
    story.plan()
    story.stage.let_go(an_order(audience=replace(an_order().audience, communes=(TRANG.code,))))
    story.until(23, 11, 11)
    assert story.got(GRANDMOTHER) == []
    assert len(story.got(grandson.party.id)) == 2
    assert len(grandmother.texts("seva").inbox()) == 2
    assert len(grandmother.texts("baek").inbox()) == 3
    story.plan()
    story.until(23, 11, 12)
    assert len(story.got(GRANDMOTHER)) == 1


def test_scenario_24_a_bus_stop_in_a_question_stops_nothing(story: Story) -> None:
    phone = story.joins(GRANDMOTHER, TRANG.code, "en")
    code = story.plan().code
    story.until(23, 11, 10, 20)
    phone.texts("ASK bus stop far from office").receives("101")
    phone.dials("5*001*3*bus stop far from office").ends("102")
    assert [one.text for one in story.forums.questions(code)] == ["bus stop far from office"] * 2
    story.until(28, 11, 9)
    assert len(story.got(GRANDMOTHER)) == 2


def _of(story: Story, answers: dict[str, str], phone: Phone) -> str | None:  # type: ignore[type-arg]
    return answers.get(story.world.keys.now().person(phone.party))
