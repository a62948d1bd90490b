"""This file says where a forum's venue is so long that each SMS about it takes a part more."""

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from chalicelib.capabilities.forums import Forum
from chalicelib.dialog.book import in_language
from chalicelib.duties.forum_lines import when
from chalicelib.staff import Office
from chalicelib.telecom.segments import measure

SHORTEST = "x"


def long_venue(side: Office, forum: Forum) -> Iterator[str]:
    """Give a line for each language in which the first SMS would be shorter without the venue."""
    first, *_ = side.announcer.plan(forum)
    texts = side.announcer.texts(forum, first)
    shortest = replace(forum, venue=dict.fromkeys(texts, SHORTEST))
    least = side.announcer.texts(shortest, first)
    place = side.announcer.place(forum.commune)["en"]
    at = when(forum.at, ZoneInfo(side.settings.timezone))
    for language, text in texts.items():
        parts, fewer = measure(text).segments, measure(least[language]).segments
        if parts > fewer:
            yield (
                f"{place} {at}: the venue '{in_language(forum.venue, language)}' makes each SMS "
                f"take {parts} parts in {language}, a shorter one {fewer}"
            )
