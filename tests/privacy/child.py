"""This file is a process that rates or counts on an emulator, until it is done or killed.

    python -m tests.privacy.child rate ENDPOINT STAGE LOG SEED
    python -m tests.privacy.child count ENDPOINT STAGE

Whom it thanked it writes to LOG at once: that log, not our tables, says what citizens were told.
"""

import random
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from chalicelib.capabilities.ballots_tally import Tally
from chalicelib.errors import Unavailable
from chalicelib.storage.keys import TALLY_KEYS, OwnKeyRing
from chalicelib.storage.scores import DynamoBallotBox
from tests.builders import a_ballot, a_party
from tests.world import StoppedClock, World, a_dynamo_world

OFFICES = ("0106", "0212", "0403")
SHARE = 250
# The month of the ballots is over, so that a run counts all of them, however few.
AFTER = datetime(2026, 12, 1, 2, 30, tzinfo=ZoneInfo("Asia/Phnom_Penh"))


def a_world(endpoint: str, stage: str) -> World:
    """Return the stage on the emulator."""
    return a_dynamo_world(StoppedClock(), endpoint=endpoint, stage=stage)


def ballots_of(seed: int, share: int = SHARE) -> list[tuple[str, str]]:
    """Return who rates which office: some of them twice, and some as others do too."""
    chance = random.Random(seed)
    phones = [f"+855{12_000_000 + chance.randrange(share * 16)}" for _ in range(share * 4 // 5)]
    phones += chance.choices(phones, k=share - len(phones))
    return [(phone, OFFICES[int(phone) % 3]) for phone in phones]


def rate(endpoint: str, stage: str, log: str, seed: str) -> None:
    """Cast a share of ballots; one that was not recorded is cast again, as citizens do."""
    world = a_world(endpoint, stage)
    with Path(log).open("a", encoding="utf-8") as thanked:
        for phone, office in ballots_of(int(seed)):
            while not _recorded(world, phone, office):
                pass
            thanked.write(f"{phone} {office}\n")
            thanked.flush()


def _recorded(world: World, phone: str, office: str) -> bool:
    try:
        world.desk.cast(a_party(number=phone), a_ballot(office=office))
    except Unavailable:
        return False
    return True


def count(endpoint: str, stage: str) -> None:
    """Count what is in the box."""
    world = a_world(endpoint, stage)
    keys = OwnKeyRing(world.database, world.clock, TALLY_KEYS)
    Tally(DynamoBallotBox(world.database, keys), lambda _: {}, random.shuffle).run(AFTER)


if __name__ == "__main__":
    {"rate": rate, "count": count}[sys.argv[1]](*sys.argv[2:])
