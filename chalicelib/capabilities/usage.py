"""This file holds what is counted of a session: numbers of things done, never who did them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

INFORMATION, TRACKING, CONSENT = "information", "tracking", "consent"
# The question of a message that OWL could not read; its words are not kept.
NOT_UNDERSTOOD = "not_understood"


class Count(NamedTuple):
    """One cell that a session adds 1 to; an empty field says nothing.

    `kind` is `information`, `tracking`, `forum` or `consent`; ratings and complaints are counted
    by the tally, so that no session row stands beside them. `outcome` of an application that was
    found is its stage, or `overdue`.
    """

    channel: str
    language: str
    kind: str
    service: str = ""
    question: str = ""
    outcome: str = ""
    office_district: str = ""
    asker_district: str = ""

    @property
    def cell(self) -> str:
        """The cell's id within its day."""
        return "#".join(self)


def counts_of(
    visited: Iterable[tuple[str, Mapping[str, object]]],
    *,
    channel: str,
    language: str,
    asker_district: str = "",
) -> list[Count]:
    """Return the cells one session adds to: each thing looked at counts once."""
    counts = [
        _count(tag, facts, channel, language, asker_district) for tag, facts in visited if tag
    ]
    return list(dict.fromkeys(counts))


def _count(
    tag: str, facts: Mapping[str, object], channel: str, language: str, asker_district: str
) -> Count:
    kind, _, question = tag.partition(".")
    return Count(
        channel=channel,
        language=language,
        kind=kind,
        service=str(facts.get("service", "")),
        question=question,
        outcome=str(facts.get("standing") or facts.get("outcome", "")),
        office_district=str(facts.get("district", "")),
        asker_district=asker_district,
    )
