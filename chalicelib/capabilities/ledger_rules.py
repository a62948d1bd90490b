"""This file says who must agree before a message to many goes out, and what stops it by itself."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.capabilities.broadcasts import Order
from chalicelib.capabilities.ledger import Head, plain_order

SIGNERS = 2
CANARY, CANARY_SECONDS = 20, 60
IN_A_ROW, OF_POSTS, MOST_BAD = 5, 50, 10
TRIES = 5
# What of an order somebody agrees to: all of it, so that no edit keeps an agreement.
NOT_AGREED_TO = ("id", "author")


def digest_of(order: Order) -> str:
    """Return the fingerprint of an order: its words, its audience and its window."""
    told = {name: one for name, one in plain_order(order).items() if name not in NOT_AGREED_TO}
    written = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def needs_two(head: Head) -> bool:
    """Whether a second person must agree: always to a broadcast, to a forum beyond a few people."""
    return head.kind == "broadcast" or (head.kind == "forum" and head.planned > head.few)


def is_agreed(head: Head) -> bool:
    """Whether as many people agreed as must; the author is the first of them."""
    return not needs_two(head) or len({head.author, *head.signers}) >= SIGNERS


def canary_chunks(head: Head) -> int:
    """Return how many chunks go out first: those that hold the first 20 people, or all."""
    if not needs_two(head):
        return head.chunks
    return min(head.chunks, max(1, -(-CANARY // head.size)))


def canary_says(head: Head, outcomes: Sequence[Mapping[str, int]], waited: float) -> str:
    """Return what the first people say: `pass`, `wait`, `more` or `pause`.

    `outcomes` are the counts of the chunks within the gate, empty for one not recorded yet;
    `waited` are the seconds since the last of them was.
    """
    if head.gate >= head.chunks:
        return "pass"
    if not all(outcomes):
        return "wait"
    sent = sum(one.get("sent", 0) for one in outcomes)
    failed = sum(one.get("rejected", 0) + one.get("unknown", 0) for one in outcomes)
    if failed > sent:
        return "pause"
    if sent < CANARY:
        return "more"
    return "pass" if waited >= CANARY_SECONDS else "wait"


@dataclass(frozen=True, slots=True)
class Breaker:
    """What the last posts of one message came to: doubts in a row, and doubts of fifty.

    The fifty begin with a doubt, so that while all goes well there is nothing to keep.
    """

    row: int = 0
    posts: int = 0
    bad: int = 0

    def after(self, *, doubtful: bool) -> "Breaker":
        """Return the breaker after one more post; after fifty it counts from the next doubt."""
        begun = self if self.posts < OF_POSTS else Breaker(self.row)
        if not doubtful and not begun.bad:
            return Breaker()
        row = begun.row + 1 if doubtful else 0
        return Breaker(row, begun.posts + 1, begun.bad + doubtful)

    @property
    def is_tripped(self) -> bool:
        """Whether so many posts are in doubt that a person must look."""
        return self.row >= IN_A_ROW or self.bad > MOST_BAD
