"""This file finds the keyword that was meant by a word which nothing understood."""

import re

from chalicelib.dialog.keywords import Keywords, folded, one_edit

# Shorter words are often one letter apart, so that nothing could be said of what was meant.
SHORTEST = 4
# A sentence may begin with a name, so a slip is looked for in what is hardly more than a keyword.
MOST_WORDS = 2
_LETTERS = "[a-z]+|[\u1780-\u17d3\u17d7\u17dd]+"
_FIRST = re.compile(rf"({_LETTERS})(?=[ 0-9]|\Z)")
_WORD = re.compile(_LETTERS)
_APART = re.compile("[^ 0-9]+")


def slip_of(text: str, keywords: Keywords) -> tuple[str, str] | None:
    """Return the first word of a message and the action of the keyword that was meant by it.

    The word is as keywords are compared: small letters of one script, never a digit. It is a
    keyword itself, which did not count where it stood, or one letter from one of four or more;
    everything else is None, for it may be anything.
    """
    said = folded(text)
    found = _FIRST.match(said)
    if found is None:
        return None
    first = found[1]
    same = next((one.action for one in keywords.known if one.folded == first), None)
    if same is not None:
        return first, same
    if len(first) < SHORTEST or len(_APART.findall(said)) > MOST_WORDS:
        return None
    near = [one for one in keywords.known if _is_near(first, one.folded)]
    if not near:
        return None
    # A thumb slips behind the first letter more often than on it.
    return first, min(near, key=lambda one: one.folded[0] != first[0]).action


def _is_near(first: str, word: str) -> bool:
    return len(word) >= SHORTEST and _WORD.fullmatch(word) is not None and one_edit(first, word)
