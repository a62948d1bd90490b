"""This file fills `${name}` into what a gateway is sent, escaped by what it is put into.

No value can end the place it stands in: in JSON it stays within its quotes, in XML within its
element, in a form or an address within its field, in a header within its line.
"""

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from chalicelib.gateways.mapping import FORM, JSON, TEXT, XML

# XML 1.0 has no way to write these at all.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
PLACE = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
URL, HEADER = "url", "header"
Values = Mapping[str, str]


def _in_json(value: str) -> str:
    return json.dumps(value)[1:-1]


def _in_xml(value: str) -> str:
    return escape(NOT_IN_XML.sub("", value), {'"': "&quot;", "'": "&apos;"})


def _in_url(value: str) -> str:
    return quote(value, safe="")


def _in_header(value: str) -> str:
    return "".join(one for one in value if one.isprintable() and one.isascii())


ESCAPES: Mapping[str, Callable[[str], str]] = {
    JSON: _in_json,
    XML: _in_xml,
    FORM: quote_plus,
    URL: _in_url,
    HEADER: _in_header,
    TEXT: str,
}


def kind_of(content_type: str) -> str:
    """Return how values are escaped in a body of a content type."""
    said = content_type.partition(";")[0].strip().casefold()
    if said == "application/x-www-form-urlencoded":
        return FORM
    if said.endswith(("/json", "+json")):
        return JSON
    return XML if said.endswith(("/xml", "+xml")) else TEXT


def names_in(template: str) -> list[str]:
    """Return the names a template asks for."""
    return PLACE.findall(template)


def filled(template: str, values: Values, kind: str, raw: Values | None = None) -> str:
    """Return a template with its values; those of `raw` are escaped already."""
    escaped, whole = ESCAPES[kind], raw or {}

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return whole[name] if name in whole else escaped(values[name])

    return PLACE.sub(value, template)
