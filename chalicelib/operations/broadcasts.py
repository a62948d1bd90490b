"""This file is what is done with broadcasts: written, looked at, agreed to, sent, accounted for."""

from zoneinfo import ZoneInfo

from msgspec import convert, structs

from chalicelib.capabilities.ledger import PLANNED, Head
from chalicelib.duties import broadcast_lines as lines
from chalicelib.duties.broadcasts import (
    again_to_unconfirmed,
    approvable,
    approved,
    drafted,
    let_go,
    order_of,
    planned,
    previewed,
    resumed,
)
from chalicelib.duties.codes import code_of
from chalicelib.errors import NotAcceptable
from chalicelib.operations.base import Desk, Told, get, post
from chalicelib.operations.broadcast_types import (
    Again,
    Audited,
    Draft,
    Drafted,
    Foreseen,
    Message,
    Named,
    Progress,
    Seen,
    Stopped,
    Summed,
    ToApprove,
)
from chalicelib.operations.catalogue import Nothing


@get("/broadcasts", "broadcasts:read")
def list_(desk: Desk, asked: Nothing) -> Told[list[Message]]:  # noqa: ARG001 - its shape
    """List what is open: not over yet, or over for less than 72 hours."""
    ledger = desk.side.ledger
    heads = [one for one in ledger.heads(ledger.open_ids()) if one is not None]
    told = [f"{one.id}  {one.kind}  {one.state}  {lines.people_of(one.planned)}" for one in heads]
    return Told([_message(one) for one in heads], told or ["nothing is open"])


@get("/broadcasts/{name}", "broadcasts:read")
def status(desk: Desk, asked: Named) -> Told[Summed]:
    """Say how far a message is."""
    return _stands(desk, desk.side.ledger.head(asked.name))


@get("/broadcasts/{name}/audit", "broadcasts:read")
def audit(desk: Desk, asked: Named) -> Told[Audited]:
    """Account for every person of a message, one by one."""
    side = desk.side
    head = side.ledger.head(asked.name)
    found, parts = lines.whole_sum(side, head), lines.parts(side, head)
    told = [*lines.summed(head, found), f"  {'parts sent':16} {parts:>9,}"]
    return Told(convert({**lines.plain_sum(head, found), "parts": parts}, Audited), told)


@post("/broadcasts", "broadcasts:write")
def draft(desk: Desk, asked: Draft) -> Told[Drafted]:
    """Write a broadcast; nothing goes out before two people agreed to it.

    With `edit` it takes the place of the draft of that name, and approvals are void.
    """
    typed = {one: value for one, value in structs.asdict(asked).items() if one != "edit"}
    order = order_of(desk.side, desk.who, typed)
    made = drafted(desk.side, order, is_edit=asked.edit)
    told = [order.id if made else f"{order.id}: it is there already, just so"]
    told.append(f"next: owl broadcast preview {order.id}")
    return Told(Drafted(id=order.id, new=made), told)


def drafted_before(desk: Desk, name: str) -> Told[Drafted] | None:
    """Return the draft of a name that a request made before it died; None where it made none."""
    (head,) = desk.side.ledger.heads([name])
    return None if head is None else Told(Drafted(id=name, new=False), [f"{name}: it is there"])


@post("/broadcasts/{name}/preview", "broadcasts:read")
def preview(desk: Desk, asked: Named) -> Told[Foreseen]:
    """Say to how many a broadcast goes, who is left out and why, parts, price, and when.

    The people of a draft are counted first; that sends nothing.
    """
    side = desk.side
    head = planned(side, asked.name)
    seen = previewed(side, head)
    told = lines.preview(head, seen, side.ledger.body(head).texts, _zone(desk))
    if head.state == PLANNED:
        told.append(f"code: {code_of(head.seen)}")
        told.append(f"next: owl broadcast approve {head.id}, by somebody else than {head.author}")
    return Told(convert(lines.plain_preview(head, seen), Foreseen), told)


