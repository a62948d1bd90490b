"""This file holds tickets: their numbers, their stages, and what anyone with one may be told."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple, Protocol

from chalicelib.capabilities import working_days
from chalicelib.capabilities.check_digit import check_digit, is_valid
from chalicelib.telecom import hygiene

STAGES = ("received", "processing", "more_documents", "ready", "collected", "rejected")
# How far along a stage is; going to a lower one needs a reason.
_ORDER = {"received": 0, "more_documents": 1, "processing": 1, "ready": 2, "collected": 3}
_ORDER["rejected"] = _ORDER["collected"]
FINISHED = frozenset({"ready", "collected", "rejected"})
# Nothing comes after these.
CLOSED = frozenset({"collected", "rejected"})
# More phones than a household and its helpers have is somebody else's idea.
MOST_WATCHERS = 20
OURS = 11
SHORTEST, LONGEST = 4, 20
_NUMBER = re.compile(rf"[0-9A-Z]{{{SHORTEST},{LONGEST}}}")
# How a Cambodian phone number is typed, with 0 or with 855; it must never become a key.
_PHONE = re.compile(r"\+?(?:0|855|00855)[1-9][0-9]{7,8}")
_OURS_MISREAD = re.compile(rf"[0-9OLI]{{{OURS}}}")
_DROPPED = str.maketrans("", "", " .-/#_,:;*\n")
_REPAIRS = str.maketrans("OLI", "011")


@dataclass(frozen=True, slots=True)
class Change:
    """One stage a ticket came to. `reason` is for staff and is never shown to a citizen."""

    status: str
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One application. `missing` are 1-based numbers of its service's list of documents."""

    number: str
    office: str
    service: str
    status: str
    received_on: date
    due_on: date | None
    updated_on: date
    missing: tuple[int, ...] = ()
    aliases: tuple[str, ...] = ()
    history: tuple[Change, ...] = field(default_factory=tuple)


class Standing(NamedTuple):
    """What a citizen is told of a ticket; there is no field for anything personal."""

    number: str
    stage: str
    since: date
    due: date | None
    office: str
    service: str
    missing: tuple[int, ...]
    late_by: int


class Parsed(NamedTuple):
    """A number as typed. `number` is what to look up, None where that would be useless."""

    number: str | None


class TicketStore(Protocol):
    """Where tickets are kept."""

    def find(self, number: str) -> Ticket | None:
        """Return a ticket by its number or an alias."""

    def find_many(self, numbers: Sequence[str]) -> dict[str, Ticket]:
        """Return the tickets that are there, by the number asked for."""

    def save_many(self, tickets: Iterable[Ticket]) -> None:
        """Store tickets with their aliases, replacing what was there."""


def fold(text: str) -> str:
    """Return a ticket number in the form it is stored under."""
    folded = hygiene.ascii_digits(hygiene.cleaned(text)).upper()
    return folded.translate(_DROPPED)


def parse(text: str) -> Parsed:
    """Return what to look up for what somebody typed.

    Our own numbers are 11 digits that end in a Damm check digit; one that fails it was
    mistyped, and `O`, `l` or `I` stand for digits only where the check then holds. Other
    offices' numbers are looked up as they are, but for what reads as a phone number.
    """
    number = fold(text)
    if len(number) == OURS and _OURS_MISREAD.fullmatch(number):
        number = number.translate(_REPAIRS)
        return Parsed(number if is_valid(number) else None)
    return Parsed(number if _NUMBER.fullmatch(number) and not is_phone(number) else None)


def is_phone(folded: str) -> bool:
    """Whether a folded text reads as a phone number: as a key it would stand in requests."""
    return _PHONE.fullmatch(folded) is not None


def with_check_digit(digits: str) -> str:
    """Return digits with the Damm check digit that makes them one of our numbers."""
    return digits + check_digit(digits)


def standing(ticket: Ticket, today: date, is_holiday: Callable[[date], bool]) -> Standing:
    """Return what a citizen is told; late counts working days after the due day."""
    late = 0
    if ticket.due_on is not None and ticket.status not in FINISHED:
        late = working_days.between(ticket.due_on, today, is_holiday)
    return Standing(
        number=ticket.number,
        stage=ticket.status,
        since=ticket.received_on if ticket.status == "received" else ticket.updated_on,
        due=ticket.due_on,
        office=ticket.office,
        service=ticket.service,
        missing=ticket.missing if ticket.status == "more_documents" else (),
        late_by=late,
    )


def finished_on(ticket: Ticket) -> date | None:
    """Return the day a ticket was first ready, collected or rejected; None while it is open."""
    if ticket.status not in FINISHED:
        return None
    days = [one.on for one in ticket.history if one.status in FINISHED]
    return min(days, default=ticket.updated_on)


def goes_back(old: str, new: str) -> bool:
    """Whether a change of status is a step back, which needs a reason."""
    return _ORDER[new] < _ORDER[old]


def merged(old: Ticket | None, new: Ticket, reason: str) -> Ticket:
    """Return a ticket as it is stored: the new figures, the old history, one change more."""
    change = Change(new.status, new.updated_on, reason)
    if old is None:
        return replace(new, history=(change,))
    history = old.history if old.status == new.status else (*old.history, change)
    aliases = tuple(dict.fromkeys([*old.aliases, *new.aliases]))
    return replace(new, history=history, aliases=aliases)


def is_unchanged(old: Ticket, new: Ticket) -> bool:
    """Whether storing `new` over `old` would change nothing."""
    return replace(merged(old, new, ""), history=old.history) == old
