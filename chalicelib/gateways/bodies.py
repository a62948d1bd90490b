"""This file reads what a stranger posted, as form, query, JSON or XML: small, shallow, no tricks.

Whatever the form, it comes out as tables, lists and text, so that one dotted path finds a field.
"""

import json
from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

from chalicelib.errors import NotAcceptable
from chalicelib.gateways.mapping import FORM, JSON, QUERY, XML, Where
from chalicelib.telecom.callbacks import MOST_BYTES, MOST_FIELDS, Call, TooLarge, WrongType, pairs

MOST_DEPTH, MOST_ELEMENTS, MOST_LISTED = 12, 512, 100
TYPES: Mapping[str, tuple[str, ...]] = {
    FORM: ("application/x-www-form-urlencoded",),
    JSON: ("application/json", "text/json"),
    XML: ("application/xml", "text/xml"),
}
PLAIN = frozenset({"", "identity"})


class NotReadable(NotAcceptable):
    """A body is not what it says it is, or is built to be a burden."""


def read(call: Call, kind: str) -> Any:
    """Return what a callback of a type holds.

    Raises:
        WrongType: it is said to be another type, or it is compressed.
        TooLarge: it is over 8 KB, or a query of so many characters.
        NotReadable: it is no such thing in UTF-8, too deep, has too many parts or repeats one.
    """
    if kind == QUERY:
        _small(sum(len(name) + len(value) for name, value in call.query))
        return _plain(_table(list(call.query)), 0)
    said = call.headers.get("content-type", "").partition(";")[0].strip().casefold()
    packing = call.headers.get("content-encoding", "").strip().casefold()
    if said not in TYPES[kind] or packing not in PLAIN:
        raise WrongType(f"send {TYPES[kind][0]}, not compressed")
    _small(len(call.body))
    return parsed(call.body, kind)


def parsed(raw: bytes, kind: str) -> Any:
    """Return what bytes of a type hold; see `read`."""
    if kind == FORM:
        return _table(pairs(raw))
    if kind == XML:
        return _of_xml(raw)
    try:
        return _of_json(raw.decode())
    except (ValueError, RecursionError):
        raise NotReadable("not JSON in UTF-8") from None


def found(tree: Any, places: tuple[Where, ...]) -> str:
    """Return the first value that is there and not empty, as text; empty where there is none."""
    for one in places:
        if one.if_at and at(tree, one.if_at) not in one.if_is:
            continue
        value = decoded(at(tree, one.at), one.decode)
        if value:
            return value
    return ""


def at(tree: Any, path: str) -> str:
    """Return the text at a dotted path; empty where a table, a list or nothing is."""
    value = walked(tree, path)
    return value if isinstance(value, str) else ""


def walked(tree: Any, path: str) -> Any:
    """Return what is at a dotted path, whose numbers are places in lists; None where nothing is."""
    for step in path.split(".") if path else ():
        if isinstance(tree, dict):
            tree = tree.get(step)
        elif isinstance(tree, list) and step.isdecimal() and int(step) < len(tree):
            tree = tree[int(step)]
        else:
            return None
    # An element of XML that has attributes as well holds its text under this name.
    return tree.get("#text") if isinstance(tree, dict) and "#text" in tree else tree


def listed(tree: Any, path: str) -> list[Any]:
    """Return the entries of a list; an element that stands once is a list of one.

    Raises:
        NotReadable: there are more than a request should hold.
    """
    if not path:
        return [tree]
    value = walked(tree, path)
    entries = value if isinstance(value, list) else [] if value is None else [value]
    if len(entries) > MOST_LISTED:
        raise NotReadable(f"more than {MOST_LISTED} messages in one request")
    return entries


def decoded(value: str, how: str) -> str:
    """Return a value as text: as it is, or from hexadecimal UTF-16, which SMPP bridges send."""
    if not how or not value:
        return value
    try:
        return bytes.fromhex(value).decode("utf-16-be")
    except ValueError:
        raise NotReadable("a text that should be UTF-16 in hexadecimal is not") from None


def _small(size: int) -> None:
    if size > MOST_BYTES:
        raise TooLarge(f"a callback of more than {MOST_BYTES} bytes or characters")


def _table(written: list[tuple[str, str]]) -> dict[str, str]:
    told = [pair for pair in written if pair[0]]
    if len(told) > MOST_FIELDS or len(dict(told)) < len(told):
        raise NotReadable("a field is given twice, or there are too many")
    return dict(told)


def _of_json(text: str) -> Any:
    # Numbers stay as they are written: a number of a phone is no quantity.
    tree = json.loads(
        text, object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=_no_constant
    )
    return _plain(tree, 0)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _once(told: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(told)) < len(told):
        raise ValueError("a name is given twice")
    return dict(told)


def _plain(tree: Any, depth: int) -> Any:
    """Turn the rest of JSON into text that can be stored; refuse what is nested too deep."""
    if depth > MOST_DEPTH:
        raise ValueError("nested too deep")
    if isinstance(tree, dict):
        return {name: _plain(one, depth + 1) for name, one in tree.items()}
    if isinstance(tree, list):
        return [_plain(one, depth + 1) for one in tree]
    if isinstance(tree, str):
        # A lone surrogate is no letter, and cannot be stored.
        return tree.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return {None: "", True: "true", False: "false"}[tree]


class _Elements:
    """Builds tables of an XML document. A document type is refused: with it entities come."""

    def __init__(self) -> None:
        self.stack: list[tuple[str, dict[str, Any], list[str]]] = [("", {}, [])]
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MOST_ELEMENTS or len(self.stack) > MOST_DEPTH:
            raise NotReadable("too many elements, or nested too deep")
        inside: dict[str, Any] = {f"@{key}": value for key, value in attributes.items()}
        self.stack.append((name.rpartition(":")[2], inside, []))

    def data(self, text: str) -> None:
        self.stack[-1][2].append(text)

    def end(self, _: str) -> None:
        name, inside, texts = self.stack.pop()
        text = "".join(texts)
        value: Any = {**inside, "#text": text} if inside and text.strip() else inside or text
        above = self.stack[-1][1]
        if name not in above:
            above[name] = value
        elif isinstance(above[name], list):
            above[name].append(value)
        else:
            above[name] = [above[name], value]

    @staticmethod
    def refuse(*_: object) -> None:
        raise NotReadable("a document type or an entity in XML")


def _of_xml(raw: bytes) -> dict[str, Any]:
    try:
        raw.decode()
    except UnicodeDecodeError:
        raise NotReadable("not XML in UTF-8") from None
    parser, elements = expat.ParserCreate("utf-8"), _Elements()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = elements.start, elements.end
    parser.CharacterDataHandler = elements.data
    refuse: Any = elements.refuse
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = parser.ProcessingInstructionHandler = refuse
    try:
        parser.Parse(raw, True)  # noqa: FBT003 - expat's signature
    except expat.ExpatError:
        raise NotReadable("not XML") from None
    return elements.stack[0][1]
