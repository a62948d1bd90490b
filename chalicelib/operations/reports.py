"""This file gives the monitoring tables, and takes the scorecards that meetings wrote on paper."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from chalicelib.capabilities.catalogue import EMPTY, Catalogue
from chalicelib.capabilities.staff import ADMIN, OFFICER, ORGANIZER
from chalicelib.duties.imports import note
from chalicelib.errors import NotFound
from chalicelib.operations.base import Asked, Code, Desk, Line, Told, get, padded
from chalicelib.operations.imports import Outcome, Rows, Tick, intake
from chalicelib.operations.whose import Elsewhere
from chalicelib.reports import cards
from chalicelib.reports.every import REPORTS
from chalicelib.reports.every import report as named
from chalicelib.reports.layout import Sheet, chart_of, csv_of, plain_of, text_of
from chalicelib.reports.periods import Period
from chalicelib.reports.tables import Query
from chalicelib.reports.words import LANGUAGES, title
from chalicelib.sheets.read import Sheet as File
from chalicelib.storage.figures import DynamoFigures

PLACES = ("province", "district", "office")
AUDIT = "audit"
# Who did what is for those who answer for it.
SEES_DEEDS = frozenset({ADMIN, OFFICER, ORGANIZER})
Name = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z-]+\Z")]
Written = Literal["table", "csv", "chart"]


class Wanted(Asked, frozen=True, kw_only=True):
    """A table of a period (2020-11, 2020-Q4, 2020), what divides it and what it is chosen from.

    `written` is how it is written out: for a screen, as CSV, or drawn as SVG. `target` is how many
    people were to be reached, for the table reach.
    """

    name: Name
    period: Annotated[str, Meta(max_length=10)]
    by: list[Line] = []
    language: Literal[tuple(LANGUAGES)] = "en"  # type: ignore[valid-type]
    province: Code = ""
    district: Code = ""
    office: Code = ""
    service: Code = ""
    channel: Literal["", "ussd", "sms", "both"] = ""
    spoken: Annotated[str, Meta(max_length=10)] = ""
    target: Annotated[int, Meta(ge=0, le=10**9)] = 0
    written: Written = "table"


class Titles(Asked, frozen=True, kw_only=True):
    """In which language the tables are called."""

    language: Literal[tuple(LANGUAGES)] = "en"  # type: ignore[valid-type]


class Listed(Struct, frozen=True, kw_only=True):
    """One of the tables, and what it may be divided by and chosen from."""

    number: int
    name: str
    title: str
    divisions: list[str]
    choices: list[str]


class Table(Struct, frozen=True, kw_only=True):
    """A table: codes as they are, numbers as numbers, `<10` for what is hidden.

    `stem` is a name for a file of it. `synthetic` says that the stage's figures are made up.
    `written` is the table as it was asked for, null where it has no chart.
    """

    table: str
    number: int
    title: str
    period: str
    by: list[str]
    only: dict[str, str]
    synthetic: bool
    counts: str
    misses: str
    headings: dict[str, str]
    rows: list[dict[str, Any]]
    total: dict[str, Any] | None
    notes: list[str]
    stem: str
    written: str | None


@get("/reports", "reports:read")
def list_(desk: Desk, asked: Titles) -> Told[list[Listed]]:
    """List the monitoring tables."""
    found = [
        Listed(
            number=one.number,
            name=one.name,
            title=title(one.name, asked.language),
            divisions=list(one.divisions),
            choices=list(one.choices),
        )
        for one in REPORTS.values()
        if one.name != AUDIT or not desk.person.roles.isdisjoint(SEES_DEEDS)
    ]
    return Told(found, [f"{one.number:>2}  {one.name:13} {one.title}" for one in found])


@get("/reports/{name}", "reports:read")
def show(desk: Desk, asked: Wanted) -> Told[Table]:
    """Give a table of a period.

    It says what it counts and what it misses. Fewer than 10 people are never told of, and the
    figures of a month are there once it is over.
    """
    one = named(asked.name)
    if one.name == AUDIT and desk.person.roles.isdisjoint(SEES_DEEDS):
        raise Elsewhere("for others")
    source = desk.figures
    only = dict(_only(asked, source.catalogue))
    query = one.asked(Query(Period.read(asked.period), tuple(asked.by), only, asked.target))
    sheet = Sheet(
        one, query, one.make(query, source), asked.language, source.catalogue, source.synthetic
    )
    written = _written(sheet, asked.written)
    answer = Table(**plain_of(sheet), stem=_stem(sheet), written=written)
    return Told(answer, (written or "").split("\n"))


@intake("/scorecards", "scorecards:write", Rows, cards.COLUMNS, cards.REQUIRED)
def take(desk: Desk, sheet: File, asked: Rows, _tick: Tick) -> Outcome:
    """Take scorecards: a row for each question and answer of a meeting.

    A row about the same meeting, question and answer replaces the one before. Cards of a month
    come in whole before its figures are published, or once after; then they stay.
    """
    side = desk.side
    known = side.catalogue.load() or EMPTY
    if not known.offices:
        raise NotFound("no offices are known yet: run `owl catalogue import` first")
    rules = cards.Rules(frozenset(known.offices), side.today())
    stored = DynamoFigures(side.database)
    months = cards.months_of(sheet, rules)
    there = {one.key: one for month in months for one in stored.cards(month)}
    now = side.clock.now().astimezone(ZoneInfo(side.settings.timezone))
    published = {one.month for one in there.values()} & {*stored.closed(months, now)}
    taken, report = cards.take(sheet, replace(rules, published=published), there)
    report.dry_run = asked.dry_run
    if not asked.dry_run:
        stored.save_cards(taken)
    note(side, desk.who, "import scorecards", report)
    return Outcome(report)


def _only(asked: Wanted, known: Catalogue) -> Iterator[tuple[str, str]]:
    """Give what the table is chosen from by; the zero that a code lacks is put back.

    Raises:
        NotFound: nothing has the code.
    """
    given: Mapping[str, str] = {
        "province": asked.province,
        "district": asked.district,
        "office": asked.office,
        "service": asked.service,
        "channel": asked.channel,
        "language": asked.spoken,
    }
    for what, code in given.items():
        if not code:
            continue
        wanted = padded(code) if what in PLACES else code
        places = known.offices if what == "office" else known.places
        if (what in PLACES and wanted not in places) or (
            what == "service" and code not in known.services
        ):
            raise NotFound(f"no {what} has the code {code}: see `owl catalogue export` and places")
        yield what, wanted


def _written(sheet: Sheet, written: Written) -> str | None:
    return {"table": text_of, "csv": csv_of, "chart": chart_of}[written](sheet)


def _stem(sheet: Sheet) -> str:
    mark = "-made-up" if sheet.synthetic else ""
    return f"{sheet.report.number:02}-{sheet.report.name}-{sheet.query.period.name}{mark}"
