"""This file forgets one citizen everywhere a number leads, and proves it by reading again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.telecom.messages import Party

# What no number leads to, and until when it is there.
UNREACHED = (
    ("messages seen, submits, outbox", "kept under ids of their own, gone within 2 days"),
    ("delivery of single replies", "kept under the gateway's ids, gone after 30 days"),
    ("the months before the last", "their keys are destroyed, so nothing leads there"),
    ("ratings, comments, complaints", "by design nobody can tell whose they are"),
    ("backups", "point-in-time copies of the tables go after 35 days"),
    ("phone company and gateway", "they keep what they saw; ask them"),
)


class Erasable(Protocol):
    """One place where a number leads to something about its holder."""

    @property
    def name(self) -> str:
        """What is there, in a few words."""

    def count(self, party: Party) -> int:
        """Say how much of a party is there, read from the table itself."""

    def erase(self, party: Party) -> None:
        """Remove all of a party that is there; again is harmless."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was found at one place, and what was left when it was read again."""

    name: str
    found: int
    left: int


def forget(party: Party, places: Sequence[Erasable], *, dry_run: bool = False) -> list[Erased]:
    """Erase a party at every place, in their order, then read each again.

    Everything is counted first: one place may hold what leads to another.

    Raises:
        Unavailable: the database stopped answering; the same again goes on.
    """
    found = [place.count(party) for place in places]
    for place in () if dry_run else places:
        place.erase(party)
    left = [place.count(party) for place in places]
    return [
        Erased(place.name, before, after)
        for place, before, after in zip(places, found, left, strict=True)
    ]
