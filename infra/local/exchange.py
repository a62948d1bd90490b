"""This file holds one HTTP request and one answer, as every part of the local server sees them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

TEXT, JSON = "text/plain; charset=utf-8", "application/json"


class Headers(dict[str, str]):
    """Headers as they came, read without regard to case; of a repeated one, the last."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Keep them as they came."""
        super().__init__(pairs)
        self.lower = {name.lower(): value for name, value in self.items()}

    def read(self, name: str) -> str:
        """Return a header's value, empty where it was not sent."""
        return self.lower.get(name.lower(), "")


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """What came in. `target` is the path with its query, as it stood on the wire."""

    method: str
    target: str
    headers: Headers
    body: bytes

    @property
    def path(self) -> str:
        """The path alone."""
        return urlsplit(self.target).path

    def query(self) -> dict[str, str]:
        """Return the last value of each field of the query."""
        return fields(urlsplit(self.target).query)

    def form(self) -> dict[str, str]:
        """Return the last value of each field of a form body."""
        return fields(self.body.decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out, after `wait` seconds; one that `hangs_up` closes the line without a word."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": TEXT})
    wait: float = 0.0
    hangs_up: bool = False
    cookies: tuple[str, ...] = ()


def fields(text: str) -> dict[str, str]:
    """Return the last value of each field of a form, empty values too."""
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


def text(status: int, sentence: str) -> Answer:
    """Return a plain sentence."""
    return Answer(status, sentence.encode())


def shown(status: int, value: Any, content_type: str = JSON) -> Answer:
    """Return JSON. It may be read by anyone, kept by nobody."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, body, {"Content-Type": content_type, "Cache-Control": "no-store"})
