"""This file makes the table of people reached by phone, at forums and on paper, against a target.

Of paper scorecards only those are counted whose answers the table of satisfaction tells: a sum
that had the others too would tell how many they are.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.capabilities.ballots_release import K_ALIKE, Group, K
from chalicelib.reports.cards import meetings
from chalicelib.reports.meetings import held
from chalicelib.reports.people import users
from chalicelib.reports.published import open_months
from chalicelib.reports.ratings import told_of_cards
from chalicelib.reports.sources import Source
from chalicelib.reports.tables import Column, Query, Row, Table, share

WOMEN, EVERYBODY = "women", ""


@dataclass(frozen=True, slots=True)
class Reached:
    """People who were reached in one way, and women among them; None where it is not told."""

    way: str
    people: int | None
    women: int | None

    @property
    def cells(self) -> Row:
        """The first cells of its row: women are a share of all."""
        known = self.people is not None and self.women is not None
        part = share(self.women or 0, self.people or 0) if known else None
        return self.way, self.people, self.women, part


def reach(query: Query, source: Source) -> Table:
    """Return how many people were reached in each way, against a target."""
    months = source.closed(query.period.months)
    phone = users(Query(query.period, ("month",)), source)
    papers = [_paper(source, month) for month in months]
    came = [one for one in held(query, source) if one.attended is not None]
    if open_months(query, source):
        papers = [one for one in papers if one.people]
    ways = [
        _phone(phone),
        Reached(
            "forum", sum(one.attended or 0 for one in came), sum(one.women or 0 for one in came)
        ),
        _together("paper", papers),
    ]
    rows: list[Row] = [(*one.cells, None, None) for one in ways]
    every = _together("total", ways)
    total = (*every.cells, query.target or None, share(every.people or 0, query.target))
    columns = (
        *(Column("source", "word"), Column("people"), Column("women")),
        *(Column("women_share", "share"), Column("target"), Column("target_share", "share")),
    )
    on_paper = meetings(one for month in months for one in source.cards(month))
    return Table(columns, rows, total, [*phone.notes, ("meetings", {"n": str(len(on_paper))})])


def _phone(table: Table) -> Reached:
    _, people, women, *_ = table.total or (None, None, None)
    return Reached(
        "phone",
        people if isinstance(people, int) else None,
        women if isinstance(women, int) else None,
    )


def _together(way: str, some: Iterable[Reached]) -> Reached:
    """Add up what is told; women only where they are told wherever there may be any."""
    some = list(some)
    told = [one.people for one in some if one.people is not None]
    women = [one.women for one in some if one.people != 0]
    known = [one for one in women if one is not None]
    return Reached(
        way, sum(told) if told else None, sum(known) if told and len(known) == len(women) else None
    )


def _paper(source: Source, month: str) -> Reached:
    """Return the people of a month's scorecards, area by area as satisfaction tells of them.

    An area has as many people as answered the question that most did. Where that question is not
    told by sex, the women of all such areas are told in one sum, if it and that of the men are so
    large that nobody's answer comes out beside it.
    """
    release = told_of_cards(source, month)
    areas: dict[tuple[str, bool], dict[str, list[Group]]] = defaultdict(lambda: defaultdict(list))
    for group in release.groups:
        areas[group.area, group.pooled][group.dimension].append(group)
    fullest = [max(by.values(), key=_people) for by in areas.values()]
    people = sum(map(_people, fullest))
    if not people and release.withheld:
        return Reached("paper", None, None)
    told = sum(one.people for some in fullest for one in some if one.sex == WOMEN)
    blurred = [some[0] for some in fullest if some[0].sex == EVERYBODY]
    women = sum(
        card.women
        for one in blurred
        for card in source.cards(month)
        if card.dimension == one.dimension and card.office in release.members[one.area, one.pooled]
    )
    men = sum(one.people for one in blurred) - women
    least = K_ALIKE if any(len(one.answers) == 1 for one in blurred) else K
    is_told = not blurred or min(women, men) >= least
    return Reached("paper", people, told + women if is_told else None)


def _people(groups: Iterable[Group]) -> int:
    return sum(one.people for one in groups)
