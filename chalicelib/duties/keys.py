"""This file makes keys to the API for people and systems, and ends them; the log says who did."""

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.staff import ADMIN, CLERK, OFFICER, ORGANIZER, Person
from chalicelib.capabilities.staff_keys import SYSTEM, ApiKey, ApiKeys, Wish
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.staff import Office

# Complaints, and running the stage, are for people alone.
SYSTEM_ROLES = (CLERK, ORGANIZER, OFFICER)


def made(side: Office, keys: ApiKeys, holder: Person, wish: Wish, who: str) -> tuple[ApiKey, str]:
    """Make a key that stands for somebody or a system; return it with its text, shown once.

    Raises:
        NotAcceptable: saying what is wrong with the label, the scopes or the days.
    """
    key, text = keys.make(holder, wish, who)
    _note(side, who, "make key", key)
    return key, text


def system(side: Office, label: str, role: str, office: str) -> Person:
    """Return what a key of a program stands for, where it stands for no person.

    Raises:
        NotAcceptable: a system is nothing of that role, or needs an office and has none.
        NotFound: no office has the code.
    """
    if role not in SYSTEM_ROLES:
        raise NotAcceptable(f"a system is one of {', '.join(SYSTEM_ROLES)}, not '{role}'")
    if (role == CLERK) != bool(office):
        raise NotAcceptable("a system that is a clerk is of one office, and no other is: say which")
    if office and office not in (side.catalogue.load() or EMPTY).offices:
        raise NotFound(f"no office has the code {office}: see `owl catalogue`")
    return Person(f"{SYSTEM}{label}", frozenset({role}), office=office)


def revoked(side: Office, keys: ApiKeys, id_: str, person: Person) -> ApiKey:
    """End a key: one's own, or for an administrator any.

    Raises:
        NotFound: there is no such key, or it is somebody else's.
    """
    mine = {one.id for one in seen_by(keys, person)}
    if id_ not in mine:
        raise NotFound(f"there is no key {id_}: see the list of keys")
    key = keys.revoke(id_)
    _note(side, person.name, "revoke key", key)
    return key


def seen_by(keys: ApiKeys, person: Person) -> list[ApiKey]:
    """Return the keys that somebody may see and end."""
    return [one for one in keys.listed() if ADMIN in person.roles or one.holder.name == person.name]


def _note(side: Office, who: str, what: str, key: ApiKey) -> None:
    details = {"key": key.id, "label": key.label, "holder": key.holder.name}
    side.audit.note(Deed(who, what, {**details, "scopes": ", ".join(key.scopes)}))
