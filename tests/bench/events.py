"""This file holds what API Gateway hands to the functions: dials, inputs and an SMS."""

from typing import Any
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"
SECRET, CODE, NUMBER = "local-secret", "*384*55#", "+85512000001"
SESSION = "ATUid_bench"
ECHO = "at-ussd-hop-metadata"
HOP = {"phoneNumber": NUMBER, "serviceCode": CODE, "sessionId": SESSION}


def called(kind: str, fields: dict[str, str], **headers: str) -> dict[str, Any]:
    """Return the event of one callback."""
    told = {"gateway": "africastalking", "secret": SECRET, "kind": kind}
    return event("/gateways/{gateway}/{secret}/{kind}", told, urlencode(fields), **headers)


def event(route: str, told: dict[str, str], body: str, **headers: str) -> dict[str, Any]:
    """Return the event of one POST of a form to a route, with what its path tells."""
    path = route.format(**told)
    return {
        "resource": route,
        "path": path,
        "httpMethod": "POST",
        "headers": {"Content-Type": FORM, **headers},
        "multiValueQueryStringParameters": None,
        "pathParameters": told or None,
        "stageVariables": None,
        "body": body,
        "isBase64Encoded": False,
        "requestContext": {
            "httpMethod": "POST",
            "resourcePath": route,
            "path": path,
            "identity": {"sourceIp": "127.0.0.1"},
        },
    }


def hop(text: str = "", echo: str = "") -> dict[str, Any]:
    """Return one hop, with the echo of the one before."""
    headers = {ECHO: echo} if echo else {}
    return called("ussd", {**HOP, "text": text}, **headers)


def sms(text: str, id_: str) -> dict[str, Any]:
    """Return one SMS."""
    return called("sms", {"from": NUMBER, "to": "38455", "text": text, "id": id_})
