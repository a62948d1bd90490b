"""This file adds staff and lets them go; the log says who did, and never a password."""

import secrets
from dataclasses import replace

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.capabilities.staff import Identity, Person, checked, folded, is_strong
from chalicelib.capabilities.staff_keys import ApiKeys
from chalicelib.capabilities.visits import Visits
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.settings import LOCAL
from chalicelib.staff import Office
from chalicelib.storage.cells import DynamoCells
from chalicelib.storage.user_pool import CognitoPool

# Longer than anybody guesses, and short enough to be read out; the end has a sign of each kind.
RANDOM_BYTES, EVERY_KIND = 12, "-9aA"
NO_POOL = (
    "OWL_USER_POOL is not set, so no staff are known here: give it the id of the pool "
    "owl-STAGE-staff (aws cognito-idp list-user-pools --max-results 60)"
)


def pool_of(side: Office) -> CognitoPool:
    """Return the staff of a stage; only on a laptop a password alone may be enough.

    Raises:
        NotAcceptable: nobody said which user pool it has.
    """
    stage = side.settings
    if not stage.user_pool:
        raise NotAcceptable(NO_POOL)
    needs_code = stage.second_factor or stage.stage != LOCAL
    return CognitoPool(side.database, needs_code=needs_code)


def added(side: Office, pool: Identity, person: Person, who: str) -> str:
    """Add one of the staff; return the first password, which nobody can ask for again.

    Raises:
        NotAcceptable: the name is taken or none, or the role or place is none.
        NotFound: nobody knows the office or the district.
    """
    new, password = checked(replace(person, name=folded(person.name))), first_password()
    place = new.office or new.district
    if place and place not in (side.catalogue.load() or EMPTY).offices:
        raise NotFound(f"no office has the code {place}: see `owl catalogue`")
    pool.add(new, password)
    details = {"name": new.name, "role": ", ".join(sorted(new.roles)), "place": place}
    side.audit.note(Deed(who, "add staff", details))
    return password


def renewed(
    side: Office, pool: Identity, visits: Visits, keys: ApiKeys, name: str, *, who: str
) -> str:
    """Let somebody who lost a password or a phone begin again; return the new first password.

    Their keys end too: whoever has the phone may have made one, or have the laptop with them.

    Raises:
        NotFound: there is nobody of the name.
    """
    password = first_password()
    pool.renew(name, password)
    visits.end_all(folded(name))
    keys.revoke_all(folded(name))
    side.audit.note(Deed(who, "renew staff", {"name": folded(name)}))
    return password


def disabled(
    side: Office, pool: Identity, visits: Visits, keys: ApiKeys, name: str, *, who: str
) -> None:
    """Let somebody sign in no more; what they have open ends, and their keys.

    Raises:
        NotAcceptable: it is oneself, and nobody might be left to undo it.
        NotFound: there is nobody of the name.
    """
    if folded(name) == folded(who):
        raise NotAcceptable("you cannot disable yourself: ask another admin")
    pool.disable(name)
    visits.end_all(folded(name))
    keys.revoke_all(folded(name))
    side.audit.note(Deed(who, "disable staff", {"name": folded(name)}))


def ending(keys: ApiKeys, name: str) -> tuple[int, int]:
    """Return how many keys of somebody end with them, and how many of systems they made go on."""
    mine = keys.of(folded(name))
    lasting = [one for one in keys.listed() if one.is_system and one.lasts(keys.now())]
    return len(mine), sum(one.made_by == folded(name) for one in lasting)


def visits_of(side: Office) -> Visits:
    """Return the visits of a stage's console."""
    return Visits(DynamoCells(side.database), side.clock)


def keys_of(side: Office) -> ApiKeys:
    """Return the keys to a stage's API."""
    return ApiKeys(DynamoCells(side.database), side.clock)


def first_password() -> str:
    """Return a password for the first sign-in, strong by the pool's rules."""
    while True:
        password = f"{secrets.token_urlsafe(RANDOM_BYTES)}{EVERY_KIND}"
        # One that begins with a dash reads as an option where it is pasted.
        if is_strong(password) and password[0].isalnum():
            return password
