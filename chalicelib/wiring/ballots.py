"""This file wires the nightly tally: keys of the months, ratings counted, months closed."""

import random
from zoneinfo import ZoneInfo

from chalicelib.capabilities.ballots_tally import Tally, is_due
from chalicelib.gateways.made import files_of
from chalicelib.observe import observed
from chalicelib.ports import Clock
from chalicelib.storage.base import Database
from chalicelib.storage.census import DynamoCensus
from chalicelib.storage.key_maker import ensure_keys
from chalicelib.storage.keys import TALLY_KEYS, OwnKeyRing
from chalicelib.storage.scores import DynamoBallotBox


def tally_in(database: Database, clock: Clock) -> None:
    """Make the keys that a stage lacks, and once a night count ratings and close months."""
    stage = database.settings
    ensure_keys(database, clock.now(), gateways=files_of(stage))
    counting = tally_of(database, clock)
    now = clock.now().astimezone(ZoneInfo(stage.timezone))
    if is_due(now, counting.box.tallied_on(), random.random()):  # noqa: S311 - spreads, hides nothing
        done = counting.run(now)
        # How many there were is no log's business.
        observed("tallied")
        if done.unreadable:
            observed("alarm", kind="ballots_unreadable")


def tally_of(database: Database, clock: Clock) -> Tally:
    """Return what counts the ratings of a stage."""
    zone = ZoneInfo(database.settings.timezone)
    box = DynamoBallotBox(database, OwnKeyRing(database, clock, TALLY_KEYS))
    census = DynamoCensus(database, lambda: clock.now().astimezone(zone).date())
    return Tally(box, census, random.SystemRandom().shuffle)
