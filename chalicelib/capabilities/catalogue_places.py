"""This file finds places by code or by any spelling, and reads and writes them as rows."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from chalicelib.capabilities.catalogue import DISTRICT_DIGITS, PLACE_KINDS, Place, PlaceKind
from chalicelib.capabilities.catalogue_cells import TEXT_MEANINGS, read_text, texts, write_text
from chalicelib.sheets.cells import Cells, joined
from chalicelib.telecom import hygiene

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
LOCAL_NAMES = {kind: local for kinds in PLACE_KINDS.values() for kind, local in kinds.items()}
_BY_LOCAL_NAME = {local: kind for kind, local in LOCAL_NAMES.items()}
COMMUNE_DIGITS = 6
_IGNORED = str.maketrans("", "", " -'’.\u200b")
# Letters that look the same under another one; both are written.
_KHMER_DA, _KHMER_TA = "\u17d2\u178a", "\u17d2\u178f"
_KHMER = re.compile("[\u1780-\u17ff]")
# What people say before the name of a commune.
_SAID_BEFORE = re.compile(r"(?:khum|sangkat|songkat|commune|ឃុំ|សង្កាត់)\s*(?=\S)")


def folded(name: str) -> str:
    """Return a name for comparing: no case, spaces, hyphens or apostrophes."""
    plain = hygiene.cleaned(name).casefold().translate(_IGNORED)
    return plain.replace(_KHMER_DA, _KHMER_TA)


def find(places: Mapping[str, Place], wanted: str) -> list[Place]:
    """Return the places of a code, or else those with that name in any spelling, by code."""
    code = hygiene.ascii_digits(wanted.strip())
    if code.isdigit():
        one = places.get(code.zfill(len(code) + len(code) % 2))
        return [one] if one else []
    name = folded(_in_order(wanted))
    return [
        one
        for _, one in sorted(places.items())
        if name in map(folded, (*one.names.values(), *one.aliases))
    ]


def communes(places: Mapping[str, Place], wanted: str) -> list[Place]:
    """Return the communes that a code or name may mean, by code.

    Where it is no commune but a district, they are those of the district; a whole province is
    none, for nobody could choose from it.
    """
    found = find(places, wanted) or find(places, _bare(wanted))
    exact = [one for one in found if len(one.code) == COMMUNE_DIGITS]
    districts = [one.code for one in found if len(one.code) == DISTRICT_DIGITS]
    return exact or [one for code in districts for one in inside(places, code)]


def communes_of(places: Mapping[str, Place], codes: Iterable[str]) -> list[str]:
    """Return the codes of the communes that lie in places, each once, in order."""
    wanted = tuple(codes)
    there = {code for code in places if len(code) == COMMUNE_DIGITS and code.startswith(wanted)}
    return sorted(there | {code for code in wanted if len(code) == COMMUNE_DIGITS})


def inside(places: Mapping[str, Place], code: str) -> list[Place]:
    """Return the places one level below a code, by code; provinces for an empty one."""
    below = len(code) + len("01")
    return [
        one for other, one in sorted(places.items()) if len(other) == below and other[:-2] == code
    ]


def _in_order(name: str) -> str:
    """Return a name with its Khmer marks in the usual order, whatever order they were typed in."""
    if not _KHMER.search(name):
        return name
    from khmerspell import khnormal  # noqa: PLC0415 - only Khmer writing pays for it

    ordered: str = khnormal(name)
    return ordered


def _bare(name: str) -> str:
    return _SAID_BEFORE.sub("", hygiene.cleaned(name).casefold().strip(), count=1)


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
