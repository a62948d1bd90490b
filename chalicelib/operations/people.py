"""This file is what is done with lists of people: rows in, counts out, never a number."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import lru_cache, partial
from typing import Annotated, Literal

from msgspec import Meta, Struct

from chalicelib.capabilities import catalogue_places, subscribers_sheet
from chalicelib.capabilities.broadcasts import Audience
from chalicelib.capabilities.subscribers import TOPICS
from chalicelib.capabilities.subscribers_count import Counts, Tally, counted
from chalicelib.capabilities.subscribers_import import take as taken
from chalicelib.capabilities.subscribers_sheet import Rules
from chalicelib.dialog.book import LANGUAGES
from chalicelib.duties.imports import note
from chalicelib.duties.places import codes_of, places_of
from chalicelib.operations.base import Asked, Desk, Line, Told, get
from chalicelib.operations.imports import Outcome, Rows, Tick, intake
from chalicelib.settings import Settings
from chalicelib.sheets.read import Sheet
from chalicelib.staff import Office
from chalicelib.telecom import msisdn, typed_numbers

HEAD = ("", "people", "consented", "said STOP", "may be sent to")


class Which(Asked, frozen=True, kw_only=True):
    """Which people are counted: of places by code or name, of languages, of topics."""

    communes: Annotated[list[Line], Meta(max_length=1000)] = []
    languages: list[Literal[tuple(LANGUAGES)]] = []  # type: ignore[valid-type]
    topics: list[Literal[tuple(TOPICS)]] = []  # type: ignore[valid-type]


class Numbers(Struct, frozen=True, kw_only=True):
    """How many people, how many agreed, said STOP, and may be written to."""

    people: int
    consented: int
    opted_out: int
    reachable: int


class Counted(Numbers, frozen=True, kw_only=True):
    """The same for everybody, and by language."""

    languages: dict[str, Numbers]


@intake("/people", "people:write", Rows, subscribers_sheet.COLUMNS, subscribers_sheet.REQUIRED)
def take(desk: Desk, sheet: Sheet, asked: Rows, tick: Tick) -> Outcome:
    """Take people who agreed to get SMS, each once; who said STOP stays out.

    A row that is refused is told by its line, never by its number.
    """
    side = desk.side
    report = taken(sheet, rules_of(side), side.people, dry_run=asked.dry_run, tick=tick)
    note(side, desk.who, "import people", report)
    return Outcome(report)


@get("/people/count", "people:read")
def count(desk: Desk, asked: Which) -> Told[Counted]:
    """Count the people of places: how many, who agreed, who said STOP.

    Without communes everybody who named a commune is counted. Who chose no topic hears of all,
    and who chose no language is written to in the stage's own.
    """
    side = desk.side
    audience = Audience(
        communes=tuple(codes_of(places_of(side), asked.communes)),
        languages=frozenset(asked.languages),
        topics=frozenset(asked.topics),
    )
    tally = counted(side.audience.members(audience), side.settings.default_language)
    languages = {one: _numbers(tally.languages.get(one, Counts())) for one in LANGUAGES}
    answer = Counted(**asdict(tally.everybody), languages=languages)
    return Told(answer, list(_lines(tally)))


def rules_of(side: Office) -> Rules:
    """Return what the rows of a list are held to on a stage.

    Raises:
        NotFound: no places are known yet.
    """
    known = places_of(side)

    @lru_cache(maxsize=4096)
    def communes(text: str) -> tuple[str, ...]:
        return tuple(one.code for one in catalogue_places.communes(known, text))

    return Rules(side.today(), partial(_number, side.settings), communes, side.people.key)


def _number(settings: Settings, text: str) -> str:
    return typed_numbers.read(text, settings.country, msisdn.codes_of(settings.countries))


def _numbers(counts: Counts) -> Numbers:
    return Numbers(**asdict(counts))


def _lines(tally: Tally) -> Iterator[str]:
    rows = [("everybody", tally.everybody), *sorted(tally.languages.items())]
    cells = [HEAD, *((name, *_figures(counts)) for name, counts in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for first, *others in cells:
        aligned = [f"{one:>{width}}" for one, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([f"{first:<{widths[0]}}", *aligned]).rstrip()


def _figures(counts: Counts) -> Iterable[str]:
    return (f"{one:,}" for one in asdict(counts).values())
