"""This file tells which words phones texted that nothing understood."""

import re
from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct

from chalicelib.capabilities.usage_slips import FEWEST, Missed
from chalicelib.duties.slips import missed_of
from chalicelib.errors import NotAcceptable
from chalicelib.operations.base import Asked, Desk, Told, get

MONTH = "20[0-9]{2}-(?:0[1-9]|1[0-2])"
NOTHING = "every SMS of {} was understood, or none came"
FEW = f"fewer than {FEWEST} SMS of {{}} were not understood"
OTHERS = "{:,} other SMS were not understood; their words are not kept"
HEAD = ("word", "times", "did you mean")


class Month(Asked, frozen=True, kw_only=True):
    """A month, as 2020-11; this one where it is empty."""

    month: Annotated[str, Meta(max_length=7, pattern=rf"^({MONTH})?\Z")] = ""


class Word(Struct, frozen=True, kw_only=True):
    """A word that was texted, how often, and the action of the keyword that was meant by it."""

    word: str
    times: int
    keyword: str


class Words(Struct, frozen=True, kw_only=True):
    """The words of a month, most often first, and how many other SMS were not understood.

    `others` is null where those of the month are fewer than ten, words and all.
    """

    month: str
    words: list[Word]
    others: int | None


@get("/menus/words", "menus:read")
def words(desk: Desk, asked: Month) -> Told[Words]:
    """List the words of a month that almost were keywords.

    A word is there from three times on; one phone adds one a day. All other SMS that were not
    understood are only counted: their words may say anything, and are not kept.
    """
    if asked.month and not re.fullmatch(MONTH, asked.month):
        raise NotAcceptable(f"'{asked.month}' is no month: write one as 2020-11")
    found = missed_of(desk.side, asked.month)
    rows = [Word(word=one.word, times=n, keyword=one.keyword) for one, n in found.slips]
    answer = Words(month=found.month, words=rows, others=found.others)
    return Told(answer, list(_lines(found)))


def _lines(found: Missed) -> Iterator[str]:
    rows = [HEAD, *((one.word, f"{n:,}", one.keyword) for one, n in found.slips)]
    first, second = (max(len(row[at]) for row in rows) for at in (0, 1))
    for word, times, keyword in rows if found.slips else ():
        yield f"{word:<{first}}  {times:>{second}}  {keyword}"
    if found.others is None:
        yield FEW.format(found.month)
    elif found.others or found.slips:
        yield OTHERS.format(found.others)
    else:
        yield NOTHING.format(found.month)
