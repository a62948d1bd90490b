"""This file counts people; counts are all that ever leaves the table of people."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from chalicelib.capabilities.subscribers import Member


@dataclass(slots=True)
class Counts:
    """How many people there are, who of them agreed, said STOP, and may be sent to."""

    people: int = 0
    consented: int = 0
    opted_out: int = 0
    reachable: int = 0

    def add(self, member: Member) -> None:
        """Count one person."""
        self.people += 1
        self.consented += member.consented
        self.opted_out += member.opted_out
        self.reachable += member.reachable


@dataclass(slots=True)
class Tally:
    """Counts of everybody, and by the language in which they are written to."""

    everybody: Counts = field(default_factory=Counts)
    languages: dict[str, Counts] = field(default_factory=dict)


def counted(members: Iterable[Member], default_language: str) -> Tally:
    """Count people; who chose no language is written to in the stage's own."""
    tally = Tally()
    for member in members:
        language = member.language or default_language
        tally.everybody.add(member)
        tally.languages.setdefault(language, Counts()).add(member)
    return tally
