"""This file reads and writes the cells of texts, figures and fees, for services and offices."""

from collections.abc import Mapping, Sequence
from typing import cast

from chalicelib.capabilities.catalogue import (
    FEE_KINDS,
    STATUSES,
    Fee,
    FeeKind,
    Figure,
    Status,
    Text,
)
from chalicelib.sheets.cells import Cells, joined, one_of, split

LANGUAGES: Mapping[str, str] = {"en": "en", "km": "km", "km-Latn": "km_latn"}
FIGURE = ("status", "source", "checked_by", "checked_on")
PERCENT = 100


def texts(prefix: str) -> tuple[str, ...]:
    """Return the columns of a text, one a language."""
    return tuple(f"{prefix}_{ending}" for ending in LANGUAGES.values())


def figure(prefix: str) -> tuple[str, ...]:
    """Return the columns that say where a figure comes from."""
    return tuple(f"{prefix}_{part}" for part in FIGURE)


# What columns of texts, figures and fees mean, with an example, as staff are told; * is any word.
TEXT_MEANINGS: Mapping[str, tuple[str, str]] = {
    "*_km, *_km_latn": ("", "the same in Khmer, and in Latin letters"),
}
FEE_MEANINGS: Mapping[str, tuple[str, str]] = {
    "fee_amount": ("1000;600", "riel, or percent; several joined by ;"),
    "fee_kind": ("exact", f"one of {', '.join(FEE_KINDS)}"),
    "fee_unit_en": ("per plate", "what one fee is for, in English"),
}
FIGURE_MEANINGS: Mapping[str, tuple[str, str]] = {
    "*_status": ("illustrative", f"of a figure: one of {', '.join(STATUSES)}"),
    "*_source": ("Prakas 995", "where it was read; needed unless illustrative"),
    "*_checked_by": ("Dara", "who checked it"),
    "*_checked_on": ("2026-11-16", "when"),
}
FEE_COLUMNS = ("fee_kind", "fee_amount", *texts("fee_unit"), *figure("fee"))


def read_text(cells: Cells, prefix: str, *, required: bool = False) -> Text:
    """Return a text by language; only English can be asked for."""
    found = {
        language: cells.text(f"{prefix}_{ending}", required=required and language == "en")
        for language, ending in LANGUAGES.items()
    }
    return {language: text for language, text in found.items() if text}


def write_text(prefix: str, text: Text) -> dict[str, str]:
    """Return the cells of a text, one a language."""
    return {f"{prefix}_{ending}": text.get(one, "") for one, ending in LANGUAGES.items()}


def read_fees(cells: Cells) -> tuple[Fee, ...]:
    """Return the fees of a row: amounts in order, the other columns one for all or one each."""
    amounts = split(cells.plain("fee_amount"))
    kinds = spread(cells, "fee_kind", len(amounts))
    units = [spread(cells, column, len(amounts)) for column in texts("fee_unit")]
    figures = read_figures(cells, "fee", len(amounts))
    return tuple(
        _fee(cells, amount, kinds[at], figures[at], [unit[at] for unit in units])
        for at, amount in enumerate(amounts)
    )


def _fee(cells: Cells, amount: str, kind: str, found: Figure, unit: Sequence[str]) -> Fee:
    chosen = cast("FeeKind", cells.as_choice("fee_kind", kind or FEE_KINDS[0], FEE_KINDS))
    riel = cells.as_whole("fee_amount", amount) or 0
    if chosen == "percent" and riel > PERCENT:
        cells.refuse("fee_amount", f"{riel} percent is more than all: write {PERCENT} at most")
    words = {one: text for one, text in zip(LANGUAGES, unit, strict=True) if text}
    return Fee(chosen, riel, found, words)


def write_fees(fees: Sequence[Fee]) -> dict[str, str]:
    """Return the cells of fees."""
    units = {
        f"fee_unit_{ending}": gathered([fee.unit.get(language, "") for fee in fees])
        for language, ending in LANGUAGES.items()
    }
    return {
        "fee_amount": joined([str(fee.amount) for fee in fees]),
        "fee_kind": gathered([fee.kind for fee in fees]),
        **units,
        **write_figures("fee", [fee.figure for fee in fees]),
    }


def read_figures(cells: Cells, prefix: str, count: int, *, needed: bool = True) -> list[Figure]:
    """Return the figures of a prefix; a sourced one must name its source."""
    statuses, sources, by, on = (spread(cells, column, count) for column in figure(prefix))
    column = f"{prefix}_status"
    found = []
    for at in range(count):
        if needed and not statuses[at]:
            cells.refuse(column, f"is empty: write {one_of(STATUSES)}")
        status = cells.as_choice(column, statuses[at] or STATUSES[-1], STATUSES)
        if status != STATUSES[-1] and status and not sources[at]:
            cells.refuse(f"{prefix}_source", f"is empty, but the figure is {status}: name a source")
        found.append(
            Figure(cast("Status", status), sources[at], by[at], _checked(cells, prefix, on[at]))
        )
    return found


def _checked(cells: Cells, prefix: str, text: str) -> str:
    day = cells.as_day(f"{prefix}_checked_on", text) if text else None
    return day.isoformat() if day else ""


def spread(cells: Cells, column: str, count: int) -> list[str]:
    """Return `count` values of a cell that holds one for all, one each, or none."""
    values = cells.list(column)
    if values and not count:
        cells.refuse(column, "is filled in, but there is nothing that it could belong to")
    if len(values) <= 1:
        return (values or [""]) * count
    if len(values) != count:
        cells.refuse(column, f"has {len(values)} parts where {count} are needed, joined by `;`")
        return [""] * count
    return values


def gathered(values: Sequence[str]) -> str:
    """Return one value where all are the same, else all of them."""
    return joined(values[:1] if len(set(values)) == 1 else values)


def write_figures(prefix: str, figures: Sequence[Figure]) -> dict[str, str]:
    """Return the cells that say where figures come from."""
    return {
        f"{prefix}_{part}": gathered([str(getattr(one, part)) for one in figures])
        for part in FIGURE
    }
