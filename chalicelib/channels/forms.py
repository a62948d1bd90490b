"""This file reads a form that somebody on the internet posted: strictly, and before anything."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from urllib.parse import unquote_to_bytes

from chalicelib.errors import NotAcceptable

FORM_TYPE = "application/x-www-form-urlencoded"
MOST_BYTES = 8 * 1024
MOST_FIELDS = 64
PLAIN = frozenset({"", "identity"})


class WrongType(NotAcceptable):
    """The body is not a plain form, so nobody reads it."""


class TooLarge(NotAcceptable):
    """The body is longer than any callback needs to be."""


class NotAForm(NotAcceptable):
    """The body is no form in UTF-8, or gives one field twice."""


def fields(raw: bytes, headers: Mapping[str, str], known: AbstractSet[str]) -> dict[str, str]:
    """Return the known fields of a form; blank values stay, other fields are left out.

    Raises:
        WrongType: it is not said to be a form, or it is compressed.
        TooLarge: it is over 8 KB.
        NotAForm: it is not UTF-8, has too many fields, or repeats a known one.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().casefold()
    packing = headers.get("content-encoding", "").strip().casefold()
    if kind != FORM_TYPE or packing not in PLAIN:
        raise WrongType(f"not a form: send {FORM_TYPE}, not compressed")
    if len(raw) > MOST_BYTES:
        raise TooLarge(f"a form of more than {MOST_BYTES} bytes")
    # A decoder's fault shows the bytes, which may hold a number: it goes no further.
    try:
        pairs = [pair for pair in _pairs(raw.decode()) if pair[0] in known]
    except UnicodeDecodeError:
        raise NotAForm("not a form in UTF-8") from None
    read = dict(pairs)
    if len(read) < len(pairs):
        raise NotAForm("a field is given twice")
    return read


def _pairs(text: str) -> list[tuple[str, str]]:
    parts = text.split("&")
    if len(parts) > MOST_FIELDS:
        raise NotAForm(f"a form of more than {MOST_FIELDS} fields")
    return [_pair(part) for part in parts]


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    if "%" in part or "+" in part:
        return _decoded(name), _decoded(value)
    return name, value


def _decoded(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ")).decode()
