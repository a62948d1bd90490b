"""This file reads what an expression of the source may say, back to its words.

It follows variables, parameters, constants and functions. What is filled in is `{}`, and what it
cannot follow it names.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product

from chalicelib.sheets.cells import quoted
from tests.console.source import Spot, constant, last, live, reached, spots

# Fields that hold a sentence made elsewhere.
FIELDS = frozenset({"why", "skipped", "waits", "standing", "pause"})
# A field that may be so many words is left a field.
MOST_WORDS = 12
FILLED = "{}"


@dataclass
class Found:
    """The sentences of a spot, each with its fields as `{}`; `lost` is what was not followed."""

    said: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def add(self, other: "Found") -> None:
        """Take in another one's."""
        self.said |= other.said
        self.lost |= other.lost


def read(spot: Spot, seen: frozenset[int]) -> Found:
    """Return what an expression may say."""
    if id(spot.node) in seen:
        return Found()
    return _Reader(seen | {id(spot.node)}).read(spot)


class _Reader(ast.NodeVisitor):
    """Reads one expression; `seen` are those it is read for, so that it ends."""

    def __init__(self, seen: frozenset[int]) -> None:
        self.seen = seen

    def read(self, spot: Spot) -> Found:
        self.spot = spot
        found = self.visit(spot.node)
        return found if isinstance(found, Found) else self._lost()

    def _lost(self) -> Found:
        return Found(lost={ast.unparse(self.spot.node)})

    def _all(self, *nodes: ast.AST | None) -> Found:
        found = Found()
        for node in nodes:
            if node is not None:
                found.add(read(self.spot.of(node), self.seen))
        return found

    def visit_Constant(self, node: ast.Constant) -> Found:
        if node.value in (None, ""):
            return Found()
        return Found({_escaped(str(node.value))}) if isinstance(node.value, str) else self._lost()

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Found:
        parts = [self._part(one) for one in node.values]
        return Found({"".join(one) for one in product(*parts)})

    def _part(self, node: ast.expr) -> set[str]:
        """Return the words that a part of a sentence may be, or `{}`."""
        if isinstance(node, ast.Constant):
            return {_escaped(str(node.value))}
        assert isinstance(node, ast.FormattedValue)
        found = read(self.spot.of(node.value), self.seen)
        if found.lost or not found.said or len(found.said) > MOST_WORDS:
            return {FILLED}
        return found.said

    def visit_BinOp(self, node: ast.BinOp) -> Found:
        if isinstance(node.op, ast.Mult):
            return self._all(node.left)
        left, right = self._all(node.left), self._all(node.right)
        return Found({a + b for a in left.said for b in right.said}, left.lost | right.lost)

    def visit_IfExp(self, node: ast.IfExp) -> Found:
        return self._all(node.body, node.orelse)

    def visit_BoolOp(self, node: ast.BoolOp) -> Found:
        return self._all(*node.values)

    def visit_List(self, node: ast.List) -> Found:
        return self._all(*node.elts)

    def visit_Attribute(self, node: ast.Attribute) -> Found:
        known = constant(self.spot.module, node)
        if isinstance(known, str):
            return Found({_escaped(known)})
        return Found({FILLED}) if node.attr in FIELDS else self._lost()

    def visit_Name(self, node: ast.Name) -> Found:
        for at in range(len(self.spot.functions) - 1, -1, -1):
            function = self.spot.functions[at]
            here = Spot(self.spot.module, self.spot.functions[: at + 1], node)
            values = list(_assigned(function, node.id))
            if values:
                return _both(read(here.of(one), self.seen) for one in values)
            if node.id in [one.arg for one in arguments(function)]:
                return self._given(here, function, node.id)
        known = constant(self.spot.module, node)
        return Found({_escaped(known)}) if isinstance(known, str) else self._lost()

    def _given(self, spot: Spot, function: ast.FunctionDef, name: str) -> Found:
        """Return what callers give a parameter."""
        given = [
            one
            for call in _calls()[function.name]
            if _is_of(call, spot.module, function)
            for one in _passed(call, function, name)
        ]
        if not given:
            return self._lost()
        return _both(read(one, self.seen) for one in given)

    def visit_Call(self, node: ast.Call) -> Found:
        name = last(node.func)
        made = constant(self.spot.module, node.func)
        if name in {"str", "said"} or isinstance(made, type):
            # The words of another refusal, or of the page's own language.
            return Found()
        if name in {"list", "sorted"}:
            return self._all(*node.args)
        if made is quoted:
            return Found({f"'{FILLED}'"})
        if name == "format" and isinstance(node.func, ast.Attribute):
            found = self._all(node.func.value)
            return Found({one.replace("{{}}", FILLED) for one in found.said}, found.lost)
        if name == "get" and isinstance(node.func, ast.Attribute):
            return self._looked_up(node)
        return self._told_by_function(name, getattr(made, "__module__", self.spot.module))

    def _told_by_function(self, name: str, home: str) -> Found:
        functions = _functions()[name]
        same = [one for one in functions if one.module == home] or functions
        if len(same) != 1:
            return self._lost()
        return _both(read(one, self.seen) for one in _returned(same[0]))

    def _looked_up(self, node: ast.Call) -> Found:
        assert isinstance(node.func, ast.Attribute)
        found = self._all(*node.args[1:])
        table = node.func.value
        values = _assigned(self.spot.functions[-1], table.id) if isinstance(table, ast.Name) else ()
        tables = [one for one in values if isinstance(one, ast.Dict)]
        if not tables:
            return self._lost()
        found.add(self._all(*(value for one in tables for value in one.values)))
        return found


