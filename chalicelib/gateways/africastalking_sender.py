"""This file sends SMS through Africa's Talking's own SDK, and says what its answer means.

Imported by the sender function alone: the SDK and `requests` cost a cold start 150 ms.
The vendor knows no idempotency key for SMS, so a message is posted once, and counts as not
accepted only where it cannot have been.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import requests
from africastalking.SMS import SMSService

from chalicelib.gateways.africastalking import MESSAGE_ID, NAME
from chalicelib.gateways.answers import (
    ANSWERED_EACH,
    NOT_A_NUMBER,
    NOT_NAMED,
    of_their_own,
    outcome_of,
    outweighing,
    retry_after,
)
from chalicelib.gateways.mapping import ACCEPTED, DEFERRED, REJECTED, UNKNOWN
from chalicelib.gateways.one_post import Lost, posted
from chalicelib.settings import Settings
from chalicelib.telecom import msisdn
from chalicelib.telecom.messages import BulkResult, SendResult

TIMEOUT = (3.0, 20.0)
# The vendor's codes for one recipient: processed, sent, queued; and why it was not.
TAKEN = frozenset({100, 101, 102})
NOT_TAKEN: Mapping[int, str] = {
    401: "risk_hold",
    402: "invalid_sender_id",
    403: "invalid_phone_number",
    404: "unsupported_number_type",
    405: "insufficient_balance",
    406: "user_in_blacklist",
    407: "could_not_route",
    409: "do_not_disturb_rejection",
}
NO_ID = "None"
NOT_DIGITS = re.compile(r"[^0-9]")


class AfricasTalking:
    """See `ports.SmsGateway`."""

    name = NAME

    def __init__(
        self, settings: Settings, key: str, timeout: tuple[float, float] = TIMEOUT
    ) -> None:
        """Take the stage's user name, address and sender name, and its API key."""
        self.service = _Service(settings.gateway_username, key)
        if settings.gateway_url:
            self.service._baseUrl = settings.gateway_url  # noqa: SLF001 - the SDK has no other way
        self.sender_id, self.timeout = settings.sender_id or None, timeout

    def send(self, number: str, text: str) -> SendResult:
        """POST once and classify the answer."""
        answer = self.send_many([number], text)
        if answer.outcome == ANSWERED_EACH:
            return answer.by_number.get(number, NOT_NAMED)
        return SendResult(answer.outcome, reason=answer.reason, posted=answer.posted)

    def send_many(self, numbers: Sequence[str], text: str) -> BulkResult:
        """POST one text for many numbers, once, and classify the answer for each."""
        good = [one for one in numbers if msisdn.E164.fullmatch(one)]
        # The SDK's own fault for these would hold the number.
        bad = {one: NOT_A_NUMBER for one in numbers if one not in good}
        if not good:
            return BulkResult(ANSWERED_EACH, bad)
        try:
            answer = self.service.send(text, good, self.sender_id, timeout=self.timeout)
        except Lost as lost:
            outcome = UNKNOWN if lost.connected else DEFERRED
            return BulkResult(outcome, reason=lost.why, posted=lost.connected)
        found = _of_answer(answer, good)
        return replace(found, by_number={**found.by_number, **bad})


class _Service(SMSService):  # type: ignore[misc]  # the SDK has no types
    """The SDK's service on our transport: its own loses the status of what is not a 2xx."""

    def _make_request(
        self,
        url: str,
        method: str,
        *,
        headers: Mapping[str, str],
        data: Mapping[str, Any],
        timeout: tuple[float, float],
        **_: None,
    ) -> requests.Response:
        return posted(method, url, headers, data, timeout)


def _of_answer(answer: requests.Response, numbers: Sequence[str]) -> BulkResult:
    outcome, reason = outcome_of(answer.status_code, {})
    if outcome:
        return BulkResult(outcome, reason=reason, retry_after=retry_after(answer.headers))
    recipients = _recipients(answer)
    if recipients is None:
        return BulkResult(UNKNOWN, reason="unreadable")
    return _of_recipients(recipients, numbers)


def _recipients(answer: requests.Response) -> Sequence[Mapping[str, Any]] | None:
    """Return the list of a 2xx, whatever type it says it is; None where it holds none."""
    try:
        recipients = answer.json()["SMSMessageData"]["Recipients"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    if not isinstance(recipients, list):
        return None
    return [one for one in recipients if isinstance(one, dict)]


def _of_recipients(recipients: Sequence[Mapping[str, Any]], numbers: Sequence[str]) -> BulkResult:
    """Sort the entries by the numbers asked for, however they are written and in any order."""
    entries: dict[str, list[Mapping[str, Any]]] = {one[1:]: [] for one in numbers}
    extra = 0
    for one in recipients:
        ours = entries.get(NOT_DIGITS.sub("", str(one.get("number", ""))))
        if ours is None:
            extra += 1
        else:
            ours.append(one)
    named = {n: outweighing([_of_entry(one) for one in entries[n[1:]]]) for n in numbers}
    return BulkResult(ANSWERED_EACH, of_their_own(named), extra=extra)


def _of_entry(one: Mapping[str, Any]) -> SendResult:
    code = _code(one)
    if code in TAKEN:
        return SendResult(ACCEPTED, _id_of(one), cost=str(one.get("cost", "")))
    if code in NOT_TAKEN:
        return SendResult(REJECTED, reason=NOT_TAKEN[code])
    return SendResult(UNKNOWN, reason="gateway_error")


def _id_of(recipient: Mapping[str, Any]) -> str:
    """Return the id that a report will name; nothing where it is none that a report could."""
    message_id = str(recipient.get("messageId", NO_ID))
    return message_id if message_id != NO_ID and MESSAGE_ID.fullmatch(message_id) else ""


def _code(recipient: Mapping[str, Any]) -> int:
    try:
        return int(recipient.get("statusCode", 0))
    except (TypeError, ValueError):
        return 0
