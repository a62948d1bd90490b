"""This file reads and writes places as rows of a sheet."""

from collections.abc import Iterator, Mapping
from typing import cast

from chalicelib.capabilities.catalogue import PLACE_KINDS, Place, PlaceKind
from chalicelib.capabilities.catalogue_cells import TEXT_MEANINGS, read_text, texts, write_text
from chalicelib.capabilities.catalogue_places import LOCAL_NAMES
from chalicelib.sheets.cells import Cells, joined

COLUMNS = ("code", "kind", *texts("name"), "aliases")
MEANINGS: Mapping[str, tuple[str, str]] = {
    "code": ("021203", "2, 4 or 6 digits; the first ones are the place it lies in"),
    "kind": ("commune", f"one of {', '.join(kind for of in PLACE_KINDS.values() for kind in of)}"),
    "name_en": ("Trang", "name in English"),
    "aliases": ("Treang;Trangk", "other spellings, joined by ;"),
    **TEXT_MEANINGS,
}
REQUIRED = ("code", "kind", "name_en")
KINDS: Mapping[str, int] = {kind: digits for digits, kinds in PLACE_KINDS.items() for kind in kinds}
_BY_LOCAL_NAME = {local: kind for kind, local in LOCAL_NAMES.items()}


def read(cells: Cells, stored: Mapping[str, Place]) -> tuple[str, Place]:
    """Return the place of a row under its code; the place above it must be there."""
    code = cells.code("code", PLACE_KINDS, "a place")
    written = cells.choice("kind", {**KINDS, **_BY_LOCAL_NAME}.keys())
    kind = _BY_LOCAL_NAME.get(written, cast("PlaceKind", written))
    if code and kind and KINDS[kind] != len(code):
        cells.refuse("kind", f"a {kind} has a code of {KINDS[kind]} digits, not {len(code)}")
    if code[:-2] and code[:-2] not in stored:
        cells.refuse("code", f"{code} lies in {code[:-2]}, which is not there: put it before")
    aliases = tuple(filter(None, cells.list("aliases")))
    return code, Place(code, read_text(cells, "name", required=True), aliases, kind)


def rows(places: Mapping[str, Place]) -> Iterator[list[str]]:
    """Give places as rows, each after the place it lies in."""
    for _, one in sorted(places.items()):
        names = write_text("name", one.names)
        yield [one.code, one.kind, *names.values(), joined(one.aliases)]
