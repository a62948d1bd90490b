"""This file is what the acts of a play share: the stage, its staff, and what is said of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.deployed.desk import Staff, hired
from tests.deployed.stage import Deployed

OFFICE = "0212"
COMMUNE, TICKET = "021204", "02122600428"
ADMIN = "admin"
# name -> role and place; the second organizer is for what takes two people.
PEOPLE = {
    ADMIN: ("admin", ""),
    "dara": ("organizer", ""),
    "bopha": ("organizer", ""),
    "chan": ("clerk", OFFICE),
    "sokha": ("ombudsperson", OFFICE),
}


@dataclass
class Scene:
    """One play: `notes` are figures worth printing beside an act.

    `due_at` is when a reminder was due, `unreported` are messages and numbers without a report.
    """

    stage: Deployed
    staff: dict[str, Staff] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    due_at: float = 0.0
    unreported: list[tuple[str, str]] = field(default_factory=list)

    def note(self, said: str) -> None:
        """Say something beside the act that is played."""
        self.notes.append(said)

    def hire(self, *names: str) -> None:
        """Let people in for the first time."""
        self.staff |= {name: hired(self.stage, name, *PEOPLE[name]) for name in names}


Act = Callable[[Scene], None]


def number(n: int) -> str:
    """Return a fictional number."""
    return f"+8551234{n:05}"