@get("/broadcasts/{name}/approval", "broadcasts:read")
def approval(desk: Desk, asked: Named) -> Told[ToApprove]:
    """Show what somebody would agree to, with the digest that says so."""
    side = desk.side
    head = side.ledger.head(asked.name)
    seen = approvable(side, head, desk.who)
    texts = side.ledger.body(head).texts
    told = lines.preview(head, seen, texts, _zone(desk)) if seen is not None else []
    return Told(ToApprove(shown=seen is not None, digest=head.seen), told)


@post("/broadcasts/{name}/approve", "broadcasts:approve")
def approve(desk: Desk, asked: Seen) -> Told[Message]:
    """Agree to a broadcast as it was seen; not for who wrote it."""
    side = desk.side
    approvable(side, side.ledger.head(asked.name), desk.who)
    head = approved(side, asked.name, desk.who, asked.seen)
    by = f"asked by {head.author}, approved by {', '.join(head.signers)}"
    told = [f"{head.id}: {head.state}, {by}", f"next: owl broadcast send {head.id}"]
    return Told(_message(head), told)


@post("/broadcasts/{name}/send", "broadcasts:send")
def send(desk: Desk, asked: Named) -> Told[Summed]:
    """Let an approved broadcast go; the hours of sending and its window still hold."""
    return _stands(desk, let_go(desk.side, asked.name, desk.who))


@post("/broadcasts/{name}/advance", "broadcasts:send")
def advance(desk: Desk, asked: Named) -> Told[Progress]:
    """Take a message a step further, as every minute does, and say how far it is."""
    head = desk.side.sweeper.advance(asked.name)
    found = lines.quick_sum(desk.side, head)
    plain = {**lines.plain_sum(head, found), "ended": bool(head.ended_at)}
    return Told(convert(plain, Progress), [lines.progress(head, found)])


@post("/broadcasts/{name}/pause", "broadcasts:send")
def pause(desk: Desk, asked: Stopped) -> Told[Summed]:
    """Stop sending for now."""
    did = desk.side.ledger.pause(asked.name, asked.why)
    return _steered(desk, asked.name, "pause broadcast", did=bool(did))


@post("/broadcasts/{name}/resume", "broadcasts:send")
def resume(desk: Desk, asked: Named) -> Told[Summed]:
    """Go on with what is paused; nobody gets a second copy."""
    return _steered(desk, asked.name, "resume broadcast", did=resumed(desk.side, asked.name))


@post("/broadcasts/{name}/cancel", "broadcasts:send")
def cancel(desk: Desk, asked: Stopped) -> Told[Summed]:
    """Stop a message for good; what is being posted at this moment still goes out."""
    did = desk.side.ledger.cancel(asked.name, asked.why)
    return _steered(desk, asked.name, "cancel broadcast", did=bool(did))


@post("/broadcasts/{name}/again", "broadcasts:write")
def again(desk: Desk, asked: Named) -> Told[Again]:
    """Draft a second message for those of whom nobody knows whether they got the first.

    Up to that many people may get it twice, so it needs two people, and it is offered once.
    """
    order = again_to_unconfirmed(desk.side, asked.name, desk.who)
    people = order.audience.people
    told = f"{order.id}: to {lines.people_of(len(people))}; each may get it twice"
    return Told(Again(id=order.id), [told, f"next: owl broadcast preview {order.id}"])


def _steered(desk: Desk, name: str, deed: str, *, did: bool) -> Told[Summed]:
    if not did:
        head = desk.side.ledger.head(name)
        raise NotAcceptable(f"{name} is {head.state}: see `owl broadcast status {name}`")
    lines.note(desk.side, desk.who, deed, name)
    return _stands(desk, desk.side.sweeper.advance(name))


def _stands(desk: Desk, head: Head) -> Told[Summed]:
    found = lines.quick_sum(desk.side, head)
    return Told(convert(lines.plain_sum(head, found), Summed), lines.summed(head, found))


def _message(head: Head) -> Message:
    return convert(lines.plain_head(head), Message)


def _zone(desk: Desk) -> ZoneInfo:
    return ZoneInfo(desk.side.settings.timezone)
