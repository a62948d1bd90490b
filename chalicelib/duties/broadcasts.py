"""This file writes broadcasts, and lets two people send them: what is said, to whom, when."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.capabilities.broadcasts import Audience, Order
from chalicelib.capabilities.forums_sheet import YEARS
from chalicelib.capabilities.ledger import DRAFT, PAUSED, PLANNED, PLANNING, Head
from chalicelib.capabilities.ledger_preview import Preview
from chalicelib.capabilities.ledger_words import finished
from chalicelib.duties.broadcast_lines import foreseen, note, unconfirmed
from chalicelib.duties.places import codes_of, places_of
from chalicelib.errors import NotAcceptable
from chalicelib.staff import Office

DAYS, MOST_AGAIN = 3, 5_000
WRITTEN = "%Y-%m-%d %H:%M"
AGAIN = "again_of"
TEXTS = {"text": "en", "text_km": "km", "text_latn": "km-Latn"}
NO_QUEUE = (
    "OWL_QUEUE_CHUNKS is not set, so nothing can be sent from here: give it the URL of the queue "
    "owl-STAGE-chunks (aws sqs get-queue-url --queue-name owl-STAGE-chunks)"
)


def drafted(side: Office, order: Order, *, is_edit: bool = False) -> bool:
    """Write a draft, or another one in its place, which voids approvals; False for the same."""
    made = bool(side.ledger.edit(order)) if is_edit else side.ledger.draft(order)
    note(side, order.author, "draft broadcast", order.id)
    return made


def planned(side: Office, name: str) -> Head:
    """Return a broadcast that may be looked at: a draft's audience is counted first."""
    head = side.ledger.head(name)
    if head.state != DRAFT:
        return head
    side.ledger.move(name, DRAFT, PLANNING)
    return side.sweeper.advance(name)


def previewed(side: Office, head: Head) -> Preview:
    """Return what a broadcast comes to."""
    return foreseen(side, side.ledger.body(head), head.size, head)


def approvable(side: Office, head: Head, who: str) -> Preview | None:
    """Return what somebody would agree to; None where there is nothing to show them.

    Raises:
        NotAcceptable: it cannot be sent within its window.
    """
    if head.state != PLANNED or who == head.author:
        return None
    seen = previewed(side, head)
    if seen.timing.last is None:
        raise NotAcceptable(
            f"{head.id}: its window is too short for so many people at this rate: "
            "edit it with a later --until"
        )
    return seen


def approved(side: Office, name: str, who: str, digest: str) -> Head:
    """Agree to a broadcast as it was seen.

    Raises:
        NotAcceptable: it was edited since, or is not theirs to approve.
    """
    head = side.ledger.sign(name, who, digest)
    note(side, who, "approve broadcast", name)
    return head


def let_go(side: Office, name: str, who: str) -> Head:
    """Let an approved broadcast go.

    Raises:
        NotAcceptable: it is not approved, or there is no queue to send by.
    """
    if not side.settings.queue_chunks:
        raise NotAcceptable(NO_QUEUE)
    head = side.ledger.release(name)
    note(side, who, "send broadcast", name)
    again_of = side.ledger.body(head).facts.get(AGAIN)
    if again_of:
        side.ledger.mark_resent(again_of)
    return side.sweeper.advance(name)


def resumed(side: Office, name: str) -> bool:
    """Go on with what is paused; False where that cannot be."""
    # What is being sent keeps its count of doubtful posts: only a pause is mended.
    if side.ledger.head(name).state == PAUSED:
        side.sweeper.ledger.control.mend(name)
    return bool(side.ledger.resume(name))


def again_to_unconfirmed(side: Office, name: str, who: str) -> Order:
    """Draft a second message for those of whom nobody knows whether they got the first.

    Raises:
        NotAcceptable: nobody is unconfirmed, or too many are.
    """
    head = side.ledger.head(name)
    if head.kind != "broadcast":
        raise NotAcceptable(f"{name} is no broadcast: write one to those of the forum")
    people = unconfirmed(side, head)
    if not head.closed or not people:
        raise NotAcceptable(f"{name}: nobody is unconfirmed (that is known 72 hours after its end)")
    if len(people) > MOST_AGAIN:
        raise NotAcceptable(f"{name}: {len(people):,} are unconfirmed: write a new broadcast")
    order, now = side.ledger.body(head), side.clock.now()
    again = Order(
        id=f"{name}-again",
        kind=order.kind,
        texts=order.texts,
        audience=Audience(people=people),
        not_before=now,
        not_after=now + timedelta(days=DAYS),
        author=who,
        facts={AGAIN: name},
    )
    side.ledger.draft(again)
    note(side, who, "draft broadcast", again.id)
    return again


def order_of(side: Office, author: str, typed: Mapping[str, Any]) -> Order:
    """Return the order of what was typed, its words finished.

    Raises:
        NotAcceptable: saying what is missing or wrong.
    """
    texts = {language: typed[option] for option, language in TEXTS.items() if typed[option]}
    first, last = _window(side, typed["begin"], typed["until"])
    return Order(
        id=typed["name"] or f"b-{side.today():%Y%m%d}-{secrets.token_hex(2)}",
        kind="broadcast",
        texts=finished(texts, _values(side)),
        audience=_audience(side, typed),
        not_before=first,
        not_after=last,
        author=author,
    )


def _audience(side: Office, typed: Mapping[str, Any]) -> Audience:
    if not typed["communes"] and not typed["forum"]:
        raise NotAcceptable("to nobody: name a --commune (or district, or province) or a --forum")
    forum = side.forums.known(typed["forum"]) if typed["forum"] else None
    communes = [*codes_of(places_of(side), typed["communes"])] if typed["communes"] else []
    if forum is not None and not communes:
        # Who was invited and said nothing is known by the commune alone.
        communes = [forum.commune]
    return Audience(
        communes=tuple(communes),
        topics=frozenset(typed["topics"]),
        languages=frozenset(typed["languages"]),
        forum=forum.code if forum is not None else "",
        answers=frozenset(typed["answers"]),
    )


def _window(side: Office, begin: str, until: str) -> tuple[datetime, datetime]:
    now = side.clock.now()
    first = _moment(side, begin) if begin else now
    last = _moment(side, until) if until else max(first, now) + timedelta(days=DAYS)
    if last <= max(first, now):
        raise NotAcceptable("it would end before it begins: give a later --until")
    return first, last


def _moment(side: Office, typed: str) -> datetime:
    try:
        naive = datetime.strptime(typed, WRITTEN)  # noqa: DTZ007 - the stage's zone follows
    except ValueError:
        naive = None
    if naive is None or naive.year not in YEARS:
        raise NotAcceptable(f"'{typed}' is no time: write as '2026-12-05 08:00'")
    return naive.replace(tzinfo=ZoneInfo(side.settings.timezone))


def _values(side: Office) -> dict[str, str]:
    return {
        "ussd": side.settings.service_code.split(",")[0],
        "short_code": side.settings.short_code.split(",")[0],
        "sender": side.settings.sender_name,
    }
