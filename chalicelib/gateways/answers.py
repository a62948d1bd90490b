"""This file says what an answer to a post means, the same for every gateway."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.gateways.mapping import ACCEPTED, DEFERRED, REJECTED, UNKNOWN
from chalicelib.telecom.messages import SendResult

# Refused before anything was read: credentials (a new API key works after some minutes), rate.
REFUSED_FOR_NOW = {401: "credentials", 403: "credentials", 429: "throttled"}
ANSWERED = range(200, 300)
REFUSED = frozenset({400, 404, 405, 406, 413, 414, 415, 422})
ANSWERED_EACH = "answered"
NOT_NAMED = SendResult(UNKNOWN, reason="no_recipient")
NOT_A_NUMBER = SendResult(REJECTED, reason="not_a_number")


def outcome_of(status: int, beside: Mapping[int, str]) -> tuple[str, str]:
    """Return what a status of HTTP says by itself, with its reason; nothing for a 2xx.

    `beside` is what a gateway's documents add. A redirect and a 5xx may come after acceptance,
    so they are doubts whatever a document says.
    """
    if status in ANSWERED:
        return "", ""
    if status in beside and status not in range(300, 400) and status < 500:  # noqa: PLR2004 - HTTP
        return beside[status], f"http_{status}"
    if status in REFUSED_FOR_NOW:
        return DEFERRED, REFUSED_FOR_NOW[status]
    return (REJECTED if status in REFUSED else UNKNOWN), f"http_{status}"


def retry_after(headers: Mapping[str, Any]) -> float:
    """Return the seconds a gateway asks to wait; a date or nonsense asks for none."""
    asked = headers.get("Retry-After", "")
    return float(asked) if asked.isascii() and asked.isdigit() else 0.0


def outweighing(entries: list[SendResult]) -> SendResult:
    """Return what several entries on one recipient say: acceptance, then doubt, then the first.

    No entry proves nothing: a 201 may come with an empty list.
    """
    for wanted in (ACCEPTED, UNKNOWN):
        for one in entries:
            if one.outcome == wanted:
                return one
    return entries[0] if entries else NOT_NAMED


def of_their_own(named: Mapping[str, SendResult]) -> dict[str, SendResult]:
    """Take an id away from whom it was given together with others: a report would settle all."""
    given = Counter(one.message_id for one in named.values() if one.message_id)
    return {
        number: replace(one, message_id="") if given[one.message_id] > 1 else one
        for number, one in named.items()
    }
