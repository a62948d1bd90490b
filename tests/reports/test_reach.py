"""This file tests the table of people reached: three ways, and nobody who is hidden elsewhere."""

from datetime import date

from chalicelib.reports.cards import Card
from tests.reports.a_source import Figures, made, rows

OCTOBER, DAY = "2026-10", date(2026, 10, 9)
NEAR, FAR = "0212", "0403"


def meeting(office: str, women: int, men: int, *, dimension: str = "waiting") -> list[Card]:
    """Return the cards of a meeting where so many gave each of the four answers."""
    return [Card(office, DAY, dimension, n, women, men) for n in (1, 2, 3, 4)]


def paper(*meetings: list[Card]) -> tuple[object, ...]:
    """Return the row of paper scorecards: people, women, women among all."""
    cards = [card for one in meetings for card in one]
    return rows(made("reach", Figures(papers=cards)))["paper",][:3]


def told(*meetings: list[Card]) -> int:
    """Return how many people satisfaction tells of."""
    cards = [card for one in meetings for card in one]
    return int(str(rows(made("satisfaction", Figures(papers=cards)))["paper", "waiting"][0]))


def test_the_people_of_a_hidden_office_do_not_come_out_by_taking_satisfaction_from_reach() -> None:
    """Seven people at one meeting are in no pool, so they may be in no sum either."""
    near, far = meeting(NEAR, 15, 15), meeting(FAR, 1, 1)[:3]
    assert told(near, far) == 120
    assert paper(near, far) == paper(near) == (120, 60, 50.0)


def test_a_meeting_that_is_hidden_altogether_is_not_told_as_nobody() -> None:
    assert paper(meeting(FAR, 1, 1)) == (None, None, None)
    assert paper() == (0, 0, None)


def test_a_meeting_has_as_many_people_as_its_fullest_question() -> None:
    more = [*meeting(NEAR, 10, 15), *meeting(NEAR, 10, 16, dimension="fees")]
    assert paper(more)[:2] == (104, 40)


def test_women_are_told_where_no_answer_of_theirs_comes_out() -> None:
    assert paper(meeting(NEAR, 4, 6)) == (40, 16, 40.0)
    assert paper(meeting(NEAR, 1, 9)) == (40, None, None)
    assert paper(meeting(NEAR, 9, 1)) == (40, None, None)


def test_women_who_all_gave_the_answer_of_everybody_are_told_at_twenty() -> None:
    alike = [Card(NEAR, DAY, "waiting", 3, 19, 25)]
    by_sex = [Card(NEAR, DAY, "waiting", 3, 20, 25)]
    assert paper(alike) == (44, None, None)
    assert paper(by_sex) == (45, 20, 44.4)


def test_women_of_all_ways_are_told_where_those_of_each_are() -> None:
    cells = {"users#ussd#women#0212": 30, "users#ussd#men#0212": 9}
    table = rows(made("reach", Figures(months={OCTOBER: cells}, papers=meeting(NEAR, 4, 6))))
    assert table["phone",][:3] == (30, 30, 100.0)
    assert table["total",][:3] == (70, 46, 65.7)
    hidden = {"users#ussd#women#0212": 9, "users#ussd#men#0212": 30}
    table = rows(made("reach", Figures(months={OCTOBER: hidden}, papers=meeting(NEAR, 4, 6))))
    assert table["phone",][:3] == (30, None, None)
    assert table["total",][:3] == (70, None, None)
