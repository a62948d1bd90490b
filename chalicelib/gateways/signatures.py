"""This file makes and checks keyed hashes, as gateways sign their callbacks or want ours signed."""

import base64
import hmac
from collections.abc import Mapping

from chalicelib.gateways.mapping import TEXT, Signature
from chalicelib.gateways.templates import filled

ALGORITHMS = ("sha1", "sha256", "sha512")
ENCODINGS = ("hex", "base64")


def signature(rule: Signature, values: Mapping[str, str], keys: Mapping[str, str]) -> str:
    """Return the keyed hash of what a rule names, by a key of a deployer's settings."""
    message, key = filled(rule.over, {**keys, **values}, TEXT), filled(rule.key, keys, TEXT)
    # The parts of a callback are bytes of UTF-8 already; nothing here may fail on a stranger's.
    made = hmac.new(key.encode(), message.encode("utf-8", "replace"), rule.algorithm)
    raw = made.digest()
    written = raw.hex() if rule.encoding == "hex" else base64.b64encode(raw).decode()
    return rule.prefix + written


def is_signed(
    rule: Signature, given: str, values: Mapping[str, str], keys: Mapping[str, str]
) -> bool:
    """Whether what a header gave is the signature; compared in constant time."""
    return hmac.compare_digest(
        given.encode("utf-8", "replace"), signature(rule, values, keys).encode()
    )


def sorted_fields(form: Mapping[str, str]) -> str:
    """Return the fields of a form by name, each name followed by its value."""
    return "".join(f"{name}{form[name]}" for name in sorted(form))
