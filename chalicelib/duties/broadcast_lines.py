"""This file shows a broadcast to a person: its preview, how far it is, what became of everybody."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.broadcasts import Order
from chalicelib.capabilities.ledger import Chunk, Head, stamp
from chalicelib.capabilities.ledger_preview import Pace, Preview, as_planned, previewed, rates_of
from chalicelib.capabilities.ledger_sum import Sum, parts_of, quick, whole
from chalicelib.duties.codes import code_of
from chalicelib.staff import Office
from chalicelib.telecom.segments import measure

NOBODY = "nobody there agreed to SMS yet (`owl people import`, or JOIN by SMS)"
WHY = {
    "opted_out": "said STOP",
    "no_consent": "never agreed",
    "no_text": "no text in their language",
}


def people_of(count: int) -> str:
    """Return how many people, in words."""
    return "1 person" if count == 1 else f"{count:,} people"


def foreseen(side: Office, order: Order, chunk: int, head: Head | None = None) -> Preview:
    """Say what an order comes to: by the people it was planned for, else by those of now.

    Raises:
        NotAcceptable: the rate card cannot be read.
    """
    pace = Pace(side.sweeper.ledger.hours, side.clock.now(), side.settings.sms_a_second, chunk)
    rates = rates_of(side.settings.rate_card)
    if head is not None and head.checksum:
        return as_planned(order, head, rates, pace)
    members = side.audience.members(order.audience)
    return previewed(order, members, side.settings.default_language, rates, pace)


def note(side: Office, who: str, what: str, name: str) -> None:
    """Note in the log of deeds what somebody did with a broadcast."""
    side.audit.note(Deed(who, what, {"broadcast": name}))


def preview(head: Head, seen: Preview, texts: Mapping[str, str], zone: ZoneInfo) -> list[str]:
    """Return a preview as lines."""
    told = [f"{head.id}: {head.state}, by {head.author}, {people_of(seen.people)}"]
    told += [f"  left out: {n:,}, {WHY.get(why, why)}" for why, n in sorted(seen.left_out.items())]
    if not seen.people:
        told.append(f"nobody would get it: {'see who is left out' if seen.left_out else NOBODY}")
    for language, (people, size) in seen.languages.items():
        told.append(f"{language}: {people_of(people)}, {size.segments} part(s), {size.encoding}")
        told += [f"  | {line}" for line in texts[language].split("\n")]
    told.append(f"HTTP calls: {seen.calls:,}")
    told.append(f"price: {seen.cheapest:.2f} to {seen.dearest:.2f}, by OWL_RATE_CARD")
    told += [
        f"  {network}: {people_of(people)}, {low:.2f} to {high:.2f}"
        for network, (people, low, high) in seen.networks.items()
    ]
    told.append(f"first: {_at(seen.timing.first, zone)}")
    told.append(f"last: {_at(seen.timing.last, zone)}")
    told.append(f"after a cancel up to {seen.after_cancel:,} may still go out")
    return told


def plain_preview(head: Head, seen: Preview) -> dict[str, Any]:
    """Return a preview for a program."""
    return {
        **plain_head(head),
        "people": seen.people,
        "audience": seen.audience,
        "left_out": dict(seen.left_out),
        "languages": {
            one: {"people": n, "parts": size.segments, "encoding": size.encoding}
            for one, (n, size) in seen.languages.items()
        },
        "http_calls": seen.calls,
        "price": [f"{seen.cheapest:.2f}", f"{seen.dearest:.2f}"],
        "networks": {
            network: {"people": people, "price": [f"{low:.2f}", f"{high:.2f}"]}
            for network, (people, low, high) in seen.networks.items()
        },
        "first": _iso(seen.timing.first),
        "last": _iso(seen.timing.last),
        "after_cancel": seen.after_cancel,
    }


def plain_head(head: Head) -> dict[str, Any]:
    """Return the small row of a message for a program."""
    return {
        "id": head.id,
        "kind": head.kind,
        "state": head.state,
        "author": head.author,
        "signers": list(head.signers),
        "planned": head.planned,
        "chunks": head.chunks,
        "digest": head.seen,
        "code": code_of(head.seen),
        "why": head.why,
    }


def progress(head: Head, found: Sum) -> str:
    """Return how far a message is in one line."""
    told = ", ".join(f"{name} {n:,}" for name, n in sorted(found.states.items()))
    first = ", the first people alone for a minute" if head.gate < head.chunks else ""
    return f"{head.state}: {told or 'nobody'}{first}"


def summed(head: Head, found: Sum) -> list[str]:
    """Return what became of everybody as lines."""
    told = [f"{head.id}: {head.state}{f' ({head.why})' if head.why else ''}"]
    for name, n in sorted(found.states.items()):
        told.append(f"  {name:16} {n:>9,}")
        reasons = [one for one in sorted(found.reasons.items()) if one[0].startswith(f"{name} ")]
        told += [f"    {why.partition(' ')[2]}: {count:,}" for why, count in reasons]
    said = "adds up" if found.adds_up else "DOES NOT ADD UP"
    told.append(f"  {'audience':16} {found.audience:>9,}  {said}")
    told += [f"fault: {one}" for one in found.faults]
    return told


def plain_sum(head: Head, found: Sum) -> dict[str, Any]:
    """Return what became of everybody for a program."""
    return {
        **plain_head(head),
        "audience": found.audience,
        "states": dict(found.states),
        "reasons": dict(found.reasons),
        "adds_up": found.adds_up,
        "faults": list(found.faults),
    }


def quick_sum(side: Office, head: Head) -> Sum:
    """Add a message up by its chunks."""
    return quick(head, _chunks(side, head))


def whole_sum(side: Office, head: Head) -> Sum:
    """Add a message up person by person, with the reports."""
    chunks = list(_chunks(side, head))
    batches = side.sweeper.ledger.chunks.batches(head, 0, head.chunks)
    recipients = side.sweeper.ledger.filing.recipients
    reports: dict[str, str] = {}
    for chunk in chunks:
        sent = [*chunk.results.get("sent", {}).values(), *chunk.found.values()]
        reports |= recipients.statuses(chunk.gateway, [one for one in sent if one])
    now = stamp(side.clock.now())
    return whole(head, list(zip(batches, chunks, strict=True)), reports, now)


def parts(side: Office, head: Head) -> int:
    """Return how many parts of SMS the gateway took; a person is one whatever their parts."""
    batches = side.sweeper.ledger.chunks.batches(head, 0, head.chunks)
    texts = side.ledger.body(head).texts
    segments = {language: measure(text).segments for language, text in texts.items()}
    return parts_of(zip(batches, _chunks(side, head), strict=True), segments)


def unconfirmed(side: Office, head: Head) -> tuple[str, ...]:
    """Return the people of whom nobody knows whether they got a message."""
    batches = side.sweeper.ledger.chunks.batches(head, 0, head.chunks)
    return tuple(
        batch.people[at]
        for batch, chunk in zip(batches, _chunks(side, head), strict=True)
        if batch is not None
        for at in chunk.results.get("unknown", ())
        if str(at) not in chunk.found
    )


def _chunks(side: Office, head: Head) -> Iterator[Chunk]:
    for _, cell in side.sweeper.ledger.chunks.cells_of(head):
        yield Chunk.of(cell.value)


def _at(moment: datetime | None, zone: ZoneInfo) -> str:
    if moment is None:
        return "not within its window: give it a later --until"
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
