"""This file finds places by code or by any spelling."""

import re
from collections.abc import Iterable, Mapping

from chalicelib.capabilities.catalogue import DISTRICT_DIGITS, PLACE_KINDS, Place
from chalicelib.telecom import hygiene

LOCAL_NAMES = {kind: local for kinds in PLACE_KINDS.values() for kind, local in kinds.items()}
COMMUNE_DIGITS = 6
_IGNORED = str.maketrans("", "", " -'’.\u200b")
# Letters that look the same under another one; both are written.
_KHMER_DA, _KHMER_TA = "\u17d2\u178a", "\u17d2\u178f"
_KHMER = re.compile("[\u1780-\u17ff]")
# What people say before the name of a commune.
_SAID_BEFORE = re.compile(r"(?:khum|sangkat|songkat|commune|ឃុំ|សង្កាត់)\s*(?=\S)")


def folded(name: str) -> str:
    """Return a name for comparing: no case, spaces, hyphens or apostrophes."""
    plain = hygiene.cleaned(name).casefold().translate(_IGNORED)
    return plain.replace(_KHMER_DA, _KHMER_TA)


def find(places: Mapping[str, Place], wanted: str) -> list[Place]:
    """Return the places of a code, or else those with that name in any spelling, by code."""
    code = hygiene.ascii_digits(wanted.strip())
    if code.isdigit():
        one = places.get(code.zfill(len(code) + len(code) % 2))
        return [one] if one else []
    name = folded(_in_order(wanted))
    return [
        one
        for _, one in sorted(places.items())
        if name in map(folded, (*one.names.values(), *one.aliases))
    ]


def communes(places: Mapping[str, Place], wanted: str) -> list[Place]:
    """Return the communes that a code or name may mean, by code.

    Where it is no commune but a district, they are those of the district; a whole province is
    none, for nobody could choose from it.
    """
    found = find(places, wanted) or find(places, _bare(wanted))
    exact = [one for one in found if len(one.code) == COMMUNE_DIGITS]
    districts = [one.code for one in found if len(one.code) == DISTRICT_DIGITS]
    return exact or [one for code in districts for one in inside(places, code)]


def communes_of(places: Mapping[str, Place], codes: Iterable[str]) -> list[str]:
    """Return the codes of the communes that lie in places, each once, in order."""
    wanted = tuple(codes)
    there = {code for code in places if len(code) == COMMUNE_DIGITS and code.startswith(wanted)}
    return sorted(there | {code for code in wanted if len(code) == COMMUNE_DIGITS})


def inside(places: Mapping[str, Place], code: str) -> list[Place]:
    """Return the places one level below a code, by code; provinces for an empty one."""
    below = len(code) + len("01")
    return [
        one for other, one in sorted(places.items()) if len(other) == below and other[:-2] == code
    ]


def _in_order(name: str) -> str:
    """Return a name with its Khmer marks in the usual order, whatever order they were typed in."""
    if not _KHMER.search(name):
        return name
    from khmerspell import khnormal  # noqa: PLC0415 - only Khmer writing pays for it

    ordered: str = khnormal(name)
    return ordered


def _bare(name: str) -> str:
    return _SAID_BEFORE.sub("", hygiene.cleaned(name).casefold().strip(), count=1)
