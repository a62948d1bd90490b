"""This file counts and cuts the parts of an SMS, as it is billed."""

from typing import Literal, NamedTuple

from chalicelib.telecom import gsm7

Encoding = Literal["gsm7", "ucs2"]
# Octets of one SMS are 140; a concatenation header takes 6 of them (3GPP TS 23.040).
ALONE = {"gsm7": 160, "ucs2": 70}
JOINED = {"gsm7": 153, "ucs2": 67}
BEYOND_BMP = 0xFFFF


class Measure(NamedTuple):
    """The cost of a text: septets or UTF-16 units, and the parts it is billed as."""

    encoding: Encoding
    units: int
    segments: int


def measure(text: str) -> Measure:
    """Return how a text is encoded and how many parts it takes; an empty text takes none."""
    septets = gsm7.septets(text)
    encoding: Encoding = "ucs2" if septets is None else "gsm7"
    units = septets if septets is not None else len(text.encode("utf-16-le", "surrogatepass")) // 2
    if units <= ALONE[encoding]:
        return Measure(encoding, units, 1 if units else 0)
    if units == len(text):
        return Measure(encoding, units, -(-units // JOINED[encoding]))
    return Measure(encoding, units, len(split(text)))


def split(text: str) -> list[str]:
    """Split a text as a gateway concatenates it; the parts joined are the text.

    An escape pair or a surrogate pair is never cut, so a part may hold one unit less.
    """
    encoding: Encoding = "gsm7" if gsm7.is_gsm7(text) else "ucs2"
    costs = [_cost(one, encoding) for one in text]
    if sum(costs) <= ALONE[encoding]:
        return [text] if text else []
    parts, begin, used = [], 0, 0
    for at, cost in enumerate(costs):
        if used + cost > JOINED[encoding]:
            parts.append(text[begin:at])
            begin, used = at, 0
        used += cost
    return [*parts, text[begin:]]


def dearest(text: str) -> str | None:
    """Return the character that costs most: one outside GSM-7, else one of two septets."""
    foreign = next((one for one in text if one not in gsm7.SEPTETS), None)
    if foreign is not None:
        return foreign
    return next((one for one in text if gsm7.SEPTETS[one] > 1), None)


def _cost(character: str, encoding: Encoding) -> int:
    if encoding == "gsm7":
        return gsm7.SEPTETS[character]
    return 2 if ord(character) > BEYOND_BMP else 1
