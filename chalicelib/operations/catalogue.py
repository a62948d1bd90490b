"""This file is what is done with services, offices and places: read them, and take rows."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.capabilities import catalogue_places
from chalicelib.capabilities.catalogue import EMPTY, Catalogue, Place
from chalicelib.capabilities.catalogue_import import TABLES
from chalicelib.duties.catalogue import take
from chalicelib.errors import NotFound
from chalicelib.operations.base import Asked, Desk, Line, Told, get
from chalicelib.operations.imports import Outcome, Rows, Tick, intake
from chalicelib.sheets.cells import quoted
from chalicelib.sheets.read import Sheet

SERVICES, OFFICES, PLACES = (TABLES[one] for one in ("services", "offices", "places"))


class Nothing(Asked, frozen=True, kw_only=True):
    """Nothing more is asked."""


class Sought(Asked, frozen=True, kw_only=True):
    """A place by its code, or by its name in any spelling; all provinces where empty."""

    text: Line = ""


@get("/services", "services:read")
def services(desk: Desk, asked: Nothing) -> Told[list[dict[str, str]]]:  # noqa: ARG001 - its shape
    """List the services as rows: documents, fees, times, each with its source."""
    return _rows(desk, "services")


@get("/offices", "services:read")
def offices(desk: Desk, asked: Nothing) -> Told[list[dict[str, str]]]:  # noqa: ARG001 - its shape
    """List the offices as rows."""
    return _rows(desk, "offices")


@get("/places", "services:read")
def places(desk: Desk, asked: Nothing) -> Told[list[dict[str, str]]]:  # noqa: ARG001 - its shape
    """List provinces, districts and communes as rows."""
    return _rows(desk, "places")


@get("/places/find", "services:read")
def find(desk: Desk, asked: Sought) -> Told[list[dict[str, Any]]]:
    """Find a place and what lies in it."""
    known = _known(desk).places
    found = (
        catalogue_places.find(known, asked.text)
        if asked.text
        else catalogue_places.inside(known, "")
    )
    if not found:
        raise NotFound(_nothing(asked.text))
    lines = [line for one in found for line in _lines(one, known)]
    return Told([_plain(one) for one in found], lines)


@intake("/services", "services:write", Rows, SERVICES.columns, SERVICES.required)
def take_services(desk: Desk, sheet: Sheet, asked: Rows, _tick: Tick) -> Outcome:
    """Take services; those that no row names stay."""
    return Outcome(take(desk.side, SERVICES, sheet, desk.who, dry_run=asked.dry_run))


@intake("/offices", "places:write", Rows, OFFICES.columns, OFFICES.required)
def take_offices(desk: Desk, sheet: Sheet, asked: Rows, _tick: Tick) -> Outcome:
    """Take offices; those that no row names stay."""
    return Outcome(take(desk.side, OFFICES, sheet, desk.who, dry_run=asked.dry_run))


@intake("/places", "places:write", Rows, PLACES.columns, PLACES.required)
def take_places(desk: Desk, sheet: Sheet, asked: Rows, _tick: Tick) -> Outcome:
    """Take places, each after the one it lies in."""
    return Outcome(take(desk.side, PLACES, sheet, desk.who, dry_run=asked.dry_run))


def _known(desk: Desk) -> Catalogue:
    return desk.side.catalogue.load() or EMPTY


def _rows(desk: Desk, part: str) -> Told[list[dict[str, str]]]:
    table = TABLES[part]
    rows = table.rows(getattr(_known(desk), part))
    return Told([dict(zip(table.columns, row, strict=True)) for row in rows])


def _plain(one: Place) -> dict[str, Any]:
    return {**one._asdict(), "names": dict(one.names), "aliases": list(one.aliases)}


def _nothing(text: str) -> str:
    if not text:
        return "no places are known yet: run `owl places import` first"
    return f"no place has the code or the name {quoted(text)}: try its code or another spelling"


def _lines(place: Place, known: Mapping[str, Place]) -> Iterator[str]:
    """Give a place, where it lies, and what lies in it."""
    above = known.get(place.code[:-2])
    yield _line(place) + (f", in {above.code} {above.names['en']}" if above else "")
    yield from (f"  {_line(one)}" for one in catalogue_places.inside(known, place.code))


def _line(place: Place) -> str:
    spellings = dict.fromkeys([*place.names.values(), *place.aliases])
    local = catalogue_places.LOCAL_NAMES[place.kind]
    kind = place.kind if local == place.kind else f"{place.kind}, {local}"
    return f"{place.code} {' / '.join(spellings)} ({kind})"
