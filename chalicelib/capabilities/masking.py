"""This file masks what tells who somebody is in a text: numbers, addresses, receipts; not names."""

import re

MASK = "***"
# Eight digits or more, whatever stands between them: a phone number, a receipt, an identity card.
_RUN = re.compile(r"\+?\d(?:[\s().*\u2010-\u2015/_-]*\d){7,}")
# A receipt that has letters too, at least five digits of it however they are parted.
_RECEIPT = re.compile(r"(?<!\w)(?=[\w/-]*[A-Za-z])(?:[\w/-]*?\d){5,}[\w/-]*")
# No name before the sign is longer; without a bound a long text takes its square of time.
_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]+\.[^\s@]+")
# An amount stays: digits, in groups of three or not, with their currency. It begins with no zero,
# and nothing that could be the rest of a number touches it.
_NUMBER = r"[1-9](?:\d{0,2}(?:[ .,]\d{3}){1,3}|\d{0,9})(?!\d)"
_WORD = r"(?:riels?|khr|usd|dollars?|baht|r|រៀល|ដុល្លារ|បាត)(?![^\W\d_])"
_SIGN = r"[$៛฿]"
_BEFORE, _AFTER = r"(?<![\w+@/.*-])(?<!\d )", r"(?![\w@/*-])(?! ?\d)"
_MONEY = re.compile(
    rf"{_BEFORE}(?:{_NUMBER} ?(?:{_WORD}|{_SIGN})|(?:{_SIGN}|{_WORD}) ?{_NUMBER}){_AFTER}",
    re.IGNORECASE,
)


def masked(text: str) -> str:
    """Return a text without what leads to a person; who wrote names wrote them.

    Runs of eight digits or more go, spaces, dashes and the like within them ignored, and so do
    e-mail addresses and receipts; an amount of money stays.
    """
    kept: list[str] = []
    at = 0
    text = _ADDRESS.sub(MASK, text)
    for found in _MONEY.finditer(text):
        kept += [_hidden(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*kept, _hidden(text[at:])])


def _hidden(text: str) -> str:
    for one in (_RUN, _RECEIPT):
        text = one.sub(MASK, text)
    return text
