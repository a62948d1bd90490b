"""This file holds the words of one SMS: as much of it as is read, and what it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.capabilities.subscribers import REPLY
from chalicelib.capabilities.usage import Count
from chalicelib.capabilities.usage_slips import Slip
from chalicelib.channels.promise import Promise
from chalicelib.telecom.clusters import clusters

# An SMS of ten parts; what stands beyond it is not read, for reading it all takes long.
MOST_TEXT = 1_600


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What one message comes to: words, the menu left open, the writes beside the reply.

    `with_reply` are writes that are done only where the words are sent; `promise` is the reply
    taken before, where something was kept that needs it. `slip` is all that is kept of words that
    were not understood.
    """

    text: str
    language: str
    typed: tuple[str, ...] | None
    message_class: str = REPLY
    writes: tuple[Any, ...] = ()
    with_reply: tuple[Any, ...] = ()
    counts: Sequence[Count] = ()
    promise: Promise | None = None
    slip: Slip | None = None


def readable(text: str) -> str:
    """Return as much of a text as is read, cut where no cluster is."""
    if len(text) <= MOST_TEXT:
        return text
    return "".join(clusters(text[: MOST_TEXT + 1])[:-1])
