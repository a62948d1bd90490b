"""This package is the only place that knows every concrete class; each function wires its own.

A module of it wires what one kind of function runs, and is imported when that is asked for: a
function starts without what only others need.
"""

import os
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.clock import SystemClock
from chalicelib.settings import Settings
from chalicelib.storage.base import Database

if TYPE_CHECKING:
    from chalicelib.channels.broadcaster import Broadcaster
    from chalicelib.channels.delivery import Delivery
    from chalicelib.channels.sender import Sender
    from chalicelib.channels.sweeper import Sweeper
    from chalicelib.wiring.phones import Webhooks


@cache
def settings() -> Settings:
    """Return this process's settings."""
    return Settings.of(os.environ)


@cache
def webhooks() -> "Webhooks":
    """Return the webhooks of this process."""
    from chalicelib.wiring.phones import Webhooks

    return Webhooks(settings())


@cache
def sender() -> "Sender":
    """Return the sender of this process, its gateway made: later a message would be lost by it."""
    from chalicelib.wiring.sending import sender_of

    return sender_of(Database(settings()), _clock())


@cache
def broadcaster() -> "Broadcaster":
    """Return what sends chunks of messages to many in this process."""
    from chalicelib.wiring.sending import broadcaster_of

    return broadcaster_of(Database(settings()), _clock())


@cache
def sweeper() -> "Sweeper":
    """Return what moves messages to many on, minute by minute."""
    from chalicelib.wiring.messages import sweeper_of

    return sweeper_of(Database(settings(), patient=True), _clock())


@cache
def delivery() -> "Delivery":
    """Return what applies delivery reports in this process."""
    from chalicelib.wiring.messages import delivery_of

    return delivery_of(Database(settings()), _clock())


def announce() -> None:
    """Give the ledger every message of a forum that is due now."""
    from chalicelib.wiring.messages import announce_in

    announce_in(Database(settings(), patient=True), _clock())


def tally() -> None:
    """Make the keys that a stage lacks, and once a night count ratings and close months."""
    from chalicelib.wiring.ballots import tally_in

    tally_in(Database(settings(), patient=True), _clock())


def _clock() -> SystemClock:
    return SystemClock(settings())
