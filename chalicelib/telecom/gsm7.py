"""This file holds the GSM 7-bit alphabet (3GPP TS 23.038): what fits, and what comes nearest."""

import re
import unicodedata
from collections.abc import Mapping

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"
SEPTETS: Mapping[str, int] = {**dict.fromkeys(BASIC, 1), **dict.fromkeys(EXTENSION, 2)}

_ONLY_BASIC = re.compile(f"[{re.escape(BASIC)}]*")
_ONLY_GSM = re.compile(f"[{re.escape(BASIC + EXTENSION)}]*")
_DOUBLE = re.compile(f"[{re.escape(EXTENSION)}]")
_NEAREST: Mapping[str, str] = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\t\u00a0\u2002\u2003\u2009\u202f", " "),
    "…": "...",
    "•": "-",
    "៛": "riel",
    "។": ".",
    "៖": ":",
    "ç": "c",
    "⁄": "/",
}
# Marks that sit on a letter, and characters that only steer how others are drawn.
_UNSEEN = {"Mn", "Mc", "Me", "Cf"}


def is_gsm7(text: str) -> bool:
    """Whether every character is in the alphabet or its extension."""
    return _ONLY_GSM.fullmatch(text) is not None


def septets(text: str) -> int | None:
    """Return the septets of a text, two for an extension character; None if it is not GSM-7."""
    if _ONLY_BASIC.fullmatch(text):
        return len(text)
    if not is_gsm7(text):
        return None
    return len(text) + len(_DOUBLE.findall(text))


def downgraded(text: str) -> str:
    """Return the text in GSM-7: the nearest plain character, `?` where there is none."""
    if is_gsm7(text):
        return text
    return "".join(_nearest(one) for one in text)


def _nearest(character: str) -> str:
    if character in SEPTETS:
        return character
    if character in _NEAREST:
        return _NEAREST[character]
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(character) in _UNSEEN:
        return ""
    return "".join(map(_plain, unicodedata.normalize("NFKD", character))) or "?"


def _plain(part: str) -> str:
    """Return one part of a composed character; a lone accent says nothing."""
    return part if part in SEPTETS else _NEAREST.get(part, "")
