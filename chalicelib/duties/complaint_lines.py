"""This file writes complaints as the ombudsperson sees them: weeks, states, what is late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.capabilities.catalogue import Catalogue
from chalicelib.capabilities.complaints import Complaint, Limits, late, next_due
from chalicelib.settings import Settings
from chalicelib.storage.complaint_review import ref_of

HEAD = ("ref", "week", "office", "kind", "when", "state", "due", "late", "words")
LATE = {"": "", "acknowledge": "LATE to acknowledge", "answer": "LATE to answer"}
SEALED = "(sealed to who has the code)"


@dataclass(frozen=True, slots=True)
class Office:
    """What says how late a complaint is: the stage's limits, its day, its holidays."""

    settings: Settings
    today: date
    catalogue: Catalogue

    @property
    def limits(self) -> Limits:
        """The working days that a complaint may take."""
        return Limits(self.settings.acknowledge_days, self.settings.answer_days)


def plain_complaint(one: Complaint, office: Office) -> dict[str, Any]:
    """Return what is known of a complaint but its text."""
    limits, is_holiday = office.limits, office.catalogue.is_holiday
    day = next_due(one, limits, is_holiday)
    return {
        "ref": ref_of(one),
        "week": one.week,
        "office": one.office,
        "kind": one.kind,
        "when": one.when,
        "state": one.state,
        "late": late(one, office.today, limits, is_holiday),
        "due": day.isoformat() if day else "",
        "acknowledged": one.acknowledged,
        "answered": one.answered,
        "words": len(one.thread),
        "released": len(one.released),
    }


def plain_thread(one: Complaint, words: Sequence[str]) -> list[dict[str, str]]:
    """Return what was said, the citizen's words opened."""
    opened = iter(words)
    return [
        {
            "by": each.by,
            "week": each.week,
            "text": next(opened) if each.by == "citizen" else SEALED,
        }
        for each in one.thread
    ]


def as_lines(told: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return complaints as a table, with a head; nothing where there is none."""
    if not told:
        return []
    rows = [HEAD, *(tuple(map(str, _shown(one))) for one in told)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _shown(one: Mapping[str, Any]) -> list[Any]:
    return [LATE[one[name]] if name == "late" else one[name] for name in HEAD]
