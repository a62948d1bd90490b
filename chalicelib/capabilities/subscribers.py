"""This file says what OWL keeps about a person, and what that changes: words, never keys."""

from datetime import datetime
from typing import NamedTuple, Self

REPLY, CONFIRM, SCREEN = "reply", "confirm", "screen"
# What news may be about. Who chose none of them hears of all.
TOPICS = ("forums", "fees", "office")
SEXES = ("women", "men")
DISTRICT_DIGITS = 4


class Invitation(NamedTuple):
    """The last forum a person was asked to come to. `asked` is None once the answer is known.

    Words of yes and no mean this forum until it takes place; a digit does only while it waits.
    """

    forum: str
    at: datetime
    asked: datetime | None = None

    @property
    def written(self) -> str:
        """What is stored of it beside the moment it was asked: `041 2026-12-05T08:30+07:00`."""
        return f"{self.forum} {self.at.isoformat(timespec='minutes')}"

    @classmethod
    def read(cls, written: str | None, asked: str | None) -> Self | None:
        """Return the invitation of a row, or None where there is none."""
        if not written:
            return None
        forum, _, at = written.partition(" ")
        return cls(
            forum, datetime.fromisoformat(at), datetime.fromisoformat(asked) if asked else None
        )

    def is_coming(self, now: datetime) -> bool:
        """Whether the forum has not begun yet, so that an answer means something."""
        return now < self.at

    def waits(self, now: datetime) -> bool:
        """Whether the question is open: asked, not answered, and not over."""
        return self.asked is not None and self.is_coming(now)


class Profile(NamedTuple):
    """What is stored about a party. `language` is None for who never chose one.

    `watched` are the tickets they wait for; only who answers an SMS is told them.
    """

    language: str | None = None
    opted_out: bool = False
    commune: str = ""
    invitation: Invitation | None = None
    watched: tuple[str, ...] = ()
    sex: str = ""

    @property
    def known(self) -> bool:
        """Whether the party has chosen a language."""
        return self.language is not None

    @property
    def district(self) -> str:
        """The district of the party's commune; empty where none is known."""
        return self.commune[:DISTRICT_DIGITS]


class Member(NamedTuple):
    """One person as a message to many sees them. `id` is the keyed hash of the party.

    There is no number here: the sender alone opens it. `network` is all that prices need.
    `topics` are those chosen; none of them means all.
    """

    id: str
    commune: str = ""
    language: str | None = None
    topics: frozenset[str] = frozenset()
    sex: str = ""
    network: str = ""
    consented: bool = False
    opted_out: bool = False

    @property
    def reachable(self) -> bool:
        """Whether a message that was not asked for may go to this person."""
        return self.consented and not self.opted_out


STRANGER = Profile()


def mark_in(person: str) -> str:
    """Return the mark of the contacts key that an id is by; ids themselves have no colon."""
    return person[: person.find(":") + 1]
