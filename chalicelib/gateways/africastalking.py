"""This file translates Africa's Talking's callbacks, and our screens for its answers.

Its calls are form posts without a signature; a field may be new tomorrow. Field names and the
rules beside them are the vendor's documents of 2026 and captured requests.
"""

import re
from collections.abc import Mapping, Sequence

from chalicelib.errors import NotAcceptable
from chalicelib.settings import Settings
from chalicelib.telecom import callbacks, msisdn
from chalicelib.telecom.messages import (
    NUMBERS,
    DeliveryReport,
    OptOut,
    Party,
    Reply,
    Sms,
    UssdEnd,
    UssdHop,
)

NAME = "africastalking"
# Handed back with the next hop of a session; 99 characters at most and no `|`.
ECHO_HEADER = "at-ussd-hop-metadata"
FIELDS = frozenset(
    {
        *("phoneNumber", "serviceCode", "text", "sessionId"),
        *("status", "input"),
        *("id", "from", "to"),
        "failureReason",
    }
)
UNKNOWN = "unknown"
PLAIN: Mapping[str, str] = {"Content-Type": "text/plain; charset=utf-8"}
# The vendor's words, case-folded since its pages differ -> words of capabilities.delivery.
STATUSES: Mapping[str, str] = {
    "sent": "accepted",
    "submitted": "accepted",
    "buffered": "accepted",
    "success": "delivered",
    "failed": "failed",
    "rejected": "failed",
    "absentsubscriber": "failed",
    "expired": "failed",
}
REASONS = frozenset(
    {
        "insufficientcredit",
        "invalidlinkid",
        "userisinactive",
        "userinblacklist",
        "useraccountsuspended",
        "notnetworksubcriber",  # as the vendor spells it
        "notnetworksubscriber",
        "usernotsubscribedtoproduct",
        "userdoesnotexist",
        "deliveryfailure",
        "donotdisturbrejection",
    }
)
MESSAGE_ID = re.compile(r"[A-Za-z0-9_.:-]{1,100}")


class FieldMissing(NotAcceptable):
    """A callback lacks a field it cannot be understood without."""


class NotAMessageId(NotAcceptable):
    """A delivery report names no message that this gateway could have numbered."""


def read(_kind: str, call: callbacks.Call) -> Sequence[Mapping[str, str]]:
    """Return the fields of a callback; it holds one message."""
    return [callbacks.fields(call, FIELDS)]


def parse_hop(fields: Mapping[str, str], echo: str, settings: Settings) -> UssdHop:
    """Return one hop of a session.

    Raises:
        FieldMissing: session, caller or service code is missing or empty.
        NotANumber: the caller is no number we serve.
    """
    return UssdHop(
        party=_party(_needed(fields, "phoneNumber"), settings),
        session_id=_needed(fields, "sessionId"),
        service_code=_needed(fields, "serviceCode"),
        text=fields.get("text", ""),
        echo=echo,
    )


def parse_end(fields: Mapping[str, str], settings: Settings) -> UssdEnd:
    """Return the word that a session is over.

    Raises:
        FieldMissing: session, caller or service code is missing or empty.
        NotANumber: the caller is no number we serve.
    """
    return UssdEnd(
        party=_party(_needed(fields, "phoneNumber"), settings),
        session_id=_needed(fields, "sessionId"),
        service_code=_needed(fields, "serviceCode"),
        text=fields.get("input", ""),
    )


def parse_sms(fields: Mapping[str, str], settings: Settings) -> Sms:
    """Return one SMS. Its `date` is left out: only our own clock counts.

    Raises:
        NotANumber: the sender is a name, a short code or a number we do not serve, so that
            nobody could be answered; repeating it would change nothing.
    """
    return Sms(
        party=_party(fields.get("from", ""), settings),
        id=fields.get("id", ""),
        short_code=fields.get("to", ""),
        text=fields.get("text", ""),
    )


def parse_report(fields: Mapping[str, str], settings: Settings) -> DeliveryReport:
    """Return what became of a message; words we do not know are kept as `unknown`.

    Raises:
        NotAMessageId: the message it speaks of cannot be ours.
    """
    message_id = fields.get("id", "")
    if not MESSAGE_ID.fullmatch(message_id):
        raise NotAMessageId("a delivery report without the id of a message")
    reason = fields.get("failureReason", "").casefold()
    return DeliveryReport(
        gateway=NAME,
        message_id=message_id,
        status=STATUSES.get(fields.get("status", "").casefold(), UNKNOWN),
        reason=reason if reason in REASONS or not reason else UNKNOWN,
        party=_party_or_none(fields.get("phoneNumber", ""), settings),
    )


def parse_opt_out(fields: Mapping[str, str], settings: Settings) -> OptOut:
    """Return who wants no more messages.

    Raises:
        NotANumber: it is no number we serve.
    """
    return OptOut(_party(fields.get("phoneNumber", ""), settings))


def reply(screen: Reply, _fields: Mapping[str, str]) -> tuple[int, str, dict[str, str]]:
    """Return status, body and headers of a screen; nothing may stand before `CON` or `END`."""
    headers = dict(PLAIN)
    if screen.echo:
        headers[ECHO_HEADER] = screen.echo
    return 200, f"{'END' if screen.end else 'CON'} {screen.text}", headers


def done(_kind: str, _fields: Mapping[str, str]) -> tuple[int, str, dict[str, str]]:
    """Return what tells the vendor that a callback was taken: 200 is enough."""
    return 200, "", dict(PLAIN)


def _needed(fields: Mapping[str, str], name: str) -> str:
    value = fields.get(name, "")
    if not value.strip():
        raise FieldMissing(f"the field {name} is missing or empty")
    return value


def _party(number: str, settings: Settings) -> Party:
    number = msisdn.parse(number, msisdn.codes_of(settings.countries))
    return Party(NUMBERS, number, number)


def _party_or_none(number: str, settings: Settings) -> Party | None:
    try:
        return _party(number, settings)
    except msisdn.NotANumber:
        return None
