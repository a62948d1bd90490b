"""This file is the whole list of operations, and which scope is for whom."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.capabilities.staff import ADMIN, CLERK, OFFICER, OMBUDSPERSON, ORGANIZER, ROLES
from chalicelib.operations import (
    broadcasts,
    catalogue,
    complaints,
    forum_talk,
    forums,
    me,
    menus,
    people,
    reports,
    sending,
    tickets,
)
from chalicelib.operations.base import Operation
from chalicelib.operations.imports import Intake

MODULES = (
    *(me, tickets, catalogue, forums, forum_talk, broadcasts),
    *(complaints, reports, people, sending, menus),
)
# Who may hold a key to what; a key holds no more than its holder may.
SCOPES: Mapping[str, frozenset[str]] = {
    me.SCOPE: frozenset(ROLES),
    "tickets:read": frozenset({CLERK, ORGANIZER, ADMIN}),
    "tickets:write": frozenset({CLERK, ADMIN}),
    "services:read": frozenset({CLERK, ORGANIZER, OFFICER, ADMIN}),
    "services:write": frozenset({CLERK, ADMIN}),
    # A clerk is of one office, and these rows are of all.
    "places:write": frozenset({ADMIN}),
    "forums:read": frozenset({ORGANIZER}),
    "forums:write": frozenset({ORGANIZER}),
    "forums:approve": frozenset({ORGANIZER}),
    "broadcasts:read": frozenset({ORGANIZER}),
    "broadcasts:write": frozenset({ORGANIZER}),
    "broadcasts:approve": frozenset({ORGANIZER}),
    "broadcasts:send": frozenset({ORGANIZER}),
    "people:read": frozenset({ORGANIZER, ADMIN}),
    "people:write": frozenset({ORGANIZER, ADMIN}),
    "complaints:read": frozenset({OMBUDSPERSON}),
    "complaints:write": frozenset({OMBUDSPERSON}),
    "complaints:released": frozenset({CLERK}),
    "reports:read": frozenset(ROLES),
    "scorecards:write": frozenset({OFFICER, ADMIN}),
    "menus:read": frozenset({ORGANIZER, ADMIN}),
    "sending:read": frozenset({ORGANIZER, ADMIN}),
    "sending:write": frozenset({ORGANIZER, ADMIN}),
}
# What a person answers for, or reads in confidence: no program does it by itself. What two people
# agree to is written by one of them: behind a system might be the other.
PERSONAL = frozenset(
    {
        *("forums:write", "forums:approve", "broadcasts:write", "broadcasts:approve"),
        *("people:read", "people:write"),
        *("complaints:read", "complaints:write", "complaints:released"),
        *("sending:read", "sending:write"),
    }
)


def _of(module: Any) -> Iterator[tuple[str, Operation[Any, Any] | Intake[Any]]]:
    for name, value in vars(module).items():
        if isinstance(value, Operation | Intake) and not name.startswith("_"):
            yield name, value


def _operation(value: Operation[Any, Any] | Intake[Any]) -> Operation[Any, Any]:
    return value.operation if isinstance(value, Intake) else value


OPERATIONS: Mapping[str, Operation[Any, Any]] = {
    one.name: one for module in MODULES for one in map(_operation, dict(_of(module)).values())
}


def scopes_of(roles: frozenset[str]) -> list[str]:
    """Return the scopes that somebody of these roles may hold."""
    return [
        scope for scope, may in SCOPES.items() if scope != me.SCOPE and not may.isdisjoint(roles)
    ]
