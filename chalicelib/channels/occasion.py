"""This file says which SMS is a repeat of one before, and what its effects are named after."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.desk import Look
from chalicelib.telecom import hygiene
from chalicelib.telecom.messages import Sms

REMEMBERED = timedelta(seconds=60)
REPEAT_IN_MENU = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, repr=False)
class Occasion:
    """One message among others that may say the same.

    `cause` is the same for every copy of a message and for no other message, and `session`
    also for one that comes again because it could not be taken. An equal text within `again`
    is a copy; both are None where the gateway's own id tells.
    """

    is_repeat: bool
    cause: str
    session: str
    until: datetime | None = None
    again: timedelta | None = None


def name_of(sms: Sms) -> str:
    """Return what a message is remembered by: its id, or its text where the gateway has none."""
    return f"id/{sms.id}" if sms.id else f"text/{hygiene.cleaned(sms.text)}"


def occasion_of(sms: Sms, look: Look, now: datetime) -> Occasion:
    """Tell a message from its copies.

    Without an id, an equal text within 2 seconds of an open menu is a copy, else within 60.
    """
    name = name_of(sms)
    if sms.id:
        return Occasion(look.seen_until is not None, name, name)
    again = REMEMBERED if look.typed is None else REPEAT_IN_MENU
    until, last = _whole(now + REMEMBERED), look.seen_until
    is_repeat = last is not None and last > until - again
    cause = f"{name}/{_stamp(last if is_repeat else until)}"
    session = cause if look.typed_at is None else f"{name}/{look.typed_at.isoformat()}"
    return Occasion(is_repeat, cause, session, until, again)


def _whole(moment: datetime) -> datetime:
    """Return the next whole second, as it is stored."""
    return datetime.fromtimestamp(math.ceil(moment.timestamp()), UTC)


def _stamp(moment: datetime | None) -> str:
    return str(int(moment.timestamp())) if moment else ""
