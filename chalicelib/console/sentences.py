"""This file says on pages, in their language, what the code says in English.

The code raises whole English sentences, and the ledger keeps them. So a sentence is known again by
the parts of it that never change, as gettext knows one by its English. `words/sentences` has what
a page says in place of each: its Khmer, a draft, and its English where the code names a command.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter

from flask import g
from markupsafe import Markup

from chalicelib.console.front import spoken
from chalicelib.console.words import FOLDER, words
from chalicelib.dialog.keywords import script_of
from chalicelib.reports.words import WORDS, word
from chalicelib.sheets.cells import Refused

TOLD, TABLE = "told", "table"
_WORD = re.compile(r"[A-Za-z][\w-]*")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the code: its English with fields, and what pages say by language."""

    key: str
    said: Mapping[str, str]

    @property
    def fixed(self) -> list[str]:
        """The parts that never change, the longest first."""
        return sorted((part for part, *_ in Formatter().parse(self.key)), key=len, reverse=True)

    def fields_of(self, text: str) -> dict[str, str] | None:
        """Return what fills the fields in a text; None where it is another sentence."""
        found = _pattern(self.key).fullmatch(text)
        return found.groupdict() if found else None


@cache
def _pattern(key: str) -> re.Pattern[str]:
    parts = [
        re.escape(part) + (f"(?P<{name}>.*?)" if name else "")
        for part, name, *_ in Formatter().parse(key)
    ]
    return re.compile("".join(parts), re.DOTALL)


@cache
def sentences() -> tuple[tuple[str, Sentence], ...]:
    """Return every sentence with its longest fixed part; the one that says most comes first."""
    found = [
        Sentence(key, said)
        for path in sorted((FOLDER / "sentences").glob("*.toml"))
        for key, said in tomllib.loads(path.read_text(encoding="utf-8")).items()
    ]
    found.sort(key=lambda one: -sum(map(len, one.fixed)))
    return tuple((one.fixed[0], one) for one in found)


def known(text: str) -> tuple[Sentence, dict[str, str]] | None:
    """Return which sentence a text is, with what fills its fields."""
    for part, one in sentences():
        fields = one.fields_of(text) if part in text else None
        if fields is not None:
            return one, fields
    return None


class _Filled(Formatter):
    """Fills in fields; one that names groups of words gets its words from there."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: str, format_spec: str) -> str:
        for group in format_spec.split():
            value = self._of_group(value, group)
        return value

    def _of_group(self, value: str, group: str) -> str:
        if group == TOLD:
            return said_on_page(value, self.language) or value

        def in_words(found: re.Match[str]) -> str:
            if group == TABLE:
                return word(found[0], self.language) if found[0] in WORDS else found[0]
            key = f"{group}.{found[0]}"
            return words(self.language).get(key, words(self.language).get(_joined(key), found[0]))

        return _WORD.sub(in_words, value)


def _joined(key: str) -> str:
    """Return a key as words have it where an id is written with hyphens."""
    return key.replace("-", "_")


def said_on_page(text: str, language: str) -> str | None:
    """Return what a page says in place of a sentence of the code; None where it has no words."""
    found = known(text)
    if found is None:
        return None
    sentence, fields = found
    if language not in sentence.said:
        return text
    return _Filled(language).vformat(sentence.said[language], (), fields)


def told(text: str) -> str:
    """Return a sentence of the code for the page that is made.

    What it has no words for stays English, and says so to who listens to the page; a sentence
    of the page itself stays as it is.
    """
    # A request that is sent away before its page begins has chosen none yet.
    language = g.get("language") or spoken()
    said = said_on_page(text, language)
    if said is not None:
        return said
    first = _LETTER.search(text)
    if language == "en" or first is None or script_of(first[0]):
        return text
    return Markup('<span lang="en">{}</span>').format(text)


def reasons(faults: Iterable[Refused]) -> list[list[object]]:
    """Return what was said of the rows of a file, as the rows of a table."""
    return [[one.row, one.column, told(one.reason)] for one in faults]
