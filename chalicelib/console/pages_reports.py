"""This file is the pages of the monitoring tables: filters, pictures, files, and one print view."""

from collections.abc import Iterator
from datetime import date

from flask import Blueprint, Response, abort, g, render_template, request

from chalicelib.capabilities.staff import ADMIN, OFFICER, ORGANIZER
from chalicelib.console.back import office, person
from chalicelib.console.sheets import attached
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.figures import StageFigures
from chalicelib.reports.every import REPORTS, report
from chalicelib.reports.layout import Sheet, chart_of, csv_of
from chalicelib.reports.periods import Period
from chalicelib.reports.tables import Query, Report
from chalicelib.reports.words import title

FIRST, AUDIT = "users", "audit"
# Who did what is for those who answer for it.
SEES_DEEDS = frozenset({ADMIN, OFFICER, ORGANIZER})
QUARTERS = 8
FILTERS = ("province", "district", "office", "service", "channel", "language")
reports = Blueprint("reports", __name__, url_prefix="/reports")


@reports.get("/")
def show() -> str | tuple[str, int]:
    """Show one table with its picture."""
    name, period = request.args.get("name", FIRST), _period()
    fault, sheet = "", None
    try:
        one = _named(name)
        sheet = _sheet(StageFigures(office()), one, period, _by(one), _only(one))
    except NotAcceptable as refused:
        fault = str(refused)
    shown = render_template(
        "reports/show.html",
        sheet=sheet,
        picture=chart_of(sheet) if sheet else None,
        fault=fault,
        name=name,
        period=period,
        periods=list(_periods(office().today())),
        listed=list(_listed()),
        divisions=_named(name).divisions,
        choices=_named(name).choices,
        chosen=request.args,
    )
    return (shown, 422) if fault else shown


@reports.get("/table.csv")
def csv() -> Response:
    """Give one table as a file that a spreadsheet opens."""
    one = _named(request.args.get("name", FIRST))
    sheet = _sheet(StageFigures(office()), one, _period(), _by(one), _only(one))
    return attached(f"owl-{one.name}-{sheet.query.period.name}.csv", csv_of(sheet), "text/csv")


@reports.get("/print")
def paper() -> str:
    """Show every table of a period on pages to print."""
    source, period = StageFigures(office()), _period()
    sheets = [_sheet(source, one, period, (), {}) for one in REPORTS.values() if one.name != AUDIT]
    pages = [(sheet, chart_of(sheet)) for sheet in sheets]
    return render_template("reports/print.html", pages=pages, period=period)


def _sheet(
    source: StageFigures, one: Report, period: str, by: tuple[str, ...], only: dict[str, str]
) -> Sheet:
    query = one.asked(Query(Period.read(period), by, only))
    return Sheet(
        one, query, one.make(query, source), g.language, source.catalogue, source.synthetic
    )


def _named(name: str) -> Report:
    try:
        found = report(name)
    except NotFound:
        abort(404)
    if found.name == AUDIT and person().roles.isdisjoint(SEES_DEEDS):
        abort(404)
    return found


def _listed() -> Iterator[tuple[str, str]]:
    for one in REPORTS.values():
        if one.name != AUDIT or not person().roles.isdisjoint(SEES_DEEDS):
            yield one.name, f"{one.number}. {title(one.name, g.language)}"


def _by(one: Report) -> tuple[str, ...]:
    wanted = [by for by in request.args.getlist("by") if by]
    return tuple(by for by in wanted if by in one.divisions)


def _only(one: Report) -> dict[str, str]:
    chosen = {name: request.args.get(name, "").strip() for name in FILTERS}
    return {name: value for name, value in chosen.items() if value and name in one.choices}


def _period() -> str:
    return request.args.get("period") or next(_periods(office().today()))


def _periods(today: date) -> Iterator[str]:
    """Give the quarters, the last one that is over first, and then the one that runs."""
    year, quarter = today.year, (today.month - 1) // 3 + 1
    running = f"{year}-Q{quarter}"
    for _ in range(QUARTERS):
        year, quarter = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
        yield f"{year}-Q{quarter}"
    yield running
