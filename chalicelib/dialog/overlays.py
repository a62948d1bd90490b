"""This file checks that a translation translates what is there, and nothing else."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from chalicelib.dialog.book import Screen, Text

TEXTS = "texts"


def of_those_read(
    overlay: Mapping[str, Any], there: Collection[str], texts: Collection[str]
) -> dict[str, Any]:
    """Return an overlay without what may translate a file that could not be read."""
    kept = {name: table for name, table in overlay.items() if name in there}
    if isinstance(kept.get(TEXTS), dict):
        kept[TEXTS] = {name: text for name, text in kept[TEXTS].items() if name in texts}
    return kept


def overlay_faults(
    where: str,
    overlay: Mapping[str, Any],
    named: Collection[str],
    screens: Mapping[str, Screen],
    texts: Mapping[str, Text],
) -> Iterator[str]:
    """An overlay may only translate what is there: a stray key is a typing mistake."""
    for screen_id, table in overlay.items():
        if not isinstance(table, dict):
            yield f"{where}: {screen_id}: must be a table, write [{screen_id}] above its fields"
        elif screen_id == TEXTS:
            yield from _stray(f"{where}: {screen_id}", "text", table, texts)
        elif screen_id in screens:
            yield from _screen_overlay_faults(f"{where}: {screen_id}", table, screens[screen_id])
        elif screen_id not in named:
            yield f"{where}: {screen_id}: no such screen in English"


def _screen_overlay_faults(where: str, table: Mapping[str, Any], screen: Screen) -> Iterator[str]:
    labels = table.get("options", {})
    texts = {name: value for name, value in table.items() if name != "options"}
    yield from _stray(
        where, "field", texts, [one for one in ("text", "sms") if getattr(screen, one)]
    )
    if isinstance(labels, dict):
        yield from _stray(where, "option", labels, [one.target for one in screen.options])
    else:
        yield f"{where}: 'options' must be a table of texts"


def _stray(
    where: str, what: str, table: Mapping[str, Any], there: Collection[str]
) -> Iterator[str]:
    for name, value in table.items():
        if name not in there:
            yield f"{where}: no {what} '{name}' in English"
        elif not isinstance(value, str):
            yield f"{where}: '{name}' must be a text in quotes"
