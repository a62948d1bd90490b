"""This file finds every English sentence of the code that a page may show."""

import ast
from collections.abc import Iterator
from typing import Any

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.staff import SignInRefused
from chalicelib.duties.forum_timeline import Step
from chalicelib.duties.imports import COUNTS
from chalicelib.errors import CivicError, Unavailable
from chalicelib.operations.whose import Elsewhere
from chalicelib.sheets.cells import Refused
from chalicelib.sheets.xlsx import Damaged
from tests.console.reading import FIELDS, FILLED, Found, arguments, read
from tests.console.source import ENTRY, ROOT, Spot, constant, last, live, reached, spots

# Pages answer these with words of their own, whatever the sentence says.
ANSWERED_BY_KIND = (Unavailable, Elsewhere, SignInRefused)
# Which argument is the sentence: of a class, and of a method by its name.
OF_CLASS: dict[Any, int] = {Refused: 2, Step: 1, Deed: 1, Damaged: 0}
OF_METHOD = {"refuse": 1, "warn": 1, "pause": 1, "cancel": 1}
# Lists that sentences are put on.
LISTS = frozenset({"notices", "faults"})


def sentences() -> dict[str, Found]:
    """Return the sentences of each module."""
    found: dict[str, Found] = {}
    for module in reached():
        here = Found()
        for spot in _sinks(module):
            here.add(read(spot, frozenset()))
        # What is nothing but another sentence is read where that one is made.
        here.said.discard(FILLED)
        found[module] = here
    return found


def _sinks(module: str) -> Iterator[Spot]:
    """Give the expressions that become a sentence for a person."""
    for spot in spots(module):
        node = spot.node
        if isinstance(node, ast.Call):
            told = (spot.of(one) for one in _told_by(module, node))
            yield from (one for one in told if not _is_handed_on(one))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            if node.targets[0].attr in FIELDS:
                yield spot.of(node.value)
        elif isinstance(node, ast.AugAssign) and last(node.target) in LISTS:
            yield spot.of(node.value)


def _is_handed_on(spot: Spot) -> bool:
    """Whether a function that takes a sentence hands it on: it is read where that one is called."""
    function = spot.functions[-1] if spot.functions else None
    takes = function is not None and function.name in OF_METHOD and isinstance(spot.node, ast.Name)
    return takes and spot.node.id in [one.arg for one in arguments(function)]


def _told_by(module: str, call: ast.Call) -> Iterator[ast.expr]:
    made, at = constant(module, call.func), None
    if isinstance(made, type) and issubclass(made, CivicError):
        at = None if issubclass(made, ANSWERED_BY_KIND) else 0
    elif isinstance(made, type) and made in OF_CLASS:
        at = OF_CLASS[made]
    elif isinstance(call.func, ast.Attribute):
        at = OF_METHOD.get(call.func.attr)
        if call.func.attr == "append" and last(call.func.value) in LISTS:
            at = 0
    if at is not None and at < len(call.args):
        yield call.args[at]
    yield from (one.value for one in call.keywords if one.arg in FIELDS - {"standing"})


def deeds_of_commands() -> set[str]:
    """Return what commands note in the log of deeds; pages show that too."""
    found = Found()
    for module in _of_commands():
        for spot in spots(module):
            if isinstance(spot.node, ast.Call) and last(spot.node.func) in {"Deed", "note"}:
                told = [
                    one for one in spot.node.args if isinstance(one, ast.Constant | ast.JoinedStr)
                ]
                for one in told:
                    found.add(read(spot.of(one), frozenset()))
    return found.said


def _of_commands() -> list[str]:
    """Return the modules of commands and of the operations that they ask for."""
    return [
        f"chalicelib.{folder}.{path.stem}"
        for folder in ("cli", "operations")
        for path in (ROOT / "chalicelib" / folder).glob("*.py")
    ]


def details() -> set[str]:
    """Return the names of what is noted beside a deed, by pages and by commands."""
    found: set[str] = set(COUNTS)
    for module in {*reached(), *_of_commands()} - {ENTRY}:
        for spot in spots(module):
            if not isinstance(spot.node, ast.Call):
                continue
            if constant(module, spot.node.func) is Deed:
                found |= _keys(spot.functions[-1])
            if last(spot.node.func) in {"note", "_note"} and hasattr(live(module), "Deed"):
                found.update(one.arg for one in spot.node.keywords if one.arg)
    return found


def _keys(node: ast.AST) -> set[str]:
    """Return the names in the tables that are written in a function."""
    tables = [one for one in ast.walk(node) if isinstance(one, ast.Dict)]
    keys = [key for one in tables for key in one.keys if isinstance(key, ast.Constant)]
    return {str(key.value) for key in keys}
