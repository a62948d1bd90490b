"""This file gives the screens, paths and keywords that ship with the code, each made once.

A checkout has them as TOML. To read that takes longer than half of what a function does at its
start, so `infra.build` puts one file of JSON in its place: the same tables, each keyword folded.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import ussd_menus
from chalicelib.dialog.book import Book
from chalicelib.dialog.keywords import Keywords
from chalicelib.dialog.tables import book_of

FOLDER = Path(ussd_menus.__file__).parent
COMPILED, KEYWORDS, SMS_PATHS = "compiled.json", "keywords.toml", "sms.toml"
NOT_SCREENS = frozenset({KEYWORDS})
PATHS = ("alone", "with_code", "with_long_code", "with_rest", "with_words", "with_language")


def menu_files() -> dict[str, str]:
    """Return every TOML of the menus by file name."""
    return {one.name: one.read_text(encoding="utf-8") for one in FOLDER.glob("*.toml")}


def overlays() -> dict[str, str]:
    """Return every translation by language."""
    found = (FOLDER / "locales").glob("*.toml")
    return {one.stem: one.read_text(encoding="utf-8") for one in found}


@cache
def book() -> Book:
    """Return the compiled book of this process."""
    return book_of(_tables()["files"], _tables()["overlays"], not_screens=PATHS)


@cache
def paths() -> Mapping[str, Any]:
    """Return what a texted keyword stands for."""
    stands: Mapping[str, Any] = _tables()["files"][SMS_PATHS]
    return stands


@cache
def keywords() -> Keywords:
    """Return the keywords."""
    return Keywords(_tables()["keywords"])


def compiled() -> str:
    """Return the tables of a checkout as the JSON of `COMPILED`."""
    return json.dumps(_read(), ensure_ascii=False, separators=(",", ":"))


@cache
def _tables() -> dict[str, Any]:
    try:
        made: dict[str, Any] = json.loads((FOLDER / COMPILED).read_bytes())
    except FileNotFoundError:
        made = _read()
    return made


def _read() -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - a function reads JSON

    from chalicelib.dialog.keyword_table import folded_table  # noqa: PLC0415 - the same

    files = {name: tomllib.loads(text) for name, text in sorted(menu_files().items())}
    words = folded_table(files.pop(KEYWORDS))
    laid = {name: tomllib.loads(text) for name, text in sorted(overlays().items())}
    return {"files": files, "overlays": laid, "keywords": words}
