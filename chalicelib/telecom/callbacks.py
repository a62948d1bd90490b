"""This file reads what somebody on the internet posted: strictly, and before anything."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from chalicelib.errors import NotAcceptable

FORM_TYPE = "application/x-www-form-urlencoded"
MOST_BYTES = 8 * 1024
MOST_FIELDS = 64
PLAIN = frozenset({"", "identity"})


class WrongType(NotAcceptable):
    """The body is not of the type that the gateway sends, so nobody reads it."""


class TooLarge(NotAcceptable):
    """The body is longer than any callback needs to be."""


class WrongMethod(NotAcceptable):
    """The gateway does not ask in this way."""


class NotServed(NotAcceptable):
    """The gateway makes no callback of this kind."""


class NotSigned(NotAcceptable):
    """A callback lacks the signature that its gateway gives every one."""


class NotAForm(NotAcceptable):
    """The body is no form in UTF-8, or gives one field twice."""


class Call(NamedTuple):
    """One callback as HTTP brought it. The names of headers are in lower case.

    `path` is that of the request, behind the stage's name, and `query` its pairs in order.
    """

    secret: str
    body: bytes
    headers: Mapping[str, str]
    method: str = "POST"
    path: str = ""
    query: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        """Name the way alone: the rest is secrets, and what somebody typed."""
        return f"<Call {self.method}>"


def fields(call: Call, known: AbstractSet[str]) -> dict[str, str]:
    """Return the known fields of a form; blank values stay, other fields are left out.

    Raises:
        WrongMethod: it is not posted.
        WrongType: it is not said to be a form, or it is compressed.
        TooLarge: it is over 8 KB.
        NotAForm: it is not UTF-8, has too many fields, or repeats a known one.
    """
    if call.method != "POST":
        raise WrongMethod("post it")
    kind = call.headers.get("content-type", "").partition(";")[0].strip().casefold()
    packing = call.headers.get("content-encoding", "").strip().casefold()
    if kind != FORM_TYPE or packing not in PLAIN:
        raise WrongType(f"not a form: send {FORM_TYPE}, not compressed")
    if len(call.body) > MOST_BYTES:
        raise TooLarge(f"a form of more than {MOST_BYTES} bytes")
    found = [pair for pair in pairs(call.body) if pair[0] in known]
    read = dict(found)
    if len(read) < len(found):
        raise NotAForm("a field is given twice")
    return read


def pairs(raw: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form in their order.

    Raises:
        NotAForm: it is not UTF-8, or has too many fields.
    """
    if raw.count(b"&") >= MOST_FIELDS:
        raise NotAForm(f"a form of more than {MOST_FIELDS} fields")
    # A decoder's fault shows the bytes, which may hold a number: it goes no further.
    try:
        text = raw.decode().replace("+", " ")
        # A dial is full of these. They part no form, so the whole is decoded at once.
        text = text.replace("%2B", "+").replace("%2A", "*").replace("%23", "#")
        parts = [part.partition("=") for part in text.split("&")]
        if "%" not in text:
            return [(name, value) for name, _, value in parts]
        return [(_decoded(name), _decoded(value)) for name, _, value in parts]
    except UnicodeDecodeError:
        raise NotAForm("not a form in UTF-8") from None


def _decoded(text: str) -> str:
    return unquote_to_bytes(text).decode() if "%" in text else text
