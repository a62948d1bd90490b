"""This file says what happened, in fields from a closed list: never who, never what was said."""

import json
import logging
from typing import Protocol

ALLOWED = frozenset(
    {"event", "route", "outcome", "kind", "status", "seconds", "error", "cold", "n", "version"}
)
log = logging.getLogger("owl")


class Observer(Protocol):
    """Takes one event with fields of the closed list."""

    def __call__(self, event: str, **fields: str | float | bool) -> None:
        """Note one event."""


def observed(event: str, **fields: str | float | bool) -> None:
    """Write one event as a line of JSON.

    Raises:
        ValueError: a field is not in the closed list; a programming error, met in tests.
    """
    stray = fields.keys() - ALLOWED
    if stray:
        raise ValueError(f"not a field that may be logged: {', '.join(sorted(stray))}")
    log.info(json.dumps({"event": event, **fields}))
