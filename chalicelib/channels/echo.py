"""This file makes and reads the echo: what a gateway hands back with the next hop of a session.

It saves one read a hop, and it is a hint only: forged, cut or absent, the profile is read.
Africa's Talking shows it on its dashboard and keeps 99 characters at most, so it holds no
personal data and stays under 60.
"""

from hashlib import blake2b
from hmac import compare_digest
from typing import NamedTuple

from chalicelib.telecom.messages import UssdHop

FORMAT = "1"
MAC_BYTES = 8
MAX_LENGTH = 60
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

    @property
    def fields(self) -> str:
        """What it says, as it is written before its signature."""
        known = (KNOWN if self.known else STRANGER) + self.invited.replace("/", "")
        return f"{FORMAT}.{self.book}.{self.language}.{known}.{self.skip}"


def begins(book: str) -> str:
    """Return what the fields of every echo of a book begin with."""
    return f"{FORMAT}.{book}."


def signed(fields: str, hop: UssdHop, key: bytes) -> str:
    """Return an echo as a header value, signed over the session and its fields."""
    return f"{fields}.{_mac(fields, hop, key)}"


def fields_of(hop: UssdHop, key: bytes) -> str:
    """Return the fields of a hop's echo, empty where we made none for this session."""
    if not hop.echo or len(hop.echo) > MAX_LENGTH or not hop.echo.isascii():
        return ""
    fields, _, mac = hop.echo.rpartition(".")
    ours = fields.startswith(f"{FORMAT}.") and compare_digest(mac, _mac(fields, hop, key))
    return fields if ours else ""


def read(fields: str) -> Echo:
    """Return what fields say that we made."""
    _, book, language, known, skip = fields.split(".")
    day = known[1:]
    invited = f"{day[:2]}/{day[2:]}" if day else ""
    return Echo(book, language, known.startswith(KNOWN), int(skip), invited)


def _mac(fields: str, hop: UssdHop, key: bytes) -> str:
    party = hop.party
    subject = f"{party.gateway}\0{hop.session_id}\0{party.id}\0{hop.service_code}\0{fields}"
    # BLAKE2 takes a key by itself, RFC 7693: a signature at a third of what HMAC takes.
    message = subject.encode("utf-8", "replace")
    return blake2b(message, key=key, digest_size=MAC_BYTES).hexdigest()
