"""This file tests `owl segments`."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.cli.main import owl


def told(text: str, stdin: str | None = None) -> dict[str, Any]:
    """Return what the command tells of a text, for programs."""
    done = CliRunner().invoke(owl, ["segments", text, "--json"], input=stdin)
    assert done.exit_code == 0, done.output
    costs: dict[str, Any] = json.loads(done.output)
    return costs


def said(text: str) -> str:
    """Return what the command tells a person of a text."""
    done = CliRunner().invoke(owl, ["segments", text])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("hello", "gsm7", 5, 1),
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("[" * 80, "gsm7", 160, 1),
        ("សេវា", "ucs2", 4, 1),
        ("ស" * 70, "ucs2", 70, 1),
        ("ស" * 71, "ucs2", 71, 2),
        ("\U0001f600", "ucs2", 2, 1),
        ("", "gsm7", 0, 0),
    ],
)
def test_a_text_is_counted_as_it_is_billed(
    text: str, encoding: str, units: int, segments: int
) -> None:
    costs = told(text)
    assert (costs["encoding"], costs["units"], costs["segments"]) == (encoding, units, segments)


def test_the_character_that_turns_a_text_to_ucs2_is_named_with_its_replacement() -> None:
    costs = told("It’s free")
    assert costs["dearest"] == "’"
    assert costs["name"] == "RIGHT SINGLE QUOTATION MARK"
    assert costs["instead"] == "'"
    assert costs["plain"] == {"text": "It's free", "units": 9, "segments": 1}
    assert 'write "\'" instead of it' in said("It’s free")
    assert "all plain: 9 septets, 1 part: It's free" in said("It’s free")


def test_a_character_of_two_septets_is_named() -> None:
    costs = told("5 €")
    assert costs["dearest"] == "€"
    assert "two septets" in costs["why"]
    assert "instead" not in costs


def test_a_letter_without_a_plain_form_gets_no_replacement() -> None:
    costs = told("សេវា")
    assert costs["dearest"] == "ស"
    assert "instead" not in costs
    assert "plain" not in costs


def test_a_text_is_not_called_plain_while_one_letter_of_it_is_not() -> None:
    costs = told("’ ស ?")
    assert costs["instead"] == "'"
    assert "plain" not in costs


def test_a_mark_that_nobody_sees_is_to_be_left_out() -> None:
    assert told("a\u200bb")["instead"] == ""
    assert "leave it out" in said("a\u200bb")


def test_a_plain_text_has_no_dear_character() -> None:
    assert said("hello") == "GSM-7, 5 septets, 1 part (one alone holds 160, one of several 153)\n"


def test_a_text_may_come_from_standard_input() -> None:
    assert told("-", stdin="two\nlines\n")["units"] == len("two\nlines")
