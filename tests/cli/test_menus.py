"""This file tests `owl menus`; its rules are tested in tests/test_menus.py."""

import json
import re

import pytest
from click.testing import CliRunner

from chalicelib import wiring
from chalicelib.cli import menus
from chalicelib.cli.main import owl
from chalicelib.dialog.flow import ways_of


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
    files = {**wiring.menu_files(), "tickets.toml": '[ticket]\nkind = "box"\n'}
    monkeypatch.setattr(menus, "menu_files", lambda: files)
    done = CliRunner().invoke(owl, arguments)
    assert done.exit_code == 1
    assert "tickets.toml: ticket: kind is 'box'" in done.output


def test_the_drawing_has_every_screen_and_every_way() -> None:
    drawn = CliRunner().invoke(owl, ["menus", "graph"]).output
    book = wiring.book()
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
