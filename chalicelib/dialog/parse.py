"""This file reads the TOML of `ussd_menus/`, for who writes menus and for the build."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from chalicelib.dialog import tables
from chalicelib.dialog.book import Book
from chalicelib.dialog.tables import OVERLAY, Reading


def parse(
    files: Mapping[str, str], overlays: Mapping[str, str], not_screens: Collection[str] = ()
) -> Book:
    """Parse TOML texts by file name, and one overlay by language, to a book.

    Tables named in `not_screens` are left to whoever knows them.

    Raises:
        BookFaults: with every fault found, not only the first.
    """
    return read(files, overlays, not_screens).sound()


def read(
    files: Mapping[str, str], overlays: Mapping[str, str], not_screens: Collection[str] = ()
) -> Reading:
    """Read as much as `parse` can, and return it with every fault."""
    faults: list[str] = []
    there = _tables(sorted(files.items()), faults)
    written = {OVERLAY.format(language): language for language in sorted(overlays)}
    laid = _tables([(name, overlays[language]) for name, language in written.items()], faults)
    words = {written[name]: overlay for name, overlay in laid.items()}
    return tables.read(there, words, not_screens, faults, named=len(there) == len(files))


def _tables(files: Iterable[tuple[str, str]], faults: list[str]) -> dict[str, dict[str, Any]]:
    """Return the files that are TOML."""
    found = {}
    for name, text in files:
        try:
            found[name] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as fault:
            faults.append(f"{name}: not TOML: {fault}")
    return found
