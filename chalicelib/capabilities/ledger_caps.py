"""This file says how many messages of a kind one person may get: exact, also for two at once.

An entry of a person's row is `seconds place`: when a message was let through, and the place in
the ledger it was let through for. The same place again is the same message, tried again; another
place of the same message is a second copy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

DAY = timedelta(days=1).total_seconds()


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `most` messages in `seconds`."""

    most: int
    seconds: float


# A forum's messages are bounded by their ids: one invitation, three reminders, one for each move.
CAPS: Mapping[str, tuple[Cap, ...]] = {
    "notice": (Cap(3, DAY),),
    "forum": (),
    "broadcast": (Cap(1, DAY), Cap(4, 30 * DAY)),
}
CAPPED, TWICE = "over_cap", "second_copy"


def admitted(
    kind: str, entries: Sequence[str], message: str, place: str, now: int
) -> tuple[list[str], str]:
    """Return a person's entries with one more message in them, or why it may not go out.

    `message` is the id of the message, `place` its chunk and the place in it.
    """
    kept = [one for one in entries if now - _at(one) < _longest(kind)]
    if any(_place(one) == f"{message} {place}" for one in kept):
        return kept, ""
    if any(_place(one).startswith(f"{message} ") for one in kept):
        return kept, TWICE
    for cap in CAPS[kind]:
        if sum(now - _at(one) < cap.seconds for one in kept) >= cap.most:
            return kept, CAPPED
    return [*kept, f"{now} {message} {place}"], ""


def _longest(kind: str) -> float:
    return max((cap.seconds for cap in CAPS[kind]), default=0.0)


def _at(entry: str) -> int:
    return int(entry.partition(" ")[0])


def _place(entry: str) -> str:
    return entry.partition(" ")[2]
