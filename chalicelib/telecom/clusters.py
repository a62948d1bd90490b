"""This file cuts text where a reader would allow it: never inside a Khmer syllable."""

import re
import unicodedata
from collections.abc import Callable

# A Khmer syllable is a base, then any of: coeng and a base, a vowel, a sign, a joiner. Unicode
# data before version 18 cut after the coeng, so the rule is ours and depends on no version.
KHMER = re.compile(
    "[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3\u17dd\u200c\u200d])*"
)
FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
ZWJ = "\u200d"
ZWSP = "\u200b"
BREAKS = ("\n", " ", ZWSP, "។")
WHITE = frozenset({"\n", " ", ZWSP})
_EXTENDERS = re.compile("[\ufe00-\ufe0f\u200c\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")


def clusters(text: str) -> list[str]:
    """Return the text as the pieces that may not be cut."""
    pieces, at = [], 0
    while at < len(text):
        end = _end(text, at)
        pieces.append(text[at:end])
        at = end
    return pieces


def head(text: str, fits: Callable[[str], bool]) -> tuple[str, str]:
    """Return the longest head that fits and the rest, cut at the best place there is.

    Best is a line break, then a space, a zero-width space, the Khmer full stop, else any
    cluster. White space at the cut belongs to neither side. At least one character is taken,
    even if it does not fit, so that whoever loops comes to an end; a cluster is cut only where
    it does not fit alone, which no reader's writing comes to.
    """
    if not text or fits(text):
        return text, ""
    pieces = clusters(text)
    if not fits(pieces[0]):
        pieces = list(text)
    count = _most(pieces, fits)
    for mark in BREAKS:
        at = _last(mark, pieces, count)
        if at:
            return _trimmed(pieces[:at], pieces[at:])
    return "".join(pieces[:count]), "".join(pieces[count:])


def cut(text: str, length: int) -> str:
    """Return a text of at most so many characters, cut where a reader would; 0 is no limit."""
    return head(text, lambda part: len(part) <= length)[0] if length else text


def _last(mark: str, pieces: list[str], count: int) -> int:
    """Return where the last break of a kind leaves something before it, else 0."""
    after = mark == "។"
    for at in range(count, 0, -1):
        if pieces[at - after : at - after + 1] == [mark]:
            return at if any(one not in WHITE for one in pieces[:at]) else 0
    return 0


def _trimmed(before: list[str], after: list[str]) -> tuple[str, str]:
    """Leave out the white space on both sides of a cut."""
    end = next(at for at in range(len(before), 0, -1) if before[at - 1] not in WHITE)
    begin = next((at for at, one in enumerate(after) if one not in WHITE), len(after))
    return "".join(before[:end]), "".join(after[begin:])


def _most(pieces: list[str], fits: Callable[[str], bool]) -> int:
    """Count the pieces of the longest fitting head, at least one."""
    low, high = 1, len(pieces)
    while low < high:
        middle = (low + high + 1) // 2
        if fits("".join(pieces[:middle])):
            low = middle
        else:
            high = middle - 1
    return low


def _end(text: str, at: int) -> int:
    found = KHMER.match(text, at) or FLAG.match(text, at)
    end = found.end() if found else at + 1
    while end < len(text) and _extends(text, end):
        end += 1
    return end


def _extends(text: str, at: int) -> bool:
    one, before = text[at], text[at - 1]
    if one == ZWSP:
        return False
    if _EXTENDERS.match(one) or unicodedata.category(one) in {"Mn", "Me", "Mc"}:
        return True
    return before == ZWJ and unicodedata.category(one) == "So"
