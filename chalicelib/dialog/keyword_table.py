"""This file reads `keywords.toml` into the table that matching takes: checked, each word folded."""

from collections.abc import Mapping
from typing import Any

from chalicelib.dialog.keywords import LANGUAGES, folded
from chalicelib.errors import NotAcceptable

FIELDS = frozenset(
    {*LANGUAGES, "whole_message", "open_question", "fuzzy"}
    | {"needs_number", "negation", "courtesy", "values"}
)
LISTS = frozenset({"needs_number", "negation", "courtesy"})


def folded_table(table: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the table for `Keywords`: a word of two languages stands under the first of them.

    Raises:
        NotAcceptable: a word stands under two actions, or a field is not one of ours.
    """
    taken: dict[str, str] = {}
    made = {action: _entry(action, entry, taken) for action, entry in table.items()}
    for action, entry in table.items():
        for one in entry.get("needs_number", ()):
            _is_new(taken, action, one)
    return made


def _entry(action: str, entry: Mapping[str, Any], taken: dict[str, str]) -> dict[str, Any]:
    for stray in sorted(entry.keys() - FIELDS):
        raise NotAcceptable(
            f"keywords.toml: {action}: no field '{stray}', write one of {', '.join(sorted(FIELDS))}"
        )
    made = dict(entry)
    for language in LANGUAGES:
        if language in entry:
            made[language] = [folded(one) for one in entry[language] if _is_new(taken, action, one)]
    made |= {name: [folded(one) for one in entry[name]] for name in LISTS & entry.keys()}
    if "values" in entry:
        named = entry["values"].items()
        made["values"] = {language: [folded(one) for one in words] for language, words in named}
    return made


def _is_new(taken: dict[str, str], action: str, written: str) -> bool:
    """Whether a word is the first to fold as it does; under another action it may not stand."""
    word = folded(written)
    if not word:
        raise NotAcceptable(f"keywords.toml: {action}: '{written}' holds no letter: drop it")
    other = taken.get(word)
    if other not in (None, action):
        raise NotAcceptable(
            f"keywords.toml: {action}: '{written}' stands under {other} too: "
            "leave it under one of them"
        )
    taken[word] = action
    return other is None
