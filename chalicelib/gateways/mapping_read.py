"""This file reads a mapping file into its dataclasses, and tells every fault of it at once."""

import tomllib
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from chalicelib.errors import NotAcceptable
from chalicelib.gateways.mapping import GatewayMap, Where
from chalicelib.gateways.mapping_faults import faults_of

# Beside `chalicelib` in the repository and in the zip alike.
FOLDER = Path(__file__).parents[2] / "infra" / "gateways"
WORDS = {str: "text in quotes", int: "a whole number", bool: "true or false"}


class NotAMapping(NotAcceptable):
    """A mapping file has faults; the message tells all of them."""


@cache
def mapped(name: str) -> GatewayMap:
    """Return the gateway that `infra/gateways/NAME.toml` describes.

    Raises:
        NotAMapping: there is no such file, or it has faults.
    """
    path = FOLDER / f"{name}.toml"
    if not path.is_file():
        there = ", ".join(sorted(one.stem for one in FOLDER.glob("*.toml")))
        raise NotAMapping(f"no gateway '{name}' in infra/gateways: there are {there}")
    return read(path.read_text(encoding="utf-8"), path.name)


def read(text: str, name: str) -> GatewayMap:
    """Return the gateway that a file describes.

    Raises:
        NotAMapping: with every fault as `file: where: sentence`.
    """
    made, faults = looked(text, name)
    if made is None or faults:
        raise NotAMapping("\n".join(faults))
    return made


def looked(text: str, name: str) -> tuple[GatewayMap | None, list[str]]:
    """Return what a file describes, if that can be told, and every fault of it."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        return None, [f"{name}: not TOML: {fault}"]
    found: list[str] = []
    made = _made(GatewayMap, tables, "", found)
    if not found and made.name != name.removesuffix(".toml"):
        found.append(f"name: is '{made.name}': it must be that of the file")
    if not found:
        found = faults_of(made)
    return (None if made is None else made), [f"{name}: {one}" for one in found]


def _made(cls: Any, table: Any, where: str, found: list[str]) -> Any:
    """Return a dataclass of a table; what is wrong is told, and then stands as its default."""
    if not isinstance(table, dict):
        found.append(f"{where}: must be a table")
        return None
    told = {key.replace("-", "_"): (key, value) for key, value in table.items()}
    known = {one.name: one for one in fields(cls)}
    hints = get_type_hints(cls)
    found += [
        f"{_at(where, key)}: is not known here: choose of {', '.join(sorted(_said(known)))}"
        for name, (key, _) in told.items()
        if name not in known
    ]
    values = {}
    for name, one in known.items():
        if name in told:
            key, value = told[name]
            values[name] = _value(hints[name], value, _at(where, key), found)
        elif _is_needed(one):
            found.append(f"{_at(where, name)}: is missing")
            values[name] = None
    return cls(**values)


def _value(hint: Any, value: Any, where: str, found: list[str]) -> Any:
    if is_dataclass(hint):
        return _made(hint, value, where, found)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        return _value(inner[0], value, where, found)
    if origin is tuple:
        return _listed(inner[0], value, where, found)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(inner[1], value, where, found)
    if type(value) is not hint:
        found.append(f"{where}: must be {WORDS[hint]}")
        return None
    return value


def _listed(hint: Any, value: Any, where: str, found: list[str]) -> tuple[Any, ...]:
    if hint is Where:
        return _places(value, where, found)
    if not isinstance(value, list):
        found.append(f"{where}: must be a list in brackets")
        return ()
    return tuple(_value(hint, one, f"{where}.{at}", found) for at, one in enumerate(value))


def _mapping(hint: Any, value: Any, where: str, found: list[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        found.append(f"{where}: must be a table")
        return {}
    return {key: _value(hint, one, _at(where, key), found) for key, one in value.items()}


def _places(value: Any, where: str, found: list[str]) -> tuple[Where, ...]:
    """Read a path, a table of one place, or a list of places that are tried in order."""
    if isinstance(value, str):
        return (Where(value),)
    listed = value if isinstance(value, list) else [value]
    return tuple(
        Where(one) if isinstance(one, str) else _made(Where, one, where, found) for one in listed
    )


def _is_needed(one: "Field[Any]") -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _said(known: Mapping[str, Any]) -> list[str]:
    return [name.replace("_", "-") for name in known]


def _at(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
