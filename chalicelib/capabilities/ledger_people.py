"""This file says what the sender may learn of people: their numbers, and who said STOP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, repr=False)
class Reached:
    """One person at the moment of the post; `number` is empty where it cannot be opened."""

    number: str
    opted_out: bool


class Addressees(Protocol):
    """The people of a stage, as the sender alone may see them."""

    def reach(self, people: Sequence[str]) -> Mapping[str, Reached]:
        """Read people as they are now; who is not there was forgotten.

        Raises:
            Unavailable: the database did not answer.
        """

    def invite(self, people: Sequence[str], question: str) -> None:
        """Say of people which forum's question is open for them, so that a YES is understood."""

    def stop(self, person: str) -> None:
        """Note that the gateway has somebody on its block list: they said STOP there."""
