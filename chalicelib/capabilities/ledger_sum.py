"""This file adds a ledger up: every person of the audience stands in it exactly once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.capabilities import ledger
from chalicelib.capabilities.ledger import (
    CANCELLED,
    DONE,
    PENDING,
    REJECTED,
    SENT,
    SETTLES_IN,
    SKIPPED,
    UNKNOWN,
    Batch,
    Chunk,
    Head,
)

# The minute tick closes what is 72 hours old; it may be some minutes late.
TICK_GRACE = 600
REPORTED: Mapping[str, str] = {"delivered": ledger.DELIVERED, "failed": ledger.FAILED}
# Between language and outcome in what a closed message keeps.
SEPARATOR = "#"


@dataclass(frozen=True, slots=True)
class Sum:
    """The people of a message by state, and by reason within the states that have one."""

    audience: int
    states: Mapping[str, int]
    reasons: Mapping[str, int]
    faults: Sequence[str] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        """Whether each person of the audience is in exactly one state."""
        return sum(self.states.values()) == self.audience


def counts_of(chunk: Chunk) -> dict[str, int]:
    """Return how many people of a chunk stand where; empty while it has no results."""
    if not chunk.results:
        return {}
    return {
        "sent": len(chunk.results["sent"]) + len(chunk.found),
        "rejected": sum(map(len, chunk.results["rejected"].values())),
        "skipped": sum(map(len, chunk.results["skipped"].values())),
        "unknown": len(chunk.results["unknown"]) - len(chunk.found),
    }


def quick(head: Head, chunks: Iterable[Chunk]) -> Sum:
    """Add up by the counts of the chunks; for a screen that is shown while it sends."""
    states, reasons = _begun(head)
    for chunk in chunks:
        for name, count in counts_of(chunk).items():
            states[_state(head, name)] += count
        reasons.update(_reasons(chunk))
    return _ended(head, states, reasons, [])


def whole(
    head: Head,
    chunks: Sequence[tuple[Batch | None, Chunk]],
    reports: Mapping[str, str],
    now: int,
) -> Sum:
    """Add up person by person, and name every fault; `reports` are the words by message id."""
    states, reasons = _begun(head)
    faults: list[str] = []
    met: Counter[str] = Counter()
    for n, (batch, chunk) in enumerate(chunks):
        if batch is None:
            faults.append(f"chunk {n} has lost its list of people")
            continue
        met.update(batch.people)
        told = _by_place(head, chunk, reports)
        if chunk.results and sorted(told) != list(range(len(batch.people))):
            faults.append(f"chunk {n} does not say of each person once what became of the message")
        states.update(told.values())
        reasons.update(_reasons(chunk))
        faults += _too_old(head, n, chunk, now)
    _remembered(head, states)
    again = sum(count > 1 for count in met.values())
    if again:
        faults.append(f"{again} people stand in two chunks")
    if met.total() != head.planned and head.chunks:
        faults.append(f"{met.total()} people are in the chunks, and {head.planned} were planned")
    return _ended(head, states, reasons, faults)


def parts_of(chunks: Iterable[tuple[Batch | None, Chunk]], segments: Mapping[str, int]) -> int:
    """Return how many parts the gateway took, by the parts of a text in each language."""
    counts = ((batch, counts_of(chunk)) for batch, chunk in chunks)
    return sum(segments[batch.language] * n.get("sent", 0) for batch, n in counts if batch)


def _remembered(head: Head, states: Counter[str]) -> None:
    """Take what was known when it was closed, where the rows of the reports are gone by now."""
    for name, state in REPORTED.items():
        known = sum(n for at, n in head.outcomes.items() if at.endswith(f"{SEPARATOR}{name}"))
        lacking = min(max(0, known - states[state]), states[ledger.NO_REPORT])
        states[state] += lacking
        states[ledger.NO_REPORT] -= lacking


def _begun(head: Head) -> tuple[Counter[str], Counter[str]]:
    reasons = Counter({f"{SKIPPED} {why}": n for why, n in head.left_out.items()})
    return Counter({SKIPPED: sum(head.left_out.values())}), reasons


def _ended(head: Head, states: Counter[str], reasons: Counter[str], faults: list[str]) -> Sum:
    """Put whoever has no result yet where the message as a whole stands."""
    left = head.audience - states.total()
    if head.ended_at and left > 0:
        why = "cancelled" if head.state == CANCELLED else "too_late"
        states[SKIPPED] += left
        reasons[f"{SKIPPED} {why}"] += left
    elif left > 0:
        states[PENDING] += left
    shown = {name: n for name, n in states.items() if n}
    total = Sum(head.audience, shown, {name: n for name, n in reasons.items() if n}, faults)
    if not total.adds_up:
        faults.append(f"the states add up to {states.total()}, the audience is {head.audience}")
    return total


def _state(head: Head, name: str) -> str:
    return {
        "sent": ledger.NO_REPORT if head.closed else SENT,
        "rejected": REJECTED,
        "skipped": SKIPPED,
        "unknown": _unknown(head),
    }[name]


def _unknown(head: Head) -> str:
    if head.resent:
        return ledger.RESENT
    return ledger.UNCONFIRMED if head.closed else UNKNOWN


def _by_place(head: Head, chunk: Chunk, reports: Mapping[str, str]) -> dict[int, str]:
    """Return the state of each place of a chunk; a place told twice is left out, as a fault."""
    if not chunk.results:
        return {}
    found = [(int(at), one) for at, one in chunk.results["sent"].items()]
    late = [(int(at), one) for at, one in chunk.found.items()]
    told = [(at, _reported(head, one, reports)) for at, one in [*found, *late]]
    known = {at for at, _ in late}
    told += [(at, _unknown(head)) for at in chunk.results["unknown"] if at not in known]
    told += [(at, REJECTED) for ats in chunk.results["rejected"].values() for at in ats]
    told += [(at, SKIPPED) for ats in chunk.results["skipped"].values() for at in ats]
    often = Counter(at for at, _ in told)
    return {at: state for at, state in told if often[at] == 1}


def _reported(head: Head, message_id: str, reports: Mapping[str, str]) -> str:
    return REPORTED.get(reports.get(message_id, ""), _state(head, "sent"))


def _reasons(chunk: Chunk) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, state in (("rejected", REJECTED), ("skipped", SKIPPED)):
        for why, ats in chunk.results.get(name, {}).items():
            found[f"{state} {why}"] += len(ats)
    return found


def _too_old(head: Head, n: int, chunk: Chunk, now: int) -> list[str]:
    """Name who waits longer than 72 hours after the end, where nothing says that it is over."""
    limit = SETTLES_IN.total_seconds() + TICK_GRACE
    end = head.ended_at or max(head.not_after, chunk.since)
    if chunk.results:
        doubt = counts_of(chunk)["unknown"] and not head.closed
        said = f"chunk {n} has people in doubt, 72 hours after the message's end"
        return [said] * bool(doubt and now - end > limit)
    waits = head.state not in {CANCELLED, DONE} and now - end > limit
    return [f"chunk {n} has people waiting for over 72 hours"] * bool(waits)
