"""This file loads the demo data into an empty stage, through the imports that staff use."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.capabilities import tickets_sheet
from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.catalogue import EMPTY, Catalogue
from chalicelib.capabilities.catalogue_import import TABLES, taken
from chalicelib.capabilities.tickets_import import take
from chalicelib.capabilities.tickets_sheet import Rules
from chalicelib.duties.tickets import rules_of
from chalicelib.errors import NotAcceptable
from chalicelib.sheets.read import opened
from chalicelib.sheets.report import Report
from chalicelib.sheets.write import write
from chalicelib.staff import Office
from infra.local.demo import places, tickets

FOLDER = Path(__file__).parent
YEARS = 3


def is_empty(office: Office) -> bool:
    """Whether no catalogue was ever published on a stage."""
    return office.catalogue.head() is None


def load(office: Office, today: date, progress: Callable[[str], None]) -> None:
    """Load places, services, offices, holidays and tickets; the tickets are dated around `today`.

    The catalogue is published last, so a load that broke off is done again.

    Raises:
        NotAcceptable: a row of the demo data is refused.
    """
    with TemporaryDirectory() as folder:
        catalogue = _catalogue(Path(folder), office.catalogue.load() or EMPTY)
        catalogue = catalogue._replace(holidays=catalogue.holidays | holidays(today.year))
        rows = list(tickets.rows(catalogue, today))
        _take_tickets(office, Path(folder), rows, rules_of(catalogue, today))
    office.catalogue.publish(catalogue)
    what = {part: len(getattr(catalogue, part)) for part in TABLES} | {"tickets": len(rows)}
    office.audit.note(Deed("demo", "load demo data", what))
    progress(", ".join(f"{count} {name}" for name, count in what.items()))


def holidays(year: int) -> frozenset[date]:
    """Return Cambodia's holidays of a year and the next two; illustrative until confirmed."""
    from holidays import country_holidays  # noqa: PLC0415 - only an empty stage needs it

    return frozenset(country_holidays("KH", years=range(year, year + YEARS)))


def _catalogue(folder: Path, catalogue: Catalogue) -> Catalogue:
    """Return a catalogue with the demo's places, services and offices in it."""
    written = folder / "places.csv"
    write(written, TABLES["places"].columns, places.rows())
    files = {
        "places": written,
        "services": FOLDER / "services.csv",
        "offices": FOLDER / "offices.csv",
    }
    for part, file in files.items():
        table = TABLES[part]
        sheet = opened(file, table.columns, table.required)
        catalogue, report = taken(table, sheet, catalogue)
        _whole(report)
    return catalogue


def _take_tickets(office: Office, folder: Path, rows: list[list[str]], rules: Rules) -> None:
    file = folder / "tickets.csv"
    write(file, tickets_sheet.COLUMNS, rows)
    sheet = opened(file, tickets_sheet.COLUMNS, tickets_sheet.REQUIRED)
    _whole(take(sheet, rules, office.tickets))


def _whole(report: Report) -> None:
    if report.refused:
        raise NotAcceptable(f"demo data, {report.file}: {report.refused[0]}")
