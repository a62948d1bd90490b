"""This file makes the tables of meetings: forums, their questions, and what they agreed."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from chalicelib.capabilities.ballots_topics import topic_of
from chalicelib.capabilities.forums import ACTION_STATES, Agreed, Forum, Question
from chalicelib.reports.shown import Key
from chalicelib.reports.sources import Source
from chalicelib.reports.tables import (
    Column,
    Query,
    Row,
    Table,
    divided,
    in_order,
    share,
    value_of,
)

CANCELLED, PUBLISHED, ASKED = "cancelled", "published", "asked"
HELD = ("forums", "invited", "delivered", "yes", "no", "silent", "attended", "women")
AGREED = ACTION_STATES


def forums(query: Query, source: Source) -> Table:
    """Return who was invited to forums, who answered, and who came."""
    found: dict[Key, list[int]] = {}
    communes = set()
    for forum in held(query, source):
        key = _key(_at(forum), query)
        communes.add(forum.commune)
        sums = found.setdefault(key, [0] * len(HELD))
        found[key] = [a + b for a, b in zip(sums, _figures(forum, source), strict=True)]
    rows = [_forum_row(key, found[key]) for key in sorted(found, key=in_order)]
    whole = [sum(column) for column in zip(*found.values(), strict=True)] or [0] * len(HELD)
    total = _forum_row(("total", *(None,) * (len(query.by) - 1)), whole)
    columns = (*divided(query.by), *map(Column, HELD), Column("women_share", "share"))
    return Table(columns, rows, total, [("communes", {"n": str(len(communes))})])


def questions(query: Query, source: Source) -> Table:
    """Return what was asked of forums, and how much of it was answered."""
    found: dict[Key, list[Question]] = defaultdict(list)
    for forum in held(query, source):
        for one in source.questions(forum.code):
            found[_key({**_at(forum), "topic": topic_of(one.text)}, query)].append(one)
    rows = [_question_row(key, found[key]) for key in sorted(found, key=in_order)]
    every = [one for some in found.values() for one in some]
    total = _question_row(("total", *(None,) * (len(query.by) - 1)), every)
    columns = (
        *(Column("asked"), Column("answered"), Column("answered_share", "share")),
        *(Column("published"), Column("days_median")),
    )
    return Table((*divided(query.by), *columns), rows, total)


def actions(query: Query, source: Source) -> Table:
    """Return what forums agreed on, and how far it came."""
    found: dict[Key, list[Agreed]] = defaultdict(list)
    for forum in held(query, source):
        for one in source.actions(forum.code):
            found[_key(_at(forum), query)].append(one)
    rows = [_action_row(key, found[key]) for key in sorted(found, key=in_order)]
    every = [one for some in found.values() for one in some]
    total = _action_row(("total", *(None,) * (len(query.by) - 1)), every)
    columns = (*map(Column, AGREED), Column("replied_share", "share"))
    return Table((*divided(query.by), *columns), rows, total)


def held(query: Query, source: Source) -> list[Forum]:
    """Return the forums of a period that were not called off, and that are chosen."""
    return [
        one
        for one in source.forums()
        if query.period.has(one.at.date())
        and one.state != CANCELLED
        and all(value_of(_at(one), name) == value for name, value in query.only.items())
    ]


def _at(forum: Forum) -> dict[str, str]:
    return {"forum": forum.code, "commune": forum.commune, "month": f"{forum.at:%Y-%m}"}


def _key(at: dict[str, str], query: Query) -> Key:
    return tuple(value_of(at, name) for name in query.by)


def _figures(forum: Forum, source: Source) -> list[int]:
    invited, said = source.invited(forum), source.answers(forum.code)
    yes, no = said.get("yes", 0), said.get("no", 0)
    silent = max(invited.people - yes - no, 0)
    came = [forum.attended or 0, forum.women or 0]
    return [1, invited.people, invited.delivered, yes, no, silent, *came]


def _forum_row(key: Row, sums: Sequence[int]) -> Row:
    *_, attended, women = sums
    return (*key, *sums, share(women, attended))


def _question_row(key: Row, asked: Sequence[Question]) -> Row:
    answered = [one for one in asked if one.state != ASKED]
    days = [(one.answered_at - one.asked_at).days for one in answered if one.answered_at]
    published = sum(one.state == PUBLISHED for one in answered)
    middle = median(days) if days else None
    return (*key, len(asked), len(answered), share(len(answered), len(asked)), published, middle)


def _action_row(key: Row, agreed: Sequence[Agreed]) -> Row:
    """Return how many came at least as far as each state; replies are a share of what was shown."""
    far = [sum(_came_to(one, state) for one in agreed) for state in AGREED]
    presented, replied = (far[AGREED.index(one)] for one in ("presented", "replied"))
    return (*key, *far, share(replied, presented))


def _came_to(action: Agreed, state: str) -> bool:
    return ACTION_STATES.index(action.state) >= ACTION_STATES.index(state)
