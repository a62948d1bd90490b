"""This file is the pages of services: browse, edit one beside its phone screens, files in, out."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from chalicelib import facts, shipped
from chalicelib.capabilities.catalogue import EMPTY, Catalogue, Figure, Service
from chalicelib.capabilities.catalogue_import import TABLES
from chalicelib.composer import Composer
from chalicelib.console import files
from chalicelib.console.back import office, person
from chalicelib.console.sheets import csv_answer
from chalicelib.console.words import said, words
from chalicelib.dialog.book import LANGUAGES
from chalicelib.dialog.render import Medium
from chalicelib.dialog.steps import Show
from chalicelib.duties.catalogue import SERVICES, edit, row_of, take, tried
from chalicelib.sheets.read import Sheet
from chalicelib.sheets.report import Report
from chalicelib.telecom.budget import Profile

# What a citizen may open of a service, as the menu has it.
SCREENS = ("service_documents", "service_fee", "service_time")
SEPTETS, UNITS = 160, 70
# The parts of a service that have columns of their own; the other columns are of the whole.
PARTS = frozenset({"name", "documents", "fee", "days", "validity", "extra"})
WHOLE = "service"
# How a file writes a language in the name of a column.
WRITTEN = {"km_latn": "km-Latn"}
MORE, MOST_PAGES = "9", 9
services = Blueprint("services", __name__, url_prefix="/services")


@services.get("/")
def show() -> str:
    """List every service with its figures and how sure they are."""
    known = _known()
    found = [known.services[code] for code in sorted(known.services)]
    return render_template("services/list.html", found=found, figures=figures_of)


@services.get("/<code>")
def one(code: str) -> str:
    """Show one service: each figure with its source and who checked it, and its screens."""
    service = _service(code)
    return render_template(
        "services/one.html",
        service=service,
        figures=figures_of(service),
        screens=screens_of(service),
    )


@services.route("/<code>/edit", methods=["GET", "POST"])
def change(code: str) -> str | tuple[str, int] | Answer:
    """Edit one service beside its phone screens."""
    row = row_of(_service(code))
    if request.method != "POST":
        return _form(code, row, tried(_known(), row))
    row = _typed(row)
    service, report = tried(_known(), row)
    if request.form.get("keep") == "yes" and service is not None:
        edit(office(), row, person().name)
        flash(said(g.language, "services.kept", {"code": code}))
        return redirect(url_for("services.one", code=code), 303)
    page = _form(code, row, (service, report))
    return (page, 422) if report.refused else page


@services.post("/<code>/look")
def look(code: str) -> str:
    """Give the part of the page that follows the typing: the phone's screens, or what is wrong."""
    service, report = tried(_known(), _typed(row_of(_service(code))))
    screens = screens_of(service) if service is not None else {}
    faults = _faults(report)
    return render_template("services/seen.html", screens=screens, faults=faults, label=label_of)


@services.route("/file", methods=["GET", "POST"])
def file() -> str | tuple[str, int]:
    """Take a file of services."""

    def taking(sheet: Sheet, *, is_tried: bool) -> tuple[Report, int]:
        return take(office(), SERVICES, sheet, person().name, dry_run=is_tried), 0

    return files.page("services/file.html", SERVICES.columns, SERVICES.required, taking)


@services.get("/<part>.csv")
def export(part: str) -> Response:
    """Give the services or the offices as a file that can be loaded again."""
    if part not in TABLES:
        abort(404)
    table = TABLES[part]
    return csv_answer(f"{part}.csv", table.columns, table.rows(getattr(_known(), part)))


def figures_of(service: Service) -> Iterator[tuple[str, Figure]]:
    """Give the figures of a service with the key of what each is about."""
    yield "documents", service.documents.figure
    for fee in service.fees:
        yield "fee", fee.figure
    if service.days is not None:
        yield "time", service.days.figure
    for note in (service.validity, *service.extra):
        if note is not None:
            yield "note", note.figure


def screens_of(service: Service) -> Mapping[str, list[str]]:
    """Return what a phone shows of a service, by language, on a network with short screens."""
    composer, book = Composer(shipped.book(), office().settings), shipped.book()
    medium = Medium(Profile(SEPTETS, UNITS, True))  # noqa: FBT003 - it shows Khmer letters
    told = facts.of_service(service)

    def pages(screen: str, language: str) -> Iterator[str]:
        """Give a screen and those that its key for more leads to."""
        # A key for more on the last page is a wrong one, which the phone says above it.
        wrong = book.words("err_choice", language)
        for turned in range(MOST_PAGES):
            turns = MORE * turned
            show = Show(book.screens[screen], language, True, {}, told, turns=turns)  # noqa: FBT003
            page = composer.draw(show, medium)
            if page.startswith(wrong):
                return
            yield page

    return {
        language: [page for screen in SCREENS for page in pages(screen, language)]
        for language in LANGUAGES
    }


def _form(code: str, row: dict[str, str], seen: tuple[Service | None, Report]) -> str:
    service, report = seen
    return render_template(
        "services/edit.html",
        code=code,
        row=row,
        faults=_faults(report),
        wrong={one.column for one in report.refused},
        screens=screens_of(service) if service is not None else {},
        groups=_groups(row),
        label=label_of,
    )


def _groups(row: dict[str, str]) -> list[tuple[str, list[str]]]:
    """Return the columns of a form by the part of the service that each is of."""
    found: dict[str, list[str]] = {}
    for column in row:
        if column != "code":
            stem = column.split("_")[0]
            found.setdefault(stem if stem in PARTS else WHOLE, []).append(column)
    return list(found.items())


def label_of(column: str) -> str:
    """Return what a column of a file of services is called on a page."""
    known, rest = words(g.language), column.partition("_")[2]
    named = known.get(f"column.{column}") or known.get(f"column.{rest}")
    if named is not None:
        return named
    tail = rest.removeprefix("unit_")
    language = known.get(f"lang.{WRITTEN.get(tail, tail)}", column)
    return language if tail == rest else f"{known['column.unit']}: {language}"


def _typed(row: dict[str, str]) -> dict[str, str]:
    return {column: request.form.get(column, row[column]) for column in row} | {"code": row["code"]}


def _faults(report: Report) -> list[Any]:
    return [*report.refused, *report.warnings]


def _service(code: str) -> Service:
    found = _known().services.get(code)
    if found is None:
        abort(404)
    return found


def _known() -> Catalogue:
    return office().catalogue.load() or EMPTY
