"""This file is the whole list of pages and who may open each; no page is without a line here.

Keys are Flask's endpoints. What is of one office or one district is checked beside it, by
`operations/whose.py`: whoever asks for another's gets the page that nothing is there.
"""

from collections.abc import Iterable, Mapping

from chalicelib.capabilities.staff import (
    ADMIN,
    CLERK,
    OFFICER,
    OMBUDSPERSON,
    ORGANIZER,
    ROLES,
)
from chalicelib.errors import CivicError
from chalicelib.operations.every import OPERATIONS, SCOPES

EVERYBODY = frozenset(ROLES)
# Open to who is not signed in.
OPEN = frozenset(
    {"front.static", "front.language", "signing.start", "signing.carry_on", "api.document"}
)
PAGES: Mapping[str, frozenset[str]] = {
    "signing.leave": EVERYBODY,
    "today.show": EVERYBODY,
    "tickets.show": frozenset({CLERK, ORGANIZER, ADMIN}),
    "tickets.one": frozenset({CLERK, ORGANIZER, ADMIN}),
    "tickets.file": frozenset({CLERK, ADMIN}),
    "tickets.template": frozenset({CLERK, ADMIN}),
    **dict.fromkeys(
        [
            *(f"forums.{one}" for one in ("show", "new", "file", "template", "one")),
            *(f"forum_steps.{one}" for one in ("move", "cancel", "approve", "answer")),
            *("forum_steps.attendance", "forum_steps.actions"),
            *(f"broadcasts.{one}" for one in ("show", "new", "look", "edit", "one")),
            *("broadcasts.progress", "broadcasts.ledger"),
            *(f"broadcast_steps.{one}" for one in ("approve", "send", "pause", "resume")),
            *("broadcast_steps.cancel", "broadcast_steps.again"),
        ],
        frozenset({ORGANIZER}),
    ),
    "complaints.show": frozenset({OMBUDSPERSON}),
    "complaints.one": frozenset({OMBUDSPERSON}),
    "complaints.say": frozenset({OMBUDSPERSON}),
    "complaints.release": frozenset({OMBUDSPERSON}),
    "complaints.released": frozenset({CLERK}),
    "services.show": frozenset({CLERK, ORGANIZER, OFFICER, ADMIN}),
    "services.one": frozenset({CLERK, ORGANIZER, OFFICER, ADMIN}),
    "services.export": frozenset({CLERK, ORGANIZER, OFFICER, ADMIN}),
    "services.change": frozenset({CLERK, ADMIN}),
    "services.look": frozenset({CLERK, ADMIN}),
    "services.file": frozenset({CLERK, ADMIN}),
    "menus.show": frozenset({ORGANIZER, ADMIN}),
    "menus.cards": frozenset({CLERK, ORGANIZER, ADMIN}),
    "staff.show": frozenset({ADMIN}),
    "staff.add": frozenset({ADMIN}),
    "staff.disable": frozenset({ADMIN}),
    "staff.renew": frozenset({ADMIN}),
    "staff.settings": frozenset({ADMIN, ORGANIZER}),
    "staff.log": frozenset({ADMIN, OFFICER}),
    "reports.show": EVERYBODY,
    "reports.csv": EVERYBODY,
    "reports.paper": EVERYBODY,
    "keys.show": EVERYBODY,
    "keys.make": EVERYBODY,
    "keys.revoke": EVERYBODY,
    **{f"api.{one.name}": SCOPES[one.scope] for one in OPERATIONS.values()},
    "switch.show": frozenset({ORGANIZER, ADMIN}),
    "switch.turn": frozenset({ORGANIZER, ADMIN}),
}


class Unlisted(CivicError):
    """A page without a line here, or a line without a page: the console does not start."""


def check(endpoints: Iterable[str]) -> None:
    """Hold the list to the pages that are there.

    Raises:
        Unlisted: naming what differs.
    """
    there = set(endpoints)
    differing = there.symmetric_difference(set(PAGES) | OPEN)
    if differing:
        raise Unlisted(
            f"in roles.py or in the console, not in both: {', '.join(sorted(differing))}"
        )


def may(roles: Iterable[str], endpoint: str) -> bool:
    """Whether somebody of these roles may open a page."""
    return not PAGES.get(endpoint, frozenset()).isdisjoint(roles)
