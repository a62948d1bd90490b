"""This file fills the texts of the book with facts: numbers, names in a language, other texts."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from chalicelib.dialog.book import Book, Joined, Say, Text, in_language

# A book holds some hundred texts in three languages.
MOST_TEXTS = 2_000
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def filled(book: Book, text: Text, facts: Mapping[str, Any], language: str) -> str:
    """Return a text with its placeholders filled.

    A line whose placeholder has nothing to say is left out, so that an unknown phone number
    or a confirmed figure leaves no half sentence behind.
    """
    words = in_language(text, language)
    if "{" not in words:
        return words
    lines = []
    for line, names in _cut(words):
        values: tuple[str, ...] = ()
        for name in names:
            value = spoken(book, facts.get(name, ""), language)
            if not value:
                break
            values += (value,)
        else:
            lines.append(line % values)
    return "\n".join(lines)


@lru_cache(maxsize=MOST_TEXTS)
def _cut(words: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return each line of a text of the book with `%s` for each placeholder, and their names."""
    return tuple(
        (PLACEHOLDER.sub("%s", line.replace("%", "%%")), tuple(PLACEHOLDER.findall(line)))
        for line in words.split("\n")
    )


def spoken(book: Book, fact: object, language: str) -> str:
    """Return one fact in words: a text by language, a `Say`, lines of those, joined, or plain."""
    if isinstance(fact, str):
        return fact
    if isinstance(fact, Say):
        return filled(book, book.texts[fact.text_id], fact.facts, language)
    if isinstance(fact, Mapping):
        return in_language(fact, language)
    if isinstance(fact, Joined):
        return ", ".join(filter(None, [spoken(book, one, language) for one in fact.parts]))
    if isinstance(fact, tuple):
        return "\n".join(filter(None, [spoken(book, one, language) for one in fact]))
    return "" if fact is None else str(fact)
