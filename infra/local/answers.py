"""This file is every answer the pretend gateway can give, from the vendor's pages and its users."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from infra.local.exchange import JSON, Answer, shown, text
from infra.local.journal import Message

PRICE = Decimal("0.8000")
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
ACCEPTED = {100: "Processed", 101: "Sent", 102: "Queued"}
REJECTED = {
    401: "RiskHold",
    402: "InvalidSenderId",
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    405: "InsufficientBalance",
    406: "UserInBlacklist",
    407: "CouldNotRoute",
    409: "DoNotDisturbRejection",
    500: "InternalServerError",
    501: "GatewayError",
    502: "RejectedByGateway",
}
# Longer than any sender waits, so that its own time-out ends the call.
HANG_SECONDS = 25.0
# mode -> answer to the whole request: nothing is accepted.
REFUSALS = {
    "401": text(401, "The supplied authentication is invalid"),
    "429": text(429, "Too many requests"),
    "500": text(500, "Internal Server Error"),
    "hang": Answer(500, wait=HANG_SECONDS, hangs_up=True),
    "drop": Answer(500, hangs_up=True),
    "empty": shown(201, {"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}),
}
# mode -> the code of every recipient in it.
CODES = {f"status_{code}": code for code in {**ACCEPTED, **REJECTED}} | {"none_id": 403}


def _cut(body: bytes) -> Answer:
    return Answer(201, body[: len(body) // 2], {"Content-Type": JSON})


def _page(_: bytes) -> Answer:
    return Answer(200, b"<html><body>OK</body></html>", {"Content-Type": "text/html"})


# mode -> how an acceptance is told: these messages are accepted, whatever the answer looks like.
DRESSES: dict[str, Callable[[bytes], Answer]] = {
    "ok": lambda body: Answer(201, body, {"Content-Type": JSON}),
    "charset": lambda body: Answer(201, body, {"Content-Type": f"{JSON}; charset=utf-8"}),
    "truncated": _cut,
    "html": _page,
    "nothing": lambda _: Answer(201, b"", {"Content-Type": JSON}),
    "lost": lambda _: Answer(201, hangs_up=True),
    "slow_lost": lambda _: Answer(201, wait=HANG_SECONDS, hangs_up=True),
}
MODES = (*DRESSES, *REFUSALS, *CODES)


def code(mode: str, to: str) -> int:
    """Return the vendor's status code for one recipient."""
    if mode in CODES:
        return CODES[mode]
    return 101 if NUMBER.fullmatch(to) else 403


def accepted(status: int, message: Message) -> dict[str, Any]:
    """Return the recipient of an accepted message; `messageParts` is sent and undocumented."""
    return {
        "statusCode": status,
        "number": message["to"],
        "status": "Success",
        "cost": f"KES {PRICE * message['segments']}",
        "messageId": message["id"],
        "messageParts": message["segments"],
    }


def rejected(status: int, to: str) -> dict[str, Any]:
    """Return the recipient of a refused message: its id is the word `None`."""
    return {
        "statusCode": status,
        "number": to,
        "status": REJECTED[status],
        "cost": "0",
        "messageId": "None",
    }


def dressed(mode: str, recipients: list[dict[str, Any]]) -> Answer:
    """Return the whole answer of a mode."""
    well = [one for one in recipients if one["statusCode"] in ACCEPTED]
    cost = sum((Decimal(one["cost"].removeprefix("KES ")) for one in well), Decimal("0.0000"))
    told = {
        "SMSMessageData": {
            "Message": f"Sent to {len(well)}/{len(recipients)} Total Cost: KES {cost}",
            "Recipients": recipients,
        }
    }
    return DRESSES.get(mode, DRESSES["ok"])(json.dumps(told).encode())
