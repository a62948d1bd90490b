"""This file keeps the screens that everybody sees alike, so that each is made once.

A service costs the same whoever asks. What such a screen says depends on the catalogue and on
how a session began, never on who dials: those that read or write anything of a party are not
kept, nor those of private screens.
"""

import re
from typing import NamedTuple

from chalicelib.capabilities.catalogue import EMPTY, Catalogue

# Every service in three languages with its pages, and the lists that lead there.
MOST = 2_000
# A key or a printed code; anything longer may be a number or a name, typed by mistake.
SHORT = re.compile(r"(?:[0-9]{1,4}(?:\*[0-9]{1,4}){0,14})?")


class Place(NamedTuple):
    """Where a session stands: its transcript, and how it began as the fields of an echo tell."""

    text: str
    began: str


class CommonScreens:
    """The screens of one catalogue in one process; another catalogue begins anew."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self.catalogue, self.kept = EMPTY, dict[Place, str]()

    def find(self, place: Place, catalogue: Catalogue) -> str | None:
        """Return the words that everybody sees at a place, or None where they are not kept."""
        return self.kept.get(place) if catalogue is self.catalogue else None

    def keep(self, place: Place, catalogue: Catalogue, words: str) -> None:
        """Keep the words of a place; of too many the oldest go."""
        if catalogue is not self.catalogue:
            self.catalogue, self.kept = catalogue, {}
        if not SHORT.fullmatch(place.text):
            return
        self.kept[place] = words
        if len(self.kept) > MOST:
            del self.kept[next(iter(self.kept))]
