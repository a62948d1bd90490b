"""This file says whose office and district is whose: what is another's is as if not there."""

from chalicelib.capabilities.staff import ADMIN, CLERK, OMBUDSPERSON, ORGANIZER, Person
from chalicelib.errors import CivicError

# Who sees the tickets of every office, and who loads them for every office.
SEE_ALL, LOAD_ALL = frozenset({ADMIN, ORGANIZER}), frozenset({ADMIN})


class Elsewhere(CivicError):
    """It belongs to another office or district; whoever asks is told that nothing is there."""


def must_be_of(person: Person, office: str) -> None:
    """Hold somebody to their own office.

    Raises:
        Elsewhere: a clerk asks for another one's.
    """
    if office_of(person) not in {"", office}:
        raise Elsewhere("of another office")


def district_of(person: Person) -> str:
    """Return the district whose complaints somebody reads.

    Raises:
        Elsewhere: they read those of none.
    """
    if OMBUDSPERSON not in person.roles or not person.district:
        raise Elsewhere("of no district")
    return person.district


def office_of(person: Person, beyond: frozenset[str] = SEE_ALL) -> str:
    """Return the one office that somebody is held to; empty for who is held to none.

    `beyond` are the roles that reach every office; no other role beside a clerk's widens it.

    Raises:
        Elsewhere: a clerk whose account names no office.
    """
    if CLERK not in person.roles or person.roles & beyond:
        return ""
    if not person.office:
        raise Elsewhere("of no office")
    return person.office
