"""This file spells a secret in every way in which it could slip into a log or a table."""

import base64
import json
import logging
from typing import Self
from urllib.parse import quote, quote_plus


def spellings(secret: str) -> dict[str, list[str]]:
    """Return fourteen spellings of a text, by name; each as it would stand among other letters."""
    raw = secret.encode()
    return {
        "as it is": [secret],
        "upper case": [secret.upper()],
        "lower case": [secret.lower()],
        "without spaces": [secret.replace(" ", "")],
        "dashed": [secret.replace(" ", "-")],
        "url": [quote(secret)],
        "form": [quote_plus(secret)],
        "json": [json.dumps(secret)[1:-1]],
        "python": [repr(secret)[1:-1], repr(raw)[2:-1]],
        "base64": [_inside(raw, at) for at in range(3)],
        "hex": [raw.hex(), raw.hex().upper()],
        "reversed": [secret[::-1]],
        "utf 16": [secret.encode("utf-16-le").decode("latin-1")],
        "its end": [secret[-12:]],
    }


def _inside(raw: bytes, at: int) -> str:
    """Return how a text looks inside base64 where so many octets stand before it."""
    encoded = base64.b64encode(b"\0" * at + raw).decode().rstrip("=")
    return encoded[(0, 2, 3)[at] : -1]


class Heard(logging.Handler):
    """Everything that any library or file of ours logs, as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(self.format(record))

    def __enter__(self) -> Self:
        # Our own logger has a level of its own once the functions were imported.
        self.before = {name: logging.getLogger(name).level for name in ("", "owl")}
        logging.getLogger().addHandler(self)
        for name in self.before:
            logging.getLogger(name).setLevel(logging.DEBUG)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
        for name, level in self.before.items():
            logging.getLogger(name).setLevel(level)
