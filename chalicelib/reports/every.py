"""This file is the whole list of tables: their names, and by what each may be divided."""

from collections.abc import Mapping

from chalicelib.errors import NotFound
from chalicelib.reports import (
    complaints,
    meetings,
    office_work,
    offices,
    people,
    ratings,
    reach,
    usage,
)
from chalicelib.reports.tables import Drawn, Report

_LIST = (
    Report(
        "users",
        1,
        ("channel", "sex", "district", "month"),
        ("channel",),
        people.users,
        Drawn(("people",)),
    ),
    Report(
        "requests",
        2,
        ("kind", "channel", "language", "district", "month"),
        ("kind",),
        usage.requests,
        Drawn(("n",)),
    ),
    Report(
        "information",
        3,
        ("service", "question", "month"),
        ("service",),
        usage.information,
        Drawn(("n",)),
    ),
    Report(
        "tracking",
        4,
        ("where", "outcome", "district", "month"),
        ("where", "outcome"),
        usage.tracking,
        Drawn(("n",), labels=2),
    ),
    Report(
        "standard",
        5,
        ("service", "office", "month"),
        ("service",),
        offices.standard,
        Drawn(("median", "p90", "stated")),
    ),
    Report(
        "satisfaction",
        6,
        ("source", "dimension", "sex", "office", "month"),
        ("source", "dimension"),
        ratings.satisfaction,
        Drawn(ratings.ANSWERS, stacked=True, labels=2),
    ),
    Report(
        "comments",
        7,
        ("topic", "office", "language", "month"),
        (),
        ratings.comments,
        Drawn(("n",)),
    ),
    Report(
        "complaints",
        8,
        ("kind", "office", "state", "late", "month"),
        (),
        complaints.complaints,
        Drawn(("n",)),
    ),
    Report(
        "forums",
        9,
        ("forum", "commune", "month"),
        ("commune",),
        meetings.forums,
        Drawn(("invited", "yes", "attended")),
    ),
    Report(
        "questions",
        10,
        ("topic", "forum", "commune", "month"),
        ("topic",),
        meetings.questions,
        Drawn(("asked", "answered")),
    ),
    Report(
        "actions",
        11,
        ("forum", "commune", "month"),
        ("district",),
        meetings.actions,
        Drawn(("presented", "replied", "done")),
    ),
    Report("reach", 12, (), (), reach.reach, Drawn(("people", "women"))),
    Report(
        "messages",
        13,
        ("kind", "language", "operator"),
        ("language",),
        office_work.messages,
        Drawn(("sent", "delivered", "failed")),
    ),
    Report("consent", 14, (), (), usage.consent),
    Report("audit", 15, (), (), office_work.audit),
)
REPORTS: Mapping[str, Report] = {one.name: one for one in _LIST}


def report(name: str) -> Report:
    """Return a table by its name or number.

    Raises:
        NotFound: there is none of the name.
    """
    numbered = {str(one.number): one for one in _LIST}
    found = REPORTS.get(name) or numbered.get(name)
    if found is None:
        raise NotFound(f"no table is called '{name}': take {', '.join(REPORTS)}, or all")
    return found
