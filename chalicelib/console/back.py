"""This file is what stands behind the pages: the staff side of a stage, and who may come in."""

from dataclasses import dataclass
from typing import cast

from flask import current_app, g

from chalicelib.capabilities.repeats import Pace, Repeats
from chalicelib.capabilities.staff import Identity, Person
from chalicelib.capabilities.staff_keys import ApiKeys
from chalicelib.capabilities.visits import Lockout, Visits
from chalicelib.staff import Office

NAME = "owl"


@dataclass(frozen=True, slots=True)
class Back:
    """Everything the pages use. `secret` signs cookies and forms; `is_https` as browsers see it."""

    office: Office
    identity: Identity
    visits: Visits
    lockout: Lockout
    keys: ApiKeys
    repeats: Repeats
    pace: Pace
    secret: str
    is_https: bool = True


def back() -> Back:
    """Return what stands behind the page that is being made."""
    return cast("Back", current_app.extensions[NAME])


def office() -> Office:
    """Return the staff side of the stage."""
    return back().office


def person() -> Person:
    """Return who is signed in; a page that opens for anybody has nobody."""
    return cast("Person", g.person)