def _both(found: Iterator[Found]) -> Found:
    whole = Found()
    for one in found:
        whole.add(one)
    return whole


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _assigned(function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield node.value
                elif isinstance(target, ast.Tuple):
                    yield from _unpacked(target, node.value, name)


def _unpacked(target: ast.Tuple, value: ast.expr, name: str) -> Iterator[ast.expr]:
    for at, one in enumerate(target.elts):
        if isinstance(one, ast.Name) and one.id == name:
            alone = isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts)
            yield value.elts[at] if alone and isinstance(value, ast.Tuple) else value


def arguments(function: ast.FunctionDef) -> list[ast.arg]:
    every = function.args
    return [*every.posonlyargs, *every.args, *every.kwonlyargs]


@cache
def _calls() -> dict[str, list[Spot]]:
    found: dict[str, list[Spot]] = defaultdict(list)
    for module in reached():
        for spot in spots(module):
            if isinstance(spot.node, ast.Call):
                found[last(spot.node.func)].append(spot)
    return found


@cache
def _functions() -> dict[str, list[Spot]]:
    found: dict[str, list[Spot]] = defaultdict(list)
    for module in reached():
        for spot in spots(module):
            if isinstance(spot.node, ast.FunctionDef):
                found[spot.node.name].append(spot)
    return found


def _is_of(call: Spot, module: str, function: ast.FunctionDef) -> bool:
    """Whether a call is one of this function: by what its name means, of a method by its name."""
    assert isinstance(call.node, ast.Call)
    own = getattr(live(module), function.name, None)
    if own is not None:
        return constant(call.module, call.node.func) is own
    is_method = isinstance(call.node.func, ast.Attribute)
    return call.module == module or (is_method and not function.name.startswith("_"))


def _passed(call: Spot, function: ast.FunctionDef, name: str) -> Iterator[Spot]:
    assert isinstance(call.node, ast.Call)
    yield from (call.of(one.value) for one in call.node.keywords if one.arg == name)
    names = [one.arg for one in arguments(function)]
    at = names.index(name) - (names[0] in {"self", "cls"})
    if 0 <= at < len(call.node.args):
        yield call.of(call.node.args[at])


def _returned(function: Spot) -> Iterator[Spot]:
    assert isinstance(function.node, ast.FunctionDef)
    inside = (*function.functions, function.node)
    for node in ast.walk(function.node):
        if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            yield Spot(function.module, inside, node.value)
