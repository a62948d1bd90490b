"""This file wires the function that posts to gateways: one message, or a chunk of many."""

import random
import secrets
import time

from chalicelib.channels.broadcaster import Broadcaster, Machine
from chalicelib.channels.sender import Sender
from chalicelib.gateways.made import lines_of
from chalicelib.observe import observed
from chalicelib.ports import Clock, Lines
from chalicelib.storage.addressees import DynamoAddressees
from chalicelib.storage.base import Database
from chalicelib.storage.keys import SENDER, OwnKeyRing
from chalicelib.storage.limits import Limits
from chalicelib.storage.outbox import Queue, SenderBox
from chalicelib.storage.vault import api_key
from chalicelib.wiring.messages import ledger_of


def sender_of(database: Database, clock: Clock) -> Sender:
    """Return the sender of a stage."""
    keys, gateway = OwnKeyRing(database, clock, (SENDER,)), _lines(database)
    box = SenderBox(database, keys, Limits(database, keys, clock))
    return Sender(box, lambda: gateway, database.settings, observed)


def broadcaster_of(database: Database, clock: Clock) -> Broadcaster:
    """Return what sends chunks of messages to many."""
    people = DynamoAddressees(database, OwnKeyRing(database, clock, (SENDER,)), clock)
    machine = Machine(time.monotonic, time.sleep, random.random, lambda: secrets.token_hex(8))
    queue = Queue(database, database.settings.queue_chunks)
    ledger = ledger_of(database, clock)
    return Broadcaster(ledger, people, _lines(database), queue, clock, machine, observed)


def _lines(database: Database) -> Lines:
    stage = database.settings

    def secret() -> str:
        return stage.gateway_key or api_key(database, stage.gateway_key_secret)

    return lines_of(stage, secret, time.monotonic, observed)
