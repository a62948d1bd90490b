"""This file tells whether a stage's gateways can be reached; it opens a line, and posts nothing."""

import socket
import ssl
from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

from chalicelib.gateways.africastalking import NAME as CODE
from chalicelib.gateways.mapping_read import NotAMapping, mapped
from chalicelib.settings import Settings
from chalicelib.telecom.routes import routes_of

State = Literal["ok", "wrong", "unknown"]
ITS_OWN = "https://api.africastalking.com"
SECONDS = 5.0
HTTPS, HTTP = 443, 80


def healths(
    stage: Settings, opens: Callable[[str], str] | None = None
) -> list[tuple[str, State, str]]:
    """Return of each gateway of a stage its name, state, and what was seen.

    `opens` returns what hinders a line to an address, or nothing.
    """
    opens = opens or line_fault
    names = sorted(routes_of(stage.gateways, stage.routes).gateways)
    return [(name, *_health(name, stage, opens)) for name in names]


def _health(name: str, stage: Settings, opens: Callable[[str], str]) -> tuple[State, str]:
    try:
        addresses = _addresses(name, stage)
    except NotAMapping as fault:
        return "wrong", f"its file has faults: {fault}"
    if not addresses:
        return "ok", "it only calls, nothing is posted to it"
    if any(one.startswith("${") for one in addresses):
        return "unknown", "its address is in the secret, which is not read"
    for one in addresses:
        why = opens(one)
        if why:
            return "wrong", f"{urlsplit(one).hostname} cannot be reached: {why}"
    return "ok", f"{', '.join(sorted(str(urlsplit(one).hostname) for one in addresses))} answers"


def _addresses(name: str, stage: Settings) -> set[str]:
    if name == CODE:
        return {stage.gateway_url or ITS_OWN}
    made = mapped(name)
    return {how.url for how in (made.send, made.screen) if how is not None}


def line_fault(address: str) -> str:
    """Return what hinders a line to an address, its certificate too; nothing where it stands."""
    parts = urlsplit(address)
    host, is_safe = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (HTTPS if is_safe else HTTP)
    try:
        with socket.create_connection((host, port), timeout=SECONDS) as line:
            if is_safe:
                ssl.create_default_context().wrap_socket(line, server_hostname=host).close()
    except OSError as fault:
        return type(fault).__name__
    return ""
