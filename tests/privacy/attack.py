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
from functools import partial
from typing import Any

from chalicelib.telecom.msisdn import NETWORKS

# Prefixes with numbers of 9 digits too; all have numbers of 8.
NINE = ("31", "38", "60", "66", "67", "68", "71", "76", "88", "90", "96", "97")
# What is said unseen, and what is kept for a while under the key of its month.
TABLES = (
    *("ballot-tokens", "ballot-box", "scores", "comments", "complaints"),
    *("users-month", "seen", "submits", "limits", "talk"),
)
SHORTEST = 16
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
        for one in {raw, *raw.replace(b"/", b"#").split(b"#")}:
            found |= {one, *_decoded(one)}
    # A mark may be cut to its beginning, so beginnings are looked for too.
    return found | {one[:SHORTEST] for one in found if len(one) >= SHORTEST}


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


def makers(keys: Mapping[str, bytes], offices: Sequence[str], form: str) -> dict[str, Maker]:
    """Return everything that a number may have been made into, by name."""
    made: dict[str, Maker] = {}
    for name in ("md5", "sha1", "sha256"):
        made[f"{name} of E.164"] = _plain(name, lambda number: number)
        made[f"{name} without the plus"] = _plain(name, lambda number: number[1:])
        made[f"{name} as dialled"] = _plain(name, lambda number: b"0" + number[4:])
    made["the number itself"] = lambda number: number
    for key, value in keys.items():
        made[f"HMAC under {key}"] = _keyed(value, lambda number: number)
        for office in offices:
            made[f"token of {office} under {key}"] = _keyed(
                value, partial(_token, _parts("ballot", "v1", form, office))
            )
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
            if value in dump or value[:SHORTEST] in dump:
                found.setdefault(name, set()).add(number)
    return found


def _plain(name: str, spelled: Maker) -> Maker:
    digest = getattr(hashlib, name)
    return lambda number: digest(spelled(number)).digest()


def _keyed(key: bytes, message: Maker) -> Maker:
    return lambda number: hmac.digest(key, message(number), "sha256")


def _token(before: bytes, number: bytes) -> bytes:
    return before + len(number).to_bytes(4, "big") + number


def _parts(*parts: str) -> bytes:
    return b"".join(len(one.encode()).to_bytes(4, "big") + one.encode() for one in parts)
