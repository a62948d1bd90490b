"""This file checks the words that may be texted: well-formed, and each under one action only."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, NamedTuple

from chalicelib.dialog.keyword_table import FIELDS
from chalicelib.dialog.keywords import LANGUAGES, folded, one_edit

FLAGS = frozenset({"whole_message", "open_question", "fuzzy"})
# Shorter words are often one letter apart, and a slip in them is not forgiven anyway.
NEAR_LENGTH = 4


class _Word(NamedTuple):
    action: str
    written: str
    folded: str


def keyword_faults(table: Mapping[str, Any]) -> list[str]:
    """Return every fault of `keywords.toml`, each as `file: action: sentence`."""
    faults = [_at(action, one) for action, entry in table.items() for one in _misshapen(entry)]
    words = [word for action, entry in table.items() for word in _words(action, entry)]
    faults += [
        _at(word.action, f"'{word.written}' holds no letter: drop it")
        for word in words
        if not word.folded
    ]
    return faults + [_at(later.action, one) for later, one in _too_near(words)]


def _misshapen(entry: Any) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield "must be a table of words, write its name in brackets above them"
        return
    for stray in sorted(entry.keys() - FIELDS):
        yield f"no field '{stray}', write one of {', '.join(sorted(FIELDS))}"
    for name in sorted(entry.keys() & FIELDS):
        if name in FLAGS and not isinstance(entry[name], bool):
            yield f"'{name}' must be true or false"
        elif name == "values" and not _is_values(entry[name]):
            yield "'values' must be a table of lists of words"
        elif name not in {*FLAGS, "values"} and not _is_list(entry[name]):
            yield f"'{name}' must be a list of words in quotes"


def _words(action: str, entry: Any) -> Iterator[_Word]:
    """Give the words of an action that could be read."""
    for name in (*LANGUAGES, "needs_number") if isinstance(entry, dict) else ():
        given = entry.get(name, ())
        for one in given if _is_list(given) else ():
            yield _Word(action, one, folded(one))


def _too_near(words: list[_Word]) -> Iterator[tuple[_Word, str]]:
    """Give words that could be taken for a word of another action before them, and why."""
    for one, other in combinations([word for word in words if word.folded], 2):
        if one.action == other.action:
            continue
        if one.folded == other.folded:
            where = f"'{other.written}' stands under {one.action} too"
            yield other, f"{where}: leave it under one of them"
        elif _is_long(one) and _is_long(other) and one_edit(one.folded, other.folded):
            near = f"'{other.written}' is one letter from '{one.written}' of {one.action}"
            yield other, f"{near}: a slip would mix them up, take another word"


def _is_long(word: _Word) -> bool:
    return word.folded.isascii() and len(word.folded) >= NEAR_LENGTH


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_values(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_list, value.values()))


def _at(action: str, sentence: str) -> str:
    return f"keywords.toml: {action}: {sentence}"
