"""This file says whose office and district is whose: what is another's is as if not there."""

from chalicelib.capabilities.staff import CLERK, OMBUDSPERSON, Person
from chalicelib.errors import CivicError

DISTRICT_DIGITS = 4


class Elsewhere(CivicError):
    """It belongs to another office or district; whoever asks is told that nothing is there."""


def must_be_of(person: Person, office: str) -> None:
    """Hold somebody to their own office.

    Raises:
        Elsewhere: a clerk asks for another one's.
    """
    if CLERK in person.roles and not reaches_all(person) and office != person.office:
        raise Elsewhere("of another office")


def district_of(person: Person) -> str:
    """Return the district whose complaints somebody reads.

    Raises:
        Elsewhere: they read those of none.
    """
    if OMBUDSPERSON not in person.roles or not person.district:
        raise Elsewhere("of no district")
    return person.district


def office_of(person: Person) -> str:
    """Return the one office somebody works for; empty for who sees all of them."""
    return "" if CLERK not in person.roles or reaches_all(person) else person.office


def reaches_all(person: Person) -> bool:
    """Whether a role beside a clerk's sees every office."""
    return bool(person.roles - {CLERK, OMBUDSPERSON})
