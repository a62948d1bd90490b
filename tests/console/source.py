"""This file holds the source of every module that the console's pages reach."""

import ast
import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
ENTRY = "chalicelib.console.aws"
# What programs and `owl` read is English.
OF_PROGRAMS = ("chalicelib.console.api", "chalicelib.operations")


@dataclass(frozen=True)
class Spot:
    """An expression, and where it stands."""

    module: str
    functions: tuple[ast.FunctionDef, ...]
    node: ast.AST

    def of(self, node: ast.AST) -> "Spot":
        """Return another expression of the same place."""
        return Spot(self.module, self.functions, node)


@cache
def tree(module: str) -> ast.Module:
    """Return a module's source, read."""
    path = ROOT.joinpath(*module.split("."))
    alone = path.with_suffix(".py")
    path = alone if alone.exists() else path / "__init__.py"
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def reached() -> tuple[str, ...]:
    """Return every module of ours that the console's pages import, at whatever distance."""
    there = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in (ROOT / "chalicelib").rglob("*.py")
    }
    found: set[str] = set()
    # The entry on AWS wires a stage when it is imported, and says nothing.
    waiting = [one for one in there if one.startswith("chalicelib.console") and one != ENTRY]
    while waiting:
        one = waiting.pop()
        if one in there and one not in found and not one.startswith(OF_PROGRAMS):
            found.add(one)
            waiting += _imported(one)
    return tuple(sorted(found))


def _imported(module: str) -> Iterator[str]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


@cache
def spots(module: str) -> tuple[Spot, ...]:
    """Return every node with the functions it stands in, the innermost last."""

    def walk(node: ast.AST, functions: tuple[ast.FunctionDef, ...]) -> Iterator[Spot]:
        yield Spot(module, functions, node)
        inner = (*functions, node) if isinstance(node, ast.FunctionDef) else functions
        for child in ast.iter_child_nodes(node):
            yield from walk(child, inner)

    return tuple(walk(tree(module), ()))


def last(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def constant(module: str, node: ast.AST) -> Any:
    """Return what a name means in a module; None where it is not the module's."""
    if isinstance(node, ast.Name):
        return getattr(live(module), node.id, None)
    if isinstance(node, ast.Attribute):
        owner = constant(module, node.value)
        return getattr(owner, node.attr, None) if isinstance(owner, ModuleType) else None
    return None


def live(module: str) -> ModuleType:
    return sys.modules.get(module) or importlib.import_module(module)
