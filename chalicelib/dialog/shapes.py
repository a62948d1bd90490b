"""This file says which form each field of a screen must have."""

from collections.abc import Callable, Mapping
from typing import Any

CODES = {"rows", "slot", "next"}


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _is_exits(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_text(way) or _is_exit(way) for way in value.values())


def _is_exit(way: Any) -> bool:
    return _is_table(way) and {"to"} <= way.keys() <= {"to", "say"}


def _is_codes(value: Any) -> bool:
    if not isinstance(value, dict) or not _is_list(value.get("with", [])):
        return False
    return value.keys() - {"with"} == CODES and all(_is_text(value[name]) for name in CODES)


_SHAPES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(
        ("text", "sms", "slot", "next", "rows", "action", "effect", "sms_wrong", "counts"),
        (_is_text, "a text in quotes"),
    ),
    **dict.fromkeys(("options", "keys", "shown", "args"), (_is_table, "a table of texts")),
    **dict.fromkeys(
        ("free", "skip", "private"), (lambda value: type(value) is bool, "true or false")
    ),
    "exits": (_is_exits, "a table of screens, each a name or { to = name, say = text }"),
    "codes": (_is_codes, "a table of rows, slot and next, and maybe with"),
    "with": (_is_list, "a list of slots in quotes"),
    "limit": (lambda value: type(value) is int and value > 0, "a whole number over 0"),
}


def misshapen(raw: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the fields of a screen."""
    faults = [
        f"'{name}' must be {_SHAPES[name][1]}"
        for name, value in raw.items()
        if name in _SHAPES and not _SHAPES[name][0](value)
    ]
    return faults or [
        f"{name}: no option '{stray}' on this screen"
        for name in ("keys", "shown")
        for stray in sorted(raw.get(name, {}).keys() - raw.get("options", {}).keys())
    ]
