"""This file wires the console of a stage."""

import hashlib
import hmac

from chalicelib.capabilities.ledger_cells import Cells
from chalicelib.capabilities.repeats import Pace, Repeats
from chalicelib.capabilities.staff import Identity
from chalicelib.capabilities.staff_keys import ApiKeys
from chalicelib.capabilities.visits import Lockout, Visits
from chalicelib.console.back import Back
from chalicelib.duties.staff import pool_of
from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.storage.cells import DynamoCells
from chalicelib.storage.seals import Sealer


def wired(stage: Settings, *, is_https: bool = True) -> Back:
    """Return what stands behind the console of a stage; asks the user pool for its secret."""
    office = Office(stage)
    pool, cells = pool_of(office), DynamoCells(office.database)
    # One secret for every instance of the function, and none more to keep.
    secret = hmac.new(pool.secret.encode(), b"cookies of the console", hashlib.sha256).hexdigest()
    return behind(office, pool, cells, secret, is_https=is_https)


def behind(
    office: Office, pool: Identity, cells: Cells, secret: str, *, is_https: bool = True
) -> Back:
    """Return what stands behind a console whose visits, keys and counts are in `cells`."""
    clock = office.clock
    return Back(
        office,
        pool,
        Visits(cells, clock),
        Lockout(cells, clock),
        ApiKeys(cells, clock),
        Repeats(cells, clock, Sealer(_answers_key(secret))),
        Pace(cells, clock, office.settings.api_a_minute),
        secret,
        is_https,
    )


def _answers_key(secret: str) -> bytes:
    """Return the key that answers of the API are sealed with: cookies are signed with another."""
    return hmac.new(secret.encode(), b"answers of the API", hashlib.sha256).digest()
