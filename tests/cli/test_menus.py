"""This file tests `owl menus`; its rules are tested in tests/test_menus.py."""

import json
import re

import pytest
from click.testing import CliRunner

from chalicelib import shipped
from chalicelib.capabilities.usage import Count
from chalicelib.capabilities.usage_slips import Slip
from chalicelib.cli import menus
from chalicelib.cli.main import owl
from chalicelib.dialog.flow import ways_of
from chalicelib.storage.figures import DynamoFigures
from tests.builders import MONDAY
from tests.cli.conftest import Staff


def test_sound_menus_are_told_in_one_line() -> None:
    done = CliRunner().invoke(owl, ["menus", "check"])
    assert done.exit_code == 0, done.output
    assert re.fullmatch(r"\d+ screens, \d+ texts, 3 languages: no fault\n", done.output)


def test_sound_menus_are_told_to_programs() -> None:
    done = CliRunner().invoke(owl, ["menus", "check", "--json"])
    assert json.loads(done.output) == {"faults": []}


@pytest.mark.parametrize("arguments", [["menus", "check"], ["menus", "check", "--json"]])
def test_faults_end_with_exit_code_one(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {**shipped.menu_files(), "tickets.toml": '[ticket]\nkind = "box"\n'}
    monkeypatch.setattr(menus, "menu_files", lambda: files)
    done = CliRunner().invoke(owl, arguments)
    assert done.exit_code == 1
    assert "tickets.toml: ticket: kind is 'box'" in done.output


def test_the_drawing_has_every_screen_and_every_way() -> None:
    drawn = CliRunner().invoke(owl, ["menus", "graph"]).output
    book = shipped.book()
    assert drawn.startswith("flowchart TD\n")
    for screen in book.screens.values():
        assert re.search(rf"^ +s_{screen.id}[\[({{]", drawn, re.MULTILINE)
        for way in ways_of(screen):
            assert re.search(
                rf'^  s_{screen.id} -->\|".*\b{way.by}\b.*"\| s_{way.target}$', drawn, re.MULTILINE
            )


def test_the_drawing_speaks_the_language_asked_for() -> None:
    drawn = CliRunner().invoke(owl, ["menus", "graph", "--language", "km"]).output
    assert "1 សេវា" in drawn
    assert "Services" not in drawn


def test_the_drawing_holds_no_quote_that_would_end_a_label() -> None:
    drawn = CliRunner().invoke(owl, ["menus", "graph"]).output
    arrows = [line for line in drawn.splitlines() if "-->" in line]
    assert all(re.fullmatch(r'  s_\w+ -->\|"[^"]+"\| s_\w+', line) for line in arrows)


def test_words_that_nothing_understood_are_listed_with_the_keyword_that_was_meant(
    staff: Staff,
) -> None:
    assert "2026-11 was understood" in staff.runs("menus", "words").output
    for _ in range(12):
        staff.office.slips.count(Slip("jion", "JOIN"))
    cell = Count("sms", "km", "information", question="not_understood")
    DynamoFigures(staff.office.database).add_counts([(MONDAY, cell, 1_400)])
    done = staff.runs("menus", "words")
    assert done.output.splitlines() == [
        "word  times  did you mean",
        "jion     12  JOIN",
        "1,388 other SMS were not understood; their words are not kept",
    ]
    told = json.loads(staff.runs("menus", "words", "--month", "2026-11", "--json").output)
    word = {"word": "jion", "times": 12, "keyword": "JOIN"}
    assert told == {"month": "2026-11", "words": [word], "others": 1388}


def test_a_month_in_which_little_was_missed_is_told_without_a_number(staff: Staff) -> None:
    cell = Count("sms", "km", "information", question="not_understood")
    DynamoFigures(staff.office.database).add_counts([(MONDAY, cell, 9)])
    assert (
        staff.runs("menus", "words").output == "fewer than 10 SMS of 2026-11 were not understood\n"
    )


@pytest.mark.parametrize("month", ["2026", "November", "2026-Q4", "2026-13", "2026-11-01"])
def test_a_month_that_is_none_is_refused(month: str, staff: Staff) -> None:
    done = staff.runs("menus", "words", "--month", month)
    assert done.exit_code == 1
    assert f"'{month}' is no month" in str(done.exception)
