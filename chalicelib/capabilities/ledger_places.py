"""This file says where the rows of messages to many are."""

import zlib

from chalicelib.capabilities.ledger import Head, moment
from chalicelib.capabilities.ledger_cells import Place

SHARDS = 16
SWITCH, LINE = Place("control", "sending"), Place("control", "line")


def head_place(order_id: str) -> Place:
    """Return where the small row of a message is."""
    return Place("broadcasts", order_id)


def body_place(order_id: str, epoch: int) -> Place:
    """Return where the words and the audience of a message are."""
    return Place("broadcasts", f"{order_id}/{epoch}/body")


def breaker_place(order_id: str) -> Place:
    """Return where the doubts about a message's last posts are."""
    return Place("control", f"breaker/{order_id}")


def shelf_place(order_id: str) -> Place:
    """Return which list of open messages a message is in; there are several, to spread writes."""
    return Place("control", f"open/{zlib.crc32(order_id.encode()) % SHARDS}")


def ended_place(head: Head) -> Place:
    """Return which list of the messages of a month a message is in once it is closed."""
    shard = zlib.crc32(head.id.encode()) % SHARDS
    return Place("control", f"ended/{moment(head.ended_at):%Y-%m}/{shard}")
