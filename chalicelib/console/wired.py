"""This file wires the console of a stage."""

import hashlib
import hmac

from chalicelib.capabilities.visits import Lockout, Visits
from chalicelib.console.back import Back
from chalicelib.duties.staff import pool_of
from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.storage.cells import DynamoCells


def wired(stage: Settings, *, is_https: bool = True) -> Back:
    """Return what stands behind the console of a stage; asks the user pool for its secret."""
    office = Office(stage)
    pool, cells = pool_of(office), DynamoCells(office.database)
    # One secret for every instance of the function, and none more to keep.
    secret = hmac.new(pool.secret.encode(), b"cookies of the console", hashlib.sha256).hexdigest()
    visits, lockout = Visits(cells, office.clock), Lockout(cells, office.clock)
    return Back(office, pool, visits, lockout, secret, is_https)
