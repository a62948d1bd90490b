"""This file makes and reads the echo: what a gateway hands back with the next hop of a session.

It saves one read a hop, and it is a hint only: forged, cut or absent, the profile is read.
Africa's Talking shows it on its dashboard and keeps 99 characters at most, so it holds no
personal data and stays under 60.
"""

import hmac
from typing import NamedTuple

from chalicelib.dialog.book import LANGUAGES
from chalicelib.telecom.messages import UssdHop

FORMAT = "1"
MAC_LENGTH = 16
MAX_LENGTH = 60
PARTS = 6
KNOWN, STRANGER = "k", "-"


class Echo(NamedTuple):
    """What the first hop knew: the book, the language, and whether a language was stored.

    `invited` is the day of a forum that waits for an answer, as `30/11`, or empty; `skip` is how
    much of the transcript lies before the menu was renewed.
    """

    book: str
    language: str
    known: bool
    skip: int = 0
    invited: str = ""


def written(echo: Echo, hop: UssdHop, key: bytes) -> str:
    """Return the echo as a header value, signed over the session and its fields."""
    known = (KNOWN if echo.known else STRANGER) + echo.invited.replace("/", "")
    fields = f"{FORMAT}.{echo.book}.{echo.language}.{known}.{echo.skip}"
    return f"{fields}.{_mac(fields, hop, key)}"


def read(hop: UssdHop, key: bytes) -> Echo | None:
    """Return the echo of a hop, or None where there is none that we made for this session."""
    if not hop.echo or len(hop.echo) > MAX_LENGTH or not hop.echo.isascii():
        return None
    fields, _, mac = hop.echo.rpartition(".")
    if not hmac.compare_digest(mac, _mac(fields, hop, key)):
        return None
    parts = fields.split(".")
    if len(parts) != PARTS - 1 or parts[0] != FORMAT or parts[2] not in LANGUAGES:
        return None
    known, day = parts[3][:1], parts[3][1:]
    invited = f"{day[:2]}/{day[2:]}" if day else ""
    return Echo(parts[1], parts[2], known == KNOWN, int(parts[4]), invited)


def _mac(fields: str, hop: UssdHop, key: bytes) -> str:
    subject = (hop.party.gateway, hop.session_id, hop.party.id, hop.service_code, fields)
    message = "\0".join(subject).encode("utf-8", "replace")
    return hmac.digest(key, message, "sha256").hex()[:MAC_LENGTH]
