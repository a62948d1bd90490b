"""This file says how staff prove who they are: the port that a user pool stands behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from chalicelib.errors import CivicError

ORGANIZER, CLERK, OMBUDSPERSON = "organizer", "clerk", "ombudsperson"
OFFICER, ADMIN = "officer", "admin"
ROLES = (ORGANIZER, CLERK, OMBUDSPERSON, OFFICER, ADMIN)
SHORTEST = 12
# What somebody must still do before they are signed in.
Kind = Literal["new_password", "enrol", "code", "done"]


class SignInRefused(CivicError):
    """A sign-in that is not let through; why is nobody's business but the log's."""


class SignInSpent(SignInRefused):
    """A sign-in that took too long or was used up: it begins again with the password."""


class CodeRefused(SignInRefused):
    """A wrong code of the second factor; another may be tried."""


class PasswordTooWeak(SignInRefused):
    """A new password that the pool's rules refuse; another may be tried."""


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff. A clerk is of one `office`, an ombudsperson of one `district`."""

    name: str
    roles: frozenset[str]
    office: str = ""
    district: str = ""
    is_disabled: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """How far a sign-in came. `token` and `secret` never reach a log.

    `token` carries the sign-in on and stays on our side; `secret` is the base32 key of the second
    factor, shown once to who enrols; `person` is there once it is done.
    """

    kind: Kind
    name: str
    token: str = ""
    secret: str = ""
    person: Person | None = None


class Identity(Protocol):
    """Who the staff are, and how they sign in."""

    def start(self, name: str, password: str) -> Step:
        """Begin a sign-in by a password.

        Raises:
            SignInRefused: unknown, disabled, locked or wrong, all told alike.
        """

    def answer(self, step: Step, said: str) -> Step:
        """Carry a sign-in on: a new password, or a code of the second factor.

        Raises:
            PasswordTooWeak: the step stays; another password may be tried.
            CodeRefused: the step stays; another code may be tried.
            SignInSpent: it begins again.
        """

    def look(self, name: str) -> Person | None:
        """Return somebody as they are now; None where there is nobody of the name."""

    def add(self, person: Person, password: str) -> None:
        """Add one of the staff, who must change the password on the first sign-in.

        Raises:
            NotAcceptable: the name is taken, or the password too weak.
        """

    def disable(self, name: str) -> None:
        """Let somebody sign in no more.

        Raises:
            NotFound: there is nobody of the name.
        """

    def everybody(self) -> Sequence[Person]:
        """Return all of the staff, by name."""


def is_strong(password: str) -> bool:
    """Whether a password has what the user pool asks for: 12 signs, of four kinds."""
    kinds = (str.islower, str.isupper, str.isdigit, lambda one: not one.isalnum())
    return len(password) >= SHORTEST and all(any(map(kind, password)) for kind in kinds)
