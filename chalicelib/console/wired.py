"""This file wires the console of a stage."""

import hashlib
import hmac

from chalicelib.capabilities.visits import Lockout, Visits
from chalicelib.console.back import Back
from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.storage.cells import DynamoCells
from chalicelib.storage.user_pool import CognitoPool

LOCAL = "local"


def wired(stage: Settings, *, is_https: bool = True) -> Back:
    """Return what stands behind the console of a stage; asks the user pool for its secret."""
    office = Office(stage)
    pool, cells = user_pool(office), DynamoCells(office.database)
    # One secret for every instance of the function, and none more to keep.
    secret = hmac.new(pool.secret.encode(), b"cookies of the console", hashlib.sha256).hexdigest()
    visits, lockout = Visits(cells, office.clock), Lockout(cells, office.clock)
    return Back(office, pool, visits, lockout, secret, is_https)


def user_pool(office: Office) -> CognitoPool:
    """Return the staff of a stage; only on a laptop a password alone may be enough."""
    stage = office.settings
    needs_code = stage.second_factor or stage.stage != LOCAL
    return CognitoPool(office.database, needs_code=needs_code)
