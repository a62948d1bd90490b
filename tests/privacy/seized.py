"""This file makes what a thief would seize: a stage on which people rated, a month after."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.capabilities.ballots_tally import Tally
from chalicelib.storage.census import DynamoCensus
from chalicelib.storage.key_maker import make_keys
from chalicelib.storage.keys import TALLY_KEYS, OwnKeyRing
from chalicelib.storage.scores import DynamoBallotBox
from tests.builders import a_ballot, a_party
from tests.phone import Phone
from tests.privacy.attack import TABLES
from tests.world import World

ZONE = ZoneInfo("Asia/Phnom_Penh")
OFFICES = ("0106", "0212", "0403")
# Days later the month is over, its ratings are counted and its key and tokens are gone.
CLOSED = datetime(2026, 12, 5, 2, 30, tzinfo=ZONE)
COMPLAINT = "A man at the window wanted coffee money"
COMMENT = "They were slow and asked me to come back"


@dataclass(frozen=True)
class Seized:
    """Everything that is left: the tables, the keys, and who had rated."""

    items: list[Mapping[str, Any]]
    keys: Mapping[str, bytes]
    raters: list[str]


def numbers(wanted: int) -> list[str]:
    """Return invented numbers of several networks."""
    prefixes = ("12", "10", "97", "88")
    return [f"+855{prefixes[n % 4]}{700_000 + n:0{6 + (n % 4 > 1)}}" for n in range(wanted)]


def seize(world: World, raters: int, *, closed: bool = True) -> Seized:
    """Let people rate, over the phone and by the desk, and take everything a thief could."""
    every = numbers(raters)
    for at, number in enumerate(every):
        ballot = a_ballot(office=OFFICES[at % 3], comment=COMMENT * (at % 5 == 0))
        world.desk.cast(a_party(number=number), ballot)
    for number in every[:5]:
        world.clock.forward(minutes=1)
        Phone(world, number).dials().types("3", "02", "02", "1", "2", "3", "4", "1", "3", "0")
        Phone(world, number).texts("RATE", "0212", "1")
        Phone(world, number).dials().types("4", "2", "0212", "1", COMPLAINT).ends("kod")
        Phone(world, number).texts("COMPLAIN", "1", "0212", "2", f"{COMPLAINT} {number}")
    if closed:
        close(world)
    return Seized(dumped(world), keys_left(world), every)


def close(world: World) -> None:
    """Let the month pass, and do what the tally does at night."""
    world.clock.at = CLOSED
    keys = OwnKeyRing(world.database, world.clock, TALLY_KEYS)
    box, census = DynamoBallotBox(world.database, keys), DynamoCensus(world.database, CLOSED.date)
    Tally(box, census, random.Random(1).shuffle).run(CLOSED)
    make_keys(world.stores.maker, CLOSED)


def dumped(world: World, tables: Iterable[str] = TABLES) -> list[Mapping[str, Any]]:
    """Return every item of what is said unseen."""
    client = world.database.client
    there = {name.removeprefix("owl-local-") for name in client.list_tables()["TableNames"]}
    items: list[Mapping[str, Any]] = []
    for name in sorted(there & set(tables)):
        for page in client.get_paginator("scan").paginate(TableName=f"owl-local-{name}"):
            items += page["Items"]
    return items


def keys_left(world: World) -> dict[str, bytes]:
    """Return every key that still exists."""
    rows = world.database.client.scan(TableName="owl-local-keys")["Items"]
    return {row["id"]["S"]: row["value"]["B"] for row in rows}
