"""This file cleans what citizens type before anybody reads it: it is hostile until parsed."""

import re
import unicodedata
from collections.abc import Sequence

_KHMER_DIGITS = {0x17E0 + digit: str(digit) for digit in range(10)}
_UNWANTED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_TRAILING = "#.) \n"


def ascii_digits(text: str) -> str:
    """Return the text with Khmer digits (U+17E0 to U+17E9) as ASCII ones."""
    return text.translate(_KHMER_DIGITS)


def cleaned(text: str) -> str:
    """Return the text without what nobody types on purpose, in Unicode form NFC.

    Controls (line breaks stay), lone surrogates, direction overrides, zero-width marks and the
    byte order mark go; every wide or fixed space becomes a plain one.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _UNWANTED.sub("", _SPACES.sub(" ", text))
    return unicodedata.normalize("NFC", text)


def key(text: str) -> str:
    """Return an input as a key press: NFKC, Khmer digits as ASCII, trimmed of `# . )` too."""
    if text.isascii() and text.isalnum():
        return text
    folded = unicodedata.normalize("NFKC", cleaned(text))
    return ascii_digits(folded).strip().rstrip(_TRAILING)


def keys(inputs: Sequence[str]) -> Sequence[str]:
    """Return inputs as key presses, each as `key` does."""
    typed = "".join(inputs)
    # So nearly every session is, and all of it takes as long to look at as one input.
    if typed.isascii() and typed.isalnum():
        return inputs
    return [key(one) for one in inputs]
