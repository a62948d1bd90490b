"""This file says how staff prove who they are: the port that a user pool stands behind."""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from chalicelib.errors import CivicError, NotAcceptable

ORGANIZER, CLERK, OMBUDSPERSON = "organizer", "clerk", "ombudsperson"
OFFICER, ADMIN = "officer", "admin"
ROLES = (ORGANIZER, CLERK, OMBUDSPERSON, OFFICER, ADMIN)
SHORTEST, LONGEST = 12, 200
# What a user pool counts as signs; letters of other scripts are none of its kinds.
KINDS = (
    string.ascii_lowercase,
    string.ascii_uppercase,
    string.digits,
    "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ",
)
NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
CODE = re.compile(r"[0-9]{6}")
REFUSED = "the name or the password is wrong"
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
    token: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
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

    def renew(self, name: str, password: str) -> None:
        """Give somebody a first password again, and take the second factor: the phone was lost.

        Raises:
            NotAcceptable: the password is too weak.
            NotFound: there is nobody of the name.
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
    has_all = all(any(sign in kind for sign in password) for kind in KINDS)
    # A space at an end would be lost on the way, and somebody locked out.
    return SHORTEST <= len(password) <= LONGEST and has_all and password == password.strip()


def strong(password: str) -> str:
    """Return a password that the pool takes.

    Raises:
        NotAcceptable: it is too weak.
    """
    if not is_strong(password):
        raise NotAcceptable("the password is too weak: take 12 signs or more of all kinds")
    return password


def folded(name: str) -> str:
    """Return a name as it is kept: however somebody types theirs, they are one person."""
    return name.strip().casefold()


def code_in(said: str) -> str:
    """Return the code in what somebody typed, as apps show it in two groups.

    Raises:
        CodeRefused: it is not six digits.
    """
    code = "".join(said.split())
    if not CODE.fullmatch(code):
        raise CodeRefused("a code is six digits")
    return code


def checked(person: Person) -> Person:
    """Return somebody who may be added.

    Raises:
        NotAcceptable: saying what is wrong with the name, the role or the place.
    """
    if not NAME.fullmatch(person.name):
        raise NotAcceptable(
            f"'{person.name}' is no name to sign in by: write 2 to 40 of a-z, 0-9, dot, dash and "
            "underscore, a letter first"
        )
    if not person.roles or not person.roles <= frozenset(ROLES):
        raise NotAcceptable(f"{person.name} needs a role: one of {', '.join(ROLES)}")
    if (CLERK in person.roles) != bool(person.office):
        raise NotAcceptable("a clerk is of one office, and nobody else is of any: say which")
    if (OMBUDSPERSON in person.roles) != bool(person.district):
        raise NotAcceptable("an ombudsperson is of one district, and nobody else is: say which")
    return person
