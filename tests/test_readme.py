"""This file tests that the README tells the truth: its picture, its targets, its commands."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from chalicelib.cli.main import owl
from chalicelib.settings import described
from tests.phone import Phone
from tests.world import World

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for kind, block in BLOCKS if kind == "sh" for line in block.strip().split("\n")]
OWL = [line.split("owl ", 1)[1] for line in COMMANDS if line.startswith(".venv/bin/owl ")]


PICTURE = next(block for kind, block in BLOCKS if kind == "text")


@pytest.mark.parametrize("keys", [(), ("1", "102"), ("1", "102", "2")], ids="*".join)
def test_the_picture_shows_what_a_phone_shows(world: World, keys: tuple[str, ...]) -> None:
    phone = Phone(world, "+85512000001")
    phone.dials().types("8")
    phone.dials().types(*keys)
    assert set(phone.screen.split()) <= set(PICTURE.split())


def test_the_picture_shows_the_answer_to_an_sms(world: World) -> None:
    phone = Phone(world, "+85512000001")
    phone.dials().types("8")
    phone.texts("TICKET 02122600428").receives("in process")
    dated = re.compile(r"\d\d/\d\d/\d\d")
    assert {one for one in phone.inbox()[-1].split() if not dated.fullmatch(one)} <= set(
        PICTURE.split()
    )


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z]+)", README))))
def test_every_make_target_is_there(target: str) -> None:
    assert f"\n{target}: " in (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("command", OWL)
def test_every_owl_command_is_there(command: str) -> None:
    words = [word for word in shlex.split(command) if word.isalpha() and word.islower()]
    result = CliRunner().invoke(owl, [*words[:2], "--help"] if len(words) > 1 else ["--help"])
    assert result.exit_code == 0, result.output


def test_every_setting_it_names_is_a_setting() -> None:
    named = set(re.findall(r"\bOWL_[A-Z_]+\b", README))
    assert named <= {name for name, _, _ in described()}


def test_every_file_it_names_is_there() -> None:
    named = re.findall(r"`((?:chalicelib|infra|ussd_menus|app)[\w./]*)`", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_ci_runs_the_commands_it_gives_for_testing() -> None:
    steps = (ROOT / ".ci" / "run").read_text()
    assert all(f"\n{line}" in steps for line in COMMANDS if line in {"make test", "make check"})
