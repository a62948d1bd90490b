"""This file reads services from the rows of a sheet, and writes them as such rows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from chalicelib.capabilities.catalogue import (
    LEVELS,
    SECTORS,
    Days,
    Documents,
    Figure,
    Level,
    Note,
    Service,
    Text,
)
from chalicelib.capabilities.catalogue_cells import (
    FEE_COLUMNS,
    FEE_MEANINGS,
    FIGURE_MEANINGS,
    LANGUAGES,
    TEXT_MEANINGS,
    figure,
    read_fees,
    read_figures,
    read_text,
    texts,
    write_fees,
    write_figures,
    write_text,
)
from chalicelib.sheets.cells import Cells, joined, quoted

CODE = re.compile(r"[1-9][0-9]{2}")
KEY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
YES, NO = "yes", "no"
COLUMNS = (
    *("code", "key", "sector", "office_level", *texts("name")),
    *(*texts("documents"), *figure("documents"), "documents_partial"),
    *FEE_COLUMNS,
    *("days_min", "days_max", *figure("days")),
    *(*texts("validity"), *figure("validity")),
    *(*texts("extra"), *figure("extra")),
    "legal_basis",
)
MEANINGS: Mapping[str, tuple[str, str]] = {
    "code": ("102", "three digits, never given to another service"),
    "key": ("plate-replace", "its name for programs: small letters and hyphens"),
    "sector": ("transport", f"one of {', '.join(SECTORS)}"),
    "office_level": ("district", f"who does it: {', '.join(LEVELS)}"),
    "name_en": ("Replace a plate", "name in English"),
    "documents_en": ("ID card;form", "papers to bring, joined by ;"),
    "documents_partial": (NO, f"{YES} where the source was cut short"),
    **FEE_MEANINGS,
    "days_min, days_max": ("10", "working days it takes"),
    "validity_en": ("2 years", "how long the paper is valid"),
    "extra_en": ("bring the plate", "more to know, joined by ;"),
    "legal_basis": ("Prakas 995", "the law; for staff only"),
    **TEXT_MEANINGS,
    **FIGURE_MEANINGS,
}
REQUIRED = ("code", "key", "sector", "office_level", "name_en")


def read(cells: Cells, stored: Mapping[str, Service]) -> Service:
    """Return the service of a row; what is wrong is in `cells.faults`."""
    code = _matching(cells, "code", CODE, "three digits, the first not 0")
    key = _matching(cells, "key", KEY, "small letters, digits and hyphens, as plate-replace")
    if code in stored and key and stored[code].key != key:
        there = stored[code].key
        cells.refuse("code", f"{code} belongs to {there}: a code is never given to another service")
    return Service(
        code=code,
        key=key,
        sector=cells.choice("sector", SECTORS),
        names=read_text(cells, "name", required=True),
        documents=_documents(cells),
        fees=read_fees(cells),
        days=_days(cells),
        office_level=cast("Level", cells.choice("office_level", LEVELS)),
        validity=_validity(cells),
        extra=_extra(cells),
        legal_basis=cells.text("legal_basis"),
    )


def write(service: Service) -> dict[str, str]:
    """Return a service as the cells of a row, by column."""
    days, validity = service.days, service.validity
    return {
        "code": service.code,
        "key": service.key,
        "sector": service.sector,
        "office_level": service.office_level,
        "legal_basis": service.legal_basis,
        **write_text("name", service.names),
        **_write_lists("documents", service.documents.items, ()),
        **write_figures("documents", [service.documents.figure]),
        "documents_partial": YES if service.documents.figure.partial else "",
        **write_fees(service.fees),
        "days_max": str(days.max) if days else "",
        "days_min": str(days.min) if days and days.min is not None else "",
        **write_figures("days", [days.figure] if days else []),
        **write_text("validity", validity.text if validity else {}),
        **write_figures("validity", [validity.figure] if validity else []),
        **_write_lists("extra", [one.text for one in service.extra], service.extra),
    }


def _matching(cells: Cells, column: str, pattern: re.Pattern[str], what: str) -> str:
    text = cells.plain(column, required=True)
    if text and not pattern.fullmatch(text):
        cells.refuse(column, f"{quoted(text)} is not allowed: write {what}")
        return ""
    return text


def _documents(cells: Cells) -> Documents:
    items = _items(cells, "documents")
    (found,) = read_figures(cells, "documents", 1, needed=bool(items))
    partial = cells.choice("documents_partial", (YES, NO), NO) == YES
    return Documents(
        items, Figure(found.status, found.source, found.checked_by, found.checked_on, partial)
    )


def _days(cells: Cells) -> Days | None:
    most, least = cells.whole("days_max", least=1), cells.whole("days_min")
    if most is None:
        if least is not None:
            cells.refuse("days_max", "is empty: days_min alone says too little")
        return None
    if least is not None and least > most:
        cells.refuse("days_min", f"{least} is more than days_max, {most}")
    (found,) = read_figures(cells, "days", 1)
    return Days(most, found, least)


def _validity(cells: Cells) -> Note | None:
    text = read_text(cells, "validity")
    return Note(text, read_figures(cells, "validity", 1)[0]) if text else None


def _extra(cells: Cells) -> tuple[Note, ...]:
    items = _items(cells, "extra")
    figures = read_figures(cells, "extra", len(items))
    return tuple(Note(text, one) for text, one in zip(items, figures, strict=True))


def _items(cells: Cells, prefix: str) -> tuple[Text, ...]:
    """Return a list of texts; the languages name the same things in the same order."""
    english, *others = (cells.list(column) for column in texts(prefix))
    if not all(english):
        cells.refuse(f"{prefix}_en", "has an empty item: remove the `;` too much")
    items: list[dict[str, str]] = [{"en": one} for one in english]
    for column, language, words in zip(texts(prefix)[1:], [*LANGUAGES][1:], others, strict=True):
        if words and len(words) != len(english):
            cells.refuse(
                column,
                f"has {len(words)} items, but {prefix}_en has {len(english)}: "
                "translate each in its place",
            )
            continue
        for item, word in zip(items, words, strict=False):
            item.update({language: word} if word else {})
    return tuple(items)


def _write_lists(prefix: str, items: Sequence[Text], notes: Sequence[Note]) -> dict[str, str]:
    cells = {}
    for language, ending in LANGUAGES.items():
        words = [item.get(language, "") for item in items]
        cells[f"{prefix}_{ending}"] = joined(words) if any(words) else ""
    return {**cells, **write_figures(prefix, [one.figure for one in notes])}


def rows(services: Mapping[str, Service]) -> Iterator[list[str]]:
    """Give services as rows, by code."""
    for _, service in sorted(services.items()):
        cells = write(service)
        yield [cells.get(column, "") for column in COLUMNS]
