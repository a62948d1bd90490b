"""This file knows phone numbers as the gateways give them: E.164, checked, never shown."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from chalicelib.errors import NotAcceptable

E164 = re.compile(r"\+[1-9][0-9]{7,14}")
BLOCK_DIGITS = 3
SHOWN_DIGITS = 2
CAMBODIA = "+855"
# What follows the calling code of a phone that can dial and text, by the numbering plans as in
# the metadata of the phonenumbers library, November 2026. Short codes and premium numbers have
# other lengths or beginnings.
PLANS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "855": (re.compile(r"[1-9][0-9]{7,8}"), "of Cambodia: 8 or 9 digits follow 855"),
    "254": (re.compile(r"[17][0-9]{8}"), "of Kenya: 9 digits, the first a 7 or 1, follow 254"),
}
_PREFIXES = {
    "cellcard": "11 12 14 17 61 76 77 78 85 89 92 95 99",
    "smart": "10 15 16 69 70 81 86 93 96 98",
    "metfone": "31 60 66 67 68 71 88 90 97",
    "seatel": "18",
    "cadcomms": "13",
}
NETWORKS: Mapping[str, str] = {
    prefix: name for name, prefixes in _PREFIXES.items() for prefix in prefixes.split()
}


class NotANumber(NotAcceptable):
    """What was given is not a number we serve; the message never holds it."""


@lru_cache
def codes_of(countries: str) -> tuple[str, ...]:
    """Return the calling codes of the setting OWL_COUNTRIES, which a comma parts."""
    return tuple([one.strip() for one in countries.split(",") if one.strip()])


def parse(raw: str, countries: Sequence[str]) -> str:
    """Return a number of an allowed country in E.164.

    Raises:
        NotANumber: it is no such number; the reason is told, the number is not.
    """
    if not E164.fullmatch(raw):
        raise NotANumber("not a phone number in international form: + and 8 to 15 digits")
    if not raw.startswith(tuple(countries), 1):
        raise NotANumber("a number of a country that this stage does not serve (OWL_COUNTRIES)")
    for code, (plan, rule) in PLANS.items():
        if raw.startswith(code, 1) and not plan.fullmatch(raw[1 + len(code) :]):
            raise NotANumber(f"not a mobile number {rule}")
    return raw


def network(number: str) -> str:
    """Return the network a number belongs to by its prefix; numbers do not move in Cambodia."""
    if not number.startswith(CAMBODIA):
        return "other"
    return NETWORKS.get(number[len(CAMBODIA) :][:2], "other")


def block(number: str) -> str:
    """Return the block of 1,000 numbers that a number is in."""
    return number[:-BLOCK_DIGITS]


def masked(number: str) -> str:
    """Return a number as staff may see it: its country and its last two digits."""
    return f"{number[:4]}…{number[-SHOWN_DIGITS:]}"
