"""This file decides what one post to many people came to, for each of them.

Only what cannot have been accepted goes back or is refused. Silence about a person is doubt: a
gateway may say 201 and have taken fewer than it was given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.capabilities.ledger import results_of
from chalicelib.capabilities.ledger_rules import TRIES
from chalicelib.telecom.messages import BulkResult

NO_BALANCE, BLOCKED = "insufficient_balance", "user_in_blacklist"
FIRST_WAIT, LONGEST_WAIT = 5.0, 900.0


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done about a post. `back` puts the chunk back: nobody in it can have got it.

    `wait` is the longest time until it is tried again, `least` the shortest. `doubtful` is for
    the circuit breaker, `pause` why the whole message stops, `stopped` are the places of who is
    on a block list.
    """

    back: bool = False
    wait: float = 0.0
    least: float = 0.0
    results: Mapping[str, Any] = field(default_factory=dict)
    doubtful: bool = False
    pause: str = ""
    stopped: tuple[int, ...] = ()


def decided(numbers: Mapping[int, str], answer: BulkResult, tries: int) -> Decision:
    """Return what a post to these numbers, by their places in the chunk, came to."""
    if answer.outcome in {"deferred", "rejected"}:
        return _not_accepted(numbers, answer, tries)
    if answer.outcome == "unknown":
        return Decision(results=results_of(unknown=tuple(numbers)), doubtful=True)
    each = {at: answer.by_number.get(number) for at, number in numbers.items()}
    sent = {at: one.message_id for at, one in each.items() if one and one.outcome == "accepted"}
    rejected = {at: one.reason for at, one in each.items() if one and one.outcome == "rejected"}
    if rejected and set(rejected.values()) == {NO_BALANCE} and len(rejected) == len(numbers):
        return Decision(back=True, pause=NO_BALANCE)
    unknown = tuple(at for at in numbers if at not in sent and at not in rejected)
    return Decision(
        results=results_of(sent, rejected, unknown=unknown),
        doubtful=len(unknown) == len(numbers),
        pause=NO_BALANCE if NO_BALANCE in rejected.values() else "",
        stopped=tuple(at for at, why in rejected.items() if why == BLOCKED),
    )


def _not_accepted(numbers: Mapping[int, str], answer: BulkResult, tries: int) -> Decision:
    """Try again later; what the gateway refuses every time is refused."""
    if answer.outcome == "rejected" and tries + 1 >= TRIES:
        return Decision(results=results_of(rejected=dict.fromkeys(numbers, answer.reason)))
    longest = min(FIRST_WAIT * 2**tries, LONGEST_WAIT)
    least = min(answer.retry_after, LONGEST_WAIT)
    return Decision(back=True, wait=max(longest, least), least=least)
