"""This file reads the words of the console, by language; the Khmer is a draft."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from flask import g

LANGUAGES: Mapping[str, str] = {"en": "English", "km": "ខ្មែរ"}
# Printed cards alone are in a language that no page is in.
PRINTED = "cards.km-Latn"
FOLDER = Path(__file__).parent / "words"


@cache
def words(language: str) -> Mapping[str, str]:
    """Return every sentence of a language by its key, as `today.title`."""
    groups = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return {
        f"{group}.{key}": text for group, texts in groups.items() for key, text in texts.items()
    }


def said(language: str, key: str, values: Mapping[str, object]) -> str:
    """Return a sentence with its values filled in.

    Raises:
        KeyError: there is no such sentence, or it wants another value: a fault of ours.
    """
    return words(language)[key].format(**values)


def named_by(keys: Iterable[str], group: str) -> list[tuple[str, str]]:
    """Return keys with their words of a group, in the page's language, for a choice."""
    return [(key, words(g.language)[f"{group}.{key}"]) for key in keys]


def named_in(key: str, group: str) -> str:
    """Return a key's word of a group in the page's language; the key where it has none."""
    return words(g.language).get(f"{group}.{key}", key)


def told_in(language: str, key: str, **values: object) -> str:
    """Return a sentence of a printed card in one of the languages of phones."""
    return said(language if language in LANGUAGES else PRINTED, key, values)


def spoken_rows(rows: Iterable[tuple[str, int, int]]) -> list[list[object]]:
    """Return rows that begin with a language of phones, with its name in the page's language."""
    return [[words(g.language)[f"lang.{language}"], *numbers] for language, *numbers in rows]
