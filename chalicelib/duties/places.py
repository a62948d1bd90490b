"""This file finds places by what somebody types: a code, or a name in any of its spellings."""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.capabilities import catalogue_places
from chalicelib.capabilities.catalogue import EMPTY, PROVINCE_DIGITS, Place
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.staff import Office

NO_PLACES = "no places are known yet: run `owl places import` first"


def codes_of(known: Mapping[str, Place], wanted: Sequence[str]) -> Iterator[str]:
    """Give the codes of places by code or name; the provinces where none is named.

    Raises:
        NotFound: nothing has the name.
        NotAcceptable: several places have it.
    """
    if not wanted:
        yield from (code for code in sorted(known) if len(code) == PROVINCE_DIGITS)
    for text in wanted:
        found = catalogue_places.find(known, text)
        if not found:
            raise NotFound(f"no place has the code or name '{text}': see `owl places`")
        if len(found) > 1:
            codes = ", ".join(one.code for one in found)
            raise NotAcceptable(f"'{text}' may be any of {codes}: write the code")
        yield found[0].code


def places_of(side: Office) -> Mapping[str, Place]:
    """Return the places of a stage by code.

    Raises:
        NotFound: none are known yet.
    """
    known = (side.catalogue.load() or EMPTY).places
    if not known:
        raise NotFound(NO_PLACES)
    return known
