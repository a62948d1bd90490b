"""This file makes what a thief would seize: a stage on which people rated, a month after."""

import random
from collections.abc import Mapping
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
from tests.privacy.attack import Guessed
from tests.world import World

ZONE = ZoneInfo("Asia/Phnom_Penh")
OFFICES = ("0106", "0212", "0403")
# Days later the month is over, its ratings are counted and its key and tokens are gone.
CLOSED = datetime(2026, 12, 5, 2, 30, tzinfo=ZONE)
# What a thief would guess of what was asked for, and what stands in the gateway's log.
GUESSED = Guessed(
    offices=OFFICES,
    days=[f"2026-{day}" for day in ("11-23", "11-24", "12-01", "12-04", "12-05")],
    sessions=[f"*384*55#/ATUid_{n}" for n in (1, 2)],
    messages=[f"sms-{n}" for n in (1, 2, 3)],
    transcripts=["3", "4*2", "2*02122600428*2"],
    values=["02122600428", "1234567894"],
)
# The row of somebody who subscribed leads to their number, for whoever has the contacts key.
SUBSCRIBED = "person under contacts"
COMPLAINT = "A man at the window wanted coffee money"
COMMENT = "They were slow and asked me to come back"


@dataclass(frozen=True)
class Seized:
    """Everything that is left: the tables, the keys, who had rated, who gets messages."""

    items: list[Mapping[str, Any]]
    keys: Mapping[str, bytes]
    raters: list[str]
    subscribers: list[str]


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
    subscribers = every[3:8]
    for number in subscribers:
        world.clock.forward(minutes=1)
        Phone(world, number).texts("JOIN 021204")
    if closed:
        close(world)
    return Seized(dumped(world), keys_left(world), every, subscribers)


def close(world: World) -> None:
    """Let the month pass, and do what the tally does at night."""
    world.clock.at = CLOSED
    keys = OwnKeyRing(world.database, world.clock, TALLY_KEYS)
    box, census = DynamoBallotBox(world.database, keys), DynamoCensus(world.database, CLOSED.date)
    Tally(box, census, random.Random(1).shuffle).run(CLOSED)
    make_keys(world.stores.maker, CLOSED)


def dumped(world: World) -> list[Mapping[str, Any]]:
    """Return every item of every table but the keys'."""
    return [item for items in tables(world).values() for item in items]


def tables(world: World) -> dict[str, list[Mapping[str, Any]]]:
    """Return the items of every table but the keys', by its name."""
    client = world.database.client_of("dynamodb")
    found: dict[str, list[Mapping[str, Any]]] = {}
    for name in sorted(client.list_tables()["TableNames"]):
        if name.startswith("owl-local-") and name != "owl-local-keys":
            pages = client.get_paginator("scan").paginate(TableName=name)
            items = [item for page in pages for item in page["Items"]]
            found[name.removeprefix("owl-local-")] = items
    return found


def keys_left(world: World) -> dict[str, bytes]:
    """Return every key that still exists."""
    rows = world.database.wire.call("Scan", TableName="owl-local-keys")["Items"]
    return {row["id"]["S"]: row["value"]["B"] for row in rows}
