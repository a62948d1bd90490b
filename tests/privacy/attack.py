"""This file attacks a dump as whoever seizes one would: with every number, and every key left.

The thief has all tables and every key that still exists, and knows the code. For each number of the
numbering plan they make what the code could have made of it, plain or keyed, and look whether any
of it stands in the dump.
"""

import hashlib
import hmac
import json
from base64 import b64decode, urlsafe_b64decode
from binascii import Error
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from chalicelib.capabilities.ballots import FORM
from chalicelib.telecom.msisdn import NETWORKS

# Prefixes with numbers of 9 digits too; all have numbers of 8.
NINE = ("31", "38", "60", "66", "67", "68", "71", "76", "88", "90", "96", "97")
# A mark holds 16 letters of base64 of its hash.
SHORTEST, MARK = 16, 12
GATEWAY, NUMBER = "africastalking", "{number}"
# The keys that a purpose is made with; all others are made with a month's.
PERIOD = ("period-",)
KEY_OF = {"person": ("contacts",), "complaint": ("pepper",), "pair": ("pepper",)}
Maker = Callable[[bytes], bytes]


def plan(part: int = 1) -> Iterator[bytes]:
    """Give every number that a phone in Cambodia may have, in E.164, or each `part`-th of them."""
    at = 0
    for prefix in sorted(NETWORKS):
        for digits in (6, 7) if prefix in NINE else (6,):
            for n in range(-at % part, 10**digits, part):
                yield f"+855{prefix}{n:0{digits}}".encode()
            at += 10**digits


def strings_of(items: Iterable[Mapping[str, Any]]) -> set[bytes]:
    """Return every string in a dump as bytes: as it stands, in its parts, and decoded."""
    found: set[bytes] = set()
    for value in _values(items):
        if isinstance(value, str) and value.startswith("{"):
            found |= strings_of([json.loads(value)])
        raw = value if isinstance(value, bytes) else str(value).encode()
        # A try is an hour, a sign and its mark.
        for one in {raw, raw[3:], *raw.replace(b"/", b"#").split(b"#")}:
            found |= {one, *_decoded(one)}
    # A mark may be cut to its beginning, so beginnings are looked for too.
    return found | {one[:MARK] for one in found if len(one) >= SHORTEST}


def _values(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _values(inner)
    elif isinstance(value, list | set | tuple):
        for inner in value:
            yield from _values(inner)
    else:
        yield value


def _decoded(one: bytes) -> Iterator[bytes]:
    for decode in (urlsafe_b64decode, b64decode, bytes.fromhex):
        with suppress(Error, ValueError):
            yield decode(one.decode() if decode == bytes.fromhex else one + b"=" * (-len(one) % 4))


@dataclass(frozen=True)
class Guessed:
    """What a thief may know or guess beside a number: what a hash of it may be made with.

    `sessions`, `messages` and `transcripts` are those of the gateway's log, if they have that too.
    """

    offices: Sequence[str] = ()
    days: Sequence[str] = ()
    sessions: Sequence[str] = ()
    messages: Sequence[str] = ()
    transcripts: Sequence[str] = ()
    values: Sequence[str] = ()
    form: str = FORM


def makers(
    keys: Mapping[str, bytes], guessed: Guessed, *, crossed: bool = True
) -> dict[str, Maker]:
    """Return everything that a number may have been made into, by name.

    Each purpose is tried with every key where they are `crossed`, else with its own keys alone.
    """
    made: dict[str, Maker] = {}
    for name in ("md5", "sha1", "sha256"):
        made[f"{name} of E.164"] = _plain(name, lambda number: number)
        made[f"{name} without the plus"] = _plain(name, lambda number: number[1:])
        made[f"{name} as dialled"] = _plain(name, lambda number: b"0" + number[4:])
    made["the number itself"] = lambda number: number
    for key, value in keys.items():
        made[f"HMAC under {key}"] = _keyed(value, lambda number: number)
        for name, maker in purposes(guessed).items():
            if crossed or key.startswith(KEY_OF.get(name.split()[0], PERIOD)):
                made[f"{name} under {key}"] = _keyed(value, maker)
    return made


def purposes(guessed: Guessed) -> dict[str, Maker]:
    """Return what a key is given of a number, by what it is for."""
    made: dict[str, Maker] = {
        "person": _hashed("person", GATEWAY, NUMBER),
        "sealing": _hashed("seal", "talk", GATEWAY, NUMBER),
        "user": _hashed("user", GATEWAY, NUMBER),
        "talk": _hashed("talk", GATEWAY, NUMBER, "sms"),
    }
    for purpose in ("complaint", "pair"):
        made[purpose] = _hashed(purpose, NUMBER)
    for office in guessed.offices:
        made[f"token of {office}"] = _hashed("ballot", "v1", guessed.form, office, NUMBER)
    for day in guessed.days:
        for what in ("party", "puzzled"):
            made[f"{what} on {day}"] = _hashed("limits", day, what, GATEWAY, NUMBER)
    for value in guessed.values:
        made[f"mark of {value}"] = _hashed("try", GATEWAY, NUMBER, value)
    return made | _of_the_gateways_log(guessed)


def _of_the_gateways_log(guessed: Guessed) -> dict[str, Maker]:
    made: dict[str, Maker] = {}
    for message in guessed.messages:
        made[f"seen {message}"] = _hashed("seen", "sms", GATEWAY, NUMBER, f"id/{message}")
        made[f"reply {message}"] = _hashed("outbox", "sms", GATEWAY, NUMBER, f"id/{message}")
    for session in guessed.sessions:
        made[f"session {session}"] = _hashed("seen", "usage", f"{GATEWAY}/{NUMBER}/{session}")
        for one in guessed.transcripts:
            made[f"submit {session} {one}"] = _hashed("submit", GATEWAY, NUMBER, session, one)
            made[f"sent {session} {one}"] = _hashed("outbox", "ussd", GATEWAY, NUMBER, session, one)
            for purpose in ("code", "entry"):
                words = (GATEWAY, session, one, NUMBER)
                made[f"{purpose} {session} {one}"] = _hashed(purpose, *words)
    return made


def recovered(
    dump: set[bytes], numbers: Iterable[bytes], made: Mapping[str, Maker]
) -> dict[str, set[bytes]]:
    """Return the numbers of which something stands in the dump, by what was made of them."""
    found: dict[str, set[bytes]] = {}
    makers_ = list(made.items())
    for number in numbers:
        for name, maker in makers_:
            value = maker(number)
            if (value[:MARK] if len(value) >= SHORTEST else value) in dump:
                found.setdefault(name, set()).add(number)
    return found


def _plain(name: str, spelled: Maker) -> Maker:
    digest = getattr(hashlib, name)
    return lambda number: digest(spelled(number)).digest()


def _keyed(key: bytes, message: Maker) -> Maker:
    return lambda number: hmac.digest(key, message(number), "sha256")


def _hashed(*parts: str) -> Maker:
    """Return what makes the message of a hash: each part behind its length, a number in one."""
    at = next(n for n, one in enumerate(parts) if NUMBER in one)
    before, after = (one.encode() for one in parts[at].split(NUMBER))
    head, tail, more = _parts(*parts[:at]), _parts(*parts[at + 1 :]), len(before) + len(after)
    return lambda of: head + (more + len(of)).to_bytes(4, "big") + before + of + after + tail


def _parts(*parts: str) -> bytes:
    return b"".join(len(one.encode()).to_bytes(4, "big") + one.encode() for one in parts)
