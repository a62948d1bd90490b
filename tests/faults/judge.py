"""This file judges a run: the gateway's own log against what the ledger says of each person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.capabilities.ledger import Batch, Chunk, stamp
from chalicelib.capabilities.ledger_sum import Sum, whole
from chalicelib.storage.delivery import DynamoRecipients
from tests.faults.town import Town

AT_ONCE = 100
CLAIMED = ("SENT_TO_GATEWAY", "NO_REPORT", "DELIVERED", "FAILED")
IN_DOUBT = ("UNKNOWN", "UNCONFIRMED")


@dataclass(slots=True)
class Judgement:
    """What a message came to. `lost` are people who got nothing and whom nothing lists."""

    order: str
    people: int
    accepted: int
    copies: int
    lost: int
    unknown: int
    states: Mapping[str, int]
    reasons: Mapping[str, int]
    faults: list[str] = field(default_factory=list)


def judged(town: Town, posts: Sequence[Mapping[str, Any]], order_id: str) -> Judgement:
    """Hold what the ledger says of a message to what the gateway accepted."""
    head = town.head(order_id)
    words = town.office.ledger.body(head).texts.values()
    accepted = {
        message: town.ids.get(to, to)
        for post in posts
        if post["text"] in words
        for message, to in post["ids"].items()
    }
    found, pairs = summed(town, order_id)
    got, faults = Counter(accepted.values()), list(found.faults)
    lost, listed = 0, set()
    for n, (batch, chunk) in enumerate(pairs):
        if batch is None:
            continue
        sent = {**chunk.results.get("sent", {}), **chunk.found}
        for at, message in sent.items():
            if accepted.get(message) != batch.people[int(at)]:
                lost += 1
                faults.append(f"chunk {n} says of somebody SENT, and the gateway never took it")
        refused = [at for ats in _refused(chunk) for at in ats]
        if any(batch.people[at] in got for at in refused):
            faults.append(f"chunk {n} says of somebody that nothing was sent, and it was")
        listed.update(batch.people)
    strangers = len(set(got) - listed)
    faults += [f"{strangers} people got it who are in no chunk"] * bool(strangers)
    faults += ["the states do not add up to the audience"] * (not found.adds_up)
    waiting = found.states.get("PENDING", 0)
    return Judgement(
        order=order_id,
        people=found.audience,
        accepted=len(got),
        copies=sum(times > 1 for times in got.values()),
        lost=lost + waiting,
        unknown=sum(found.states.get(one, 0) for one in IN_DOUBT),
        states=found.states,
        reasons=found.reasons,
        faults=faults,
    )


def summed(town: Town, order_id: str) -> tuple[Sum, list[tuple[Batch | None, Chunk]]]:
    """Add a message up as `owl broadcast audit` does; return its chunks too."""
    ledger, head = town.office.sweeper.ledger, town.head(order_id)
    batches = list(ledger.chunks.batches(head, 0, head.chunks))
    chunks = [Chunk.of(cell.value) for _, cell in ledger.chunks.cells_of(head)]
    ids = [
        one
        for chunk in chunks
        for one in [*chunk.results.get("sent", {}).values(), *chunk.found.values()]
        if one
    ]
    store = DynamoRecipients(town.database, town.clock)
    reports: dict[str, str] = {}
    for begin in range(0, len(ids), AT_ONCE):
        reports |= store.statuses(town.gateway, ids[begin : begin + AT_ONCE])
    pairs = list(zip(batches, chunks, strict=True))
    return whole(head, pairs, reports, stamp(town.clock.now())), pairs


def _refused(chunk: Chunk) -> list[list[int]]:
    rejected = chunk.results.get("rejected", {}).values()
    return [*rejected, *chunk.results.get("skipped", {}).values()]
