"""This file plays whole scenarios of forums: planned from a file, invited, asked, answered."""

import re
from collections import Counter

from tests.builders import TRANG
from tests.console.conftest import Browser
from tests.console.town import Town, chosen, facts, table, taken, words
from tests.phone import Phone
from tests.world import World

COMMUNES = tuple(f"02{n:04}" for n in range(1301, 1322))
LANGUAGES = ("en", "km", "km-Latn")
INVITED = {"en": "Forum 02", "km": "វេទិកា", "km-Latn": "vetika"}
FILE = "/forums/file"
HEAD = "commune,venue,at,agenda_en"
CHAN = "+85512000064"
STEP = re.compile(r'<section class="step">\s*<h3>(.*?)</h3>(.*?)</section>', re.DOTALL)
SECTIONS = re.compile(r'<section class="step">(.*?)</section>', re.DOTALL)


def foreseen(browser: Browser) -> dict[str, str]:
    """Return what each kind of message comes to, by what it is called."""
    return {words(name): words(rest) for name, rest in STEP.findall(browser.page.text)}


def test_scenario_20_21_forums_of_a_file_invite_every_person_once_by_day(dynamo: World) -> None:
    """It takes its time: 21 messages to many are planned, sent and filed."""
    town = Town(dynamo, COMMUNES)
    spoken, commune_of = {}, {}
    for n, commune in enumerate(COMMUNES):
        for at, language in enumerate(LANGUAGES):
            number = f"+855121{n:02}{at:03}"
            town.joins(number, commune, language)
            spoken[number], commune_of[number] = language, commune
    stopped = list(spoken)[::7]
    for number in stopped:
        Phone(town.world, number).texts("STOP")
        spoken.pop(number)
    # Monday evening: nothing may go out before Tuesday at eight.
    town.until(23, 11, 20)
    lina = town.console.enters("organizer")
    rows = [f"{one},School {one},2026-12-05 14:00,Plates" for one in COMMUNES]
    rows += ["999999,School,2026-12-05 14:00,Plates", f"{COMMUNES[0]},School,2026-11-01 14:00,x"]
    chosen(lina, FILE, "forums.csv", "\n".join([HEAD, *rows]), "utf-8-sig")
    assert [facts(lina)[one] for one in ("Rows", "Would be taken", "Refused")] == ["23", "21", "2"]
    assert [one[:2] for one in table(lina, "Column")] == [["23", "commune"], ["24", "at"]]
    invitation = foreseen(lina)["Invitation"]
    assert "For 21 forums, the first at 24/11/2026 08:00." in invitation
    assert "to 54 people · left out: 9, said STOP" in invitation
    for parts in ("English: 18 parts", "Khmer: 36 parts", "Khmer in Latin letters: 18 parts"):
        assert parts in invitation
    assert "price 1.44 to 2.88" in invitation
    assert set(foreseen(lina)) == {
        *("Invitation", "Reminder 7 days before", "Reminder 1 day before", "Reminder on the day"),
    }
    assert town.side.forums.all() == []
    assert "Done: 21 rows are stored." in taken(lina, FILE)
    lina.opens("/forums/")
    assert [one[1] for one in table(lina, "Commune")] == list(COMMUNES)
    for moment in ((23, 11, 20, 10), (24, 11, 7, 50)):
        town.until(*moment)
        assert town.gateway.log == []
    town.until(24, 11, 8)
    town.minutes(3)
    assert town.gateway.copies() == Counter(dict.fromkeys(spoken, 1))
    assert all(8 <= at.hour < 18 for at in town.posted)
    for number, language in spoken.items():
        [text] = town.got(number)
        assert INVITED[language] in text
        assert f"School {commune_of[number]}" in text
    # The same file again plans nothing, and nobody hears of it.
    lina = town.console.enters("organizer")
    chosen(lina, FILE, "forums.csv", "\n".join([HEAD, *rows]))
    assert [facts(lina)[one] for one in ("Would be taken", "Unchanged")] == ["0", "21"]
    town.until(24, 11, 17)
    assert town.gateway.copies() == Counter(dict.fromkeys(spoken, 1))


def test_scenario_23_two_are_asked_one_is_answered_and_table_10_says_half(dynamo: World) -> None:
    town = Town(dynamo)
    chan = town.joins(CHAN, language="km-Latn")
    lina = town.console.enters("organizer")
    lina.opens("/forums/new")
    planned = {"commune": TRANG.code, "at": "2026-12-05T14:00", "venue_en": "Trang pagoda"}
    lina.sends("/forums/new", **planned, agenda_en="Plates", sure="yes")
    town.minutes(3)
    assert len(town.got(CHAN)) == 1
    latin, khmer = "plak lek phdo ponman?", "តើប្តូរផ្លាកលេខអស់ប៉ុន្មាន? " * 6
    chan.texts(f"ASK {latin}").receives("101").texts(f"ASK {khmer}").receives("102")
    assert "2 questions wait for an answer" in lina.opens("/")
    lina.opens("/forums/001")
    asked = [words(one) for one in SECTIONS.findall(lina.page.text)]
    assert sum(latin in one for one in asked) == 1
    assert sum(khmer.strip() in one for one in asked) == 1
    assert CHAN[4:] not in lina.page.text
    assert "Write an answer in one language" in lina.sends("/forums/001/answer", number="101")
    assert lina.status == 422
    told = lina.sends("/forums/001/answer", number="101", answer_en="30,000 riel")
    assert "Answered." in told
    before = len(town.got(CHAN))
    town.minutes(3)
    [answer] = town.got(CHAN)[before:]
    assert "101" in answer
    assert "30,000 riel" in answer
    lina.sends("/forums/001/answer", number="101", answer_en="40,000 riel")
    assert lina.status == 422
    town.minutes(3)
    assert town.got(CHAN)[before:] == [answer]
    officer = town.console.enters("officer")
    officer.opens("/reports/?name=questions&period=2026-Q4&by=forum")
    assert table(officer, "answered") == [
        ["001", "2", "1", "50", "1", "0"],
        ["total", "2", "1", "50", "1", "0"],
    ]
