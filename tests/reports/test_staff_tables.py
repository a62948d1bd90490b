"""This file tests the tables of offices, meetings, ratings, complaints, messages and deeds."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.capabilities.audit import Deed
from chalicelib.capabilities.forums import Agreed, Forum, Question
from chalicelib.capabilities.tickets import Change, Ticket
from chalicelib.errors import NotAcceptable
from chalicelib.reports.cards import Card
from chalicelib.reports.sources import Sent
from tests.builders import a_forum
from tests.reports.a_source import Figures, made, rows

OCTOBER, HELD = "2026-10", datetime(2026, 10, 10, 7, tzinfo=UTC)
MONDAY = date(2026, 10, 5)


def a_ticket(
    days: int, *, service: str = "102", office: str = "0212", due: int | None = None, more: int = 0
) -> Ticket:
    """Return a ticket that was ready so many days after a Monday."""
    done = MONDAY + timedelta(days=days)
    history = [Change("received", MONDAY), *[Change("more_documents", MONDAY)] * more]
    return Ticket(
        number=f"T{days}{office}",
        office=office,
        service=service,
        status="ready",
        received_on=MONDAY,
        due_on=MONDAY + timedelta(days=due) if due is not None else None,
        updated_on=done,
        history=(*history, Change("ready", done)),
    )


def finished(*tickets: Ticket) -> Figures:
    """Return a stage where these ended in October."""
    return Figures(tickets=[(OCTOBER, one) for one in tickets])


def test_days_are_working_days_and_weekends_are_left_out() -> None:
    """A Monday to the Monday after is five working days."""
    table = rows(made("standard", finished(a_ticket(7))))
    assert table["102",][:4] == (1, 5, 5, 10)


def test_nine_of_ten_took_no_longer_than_the_days_told() -> None:
    days = [a_ticket(n) for n in (1, 1, 1, 1, 1, 2, 2, 2, 3, 4)]
    assert rows(made("standard", finished(*days)))["102",][:3] == (10, 1.5, 3)


def test_late_is_after_the_promised_day_or_else_after_the_stated_days() -> None:
    tickets = (a_ticket(4, due=3), a_ticket(3, due=3), a_ticket(21), a_ticket(14))
    assert rows(made("standard", finished(*tickets)))["102",][4:6] == (2, 50.0)


def test_more_documents_are_counted_once_a_ticket() -> None:
    assert rows(made("standard", finished(a_ticket(1, more=2), a_ticket(2))))["102",][6] == 1


def test_open_tickets_wait_and_those_past_their_day_are_overdue() -> None:
    waits = replace(a_ticket(1, due=3), status="received", history=())
    table = rows(made("standard", Figures(tickets=[("waiting", waits)])))
    assert table["102",][7:] == (1, 1)


def test_the_standard_is_chosen_from_by_office_and_divided_by_it() -> None:
    figures = finished(a_ticket(1), a_ticket(2, office="0106"))
    assert rows(made("standard", figures, "office"))["0106",][:2] == (1, 2)
    assert list(rows(made("standard", figures, "office", district="0212"))) == [("0212",)]


def test_phone_and_paper_stand_beside_each_other() -> None:
    phone = {f"rate#scorecard-1#0212#waiting#{n}#women#ussd#km": 20 for n in (1, 2, 3, 4)}
    paper = [Card("0212", date(2026, 10, 9), "waiting", n, 15, 15) for n in (1, 2, 3, 4)]
    table = rows(made("satisfaction", Figures(months={OCTOBER: phone}, papers=paper)))
    assert table["phone", "waiting"] == (80, 25.0, 25.0, 25.0, 25.0, 50.0)
    assert table["paper", "waiting"] == (120, 25.0, 25.0, 25.0, 25.0, 50.0)


def test_few_answers_are_told_as_satisfied_or_not_and_fewer_not_at_all() -> None:
    cells = {f"rate#scorecard-1#0212#waiting#{n}#women#ussd#km": 6 for n in (1, 2, 3, 4)}
    table = made("satisfaction", Figures(months={OCTOBER: cells}))
    assert rows(table)["phone", "waiting"] == (24, None, None, None, None, 50.0)
    few = dict.fromkeys(cells, 2)
    assert made("satisfaction", Figures(months={OCTOBER: few})).rows == []


def test_answers_to_another_form_are_not_added_up() -> None:
    cells = {f"rate#scorecard-0#0212#waiting#{n}#women#ussd#km": 20 for n in (1, 2, 3, 4)}
    assert made("satisfaction", Figures(months={OCTOBER: cells})).rows == []


def test_comments_are_counted_by_topic() -> None:
    cells = {"comments#fees#0212#km": 12, "comments#waiting#0212#km": 20}
    assert rows(made("comments", Figures(months={OCTOBER: cells})))["fees",] == (12, 37.5)


def test_complaints_say_in_how_many_weeks_half_were_answered() -> None:
    cells = {"complaints#extra_fee#0212#answered#": 22, "answered-in#1": 4, "answered-in#3": 8}
    table = made("complaints", Figures(months={OCTOBER: cells}))
    assert rows(table)["extra_fee",][0] == 22
    assert ("weeks", {"n": "3"}) in table.notes


def test_complaints_are_told_by_one_thing_at_a_time_and_of_ten_or_more() -> None:
    cells = {
        "complaints#extra_fee#0212#answered#": 8,
        "complaints#long_wait#0212#received#answer": 7,
        "complaints#long_wait#0106#received#": 6,
    }
    figures = Figures(months={OCTOBER: cells})
    assert rows(made("complaints", figures))["*",][0] == 21
    assert rows(made("complaints", figures, "office"))["total",][0] == 21
    assert rows(made("complaints", figures, "district"))["*",][0] == 21
    assert rows(made("complaints", figures, district="0212")).keys() == {("total",)}
    with pytest.raises(NotAcceptable, match="kind and office at once"):
        made("complaints", figures, "kind", "office")


def a_held_forum(code: str = "001", *, commune: str = "021204", people: int = 20) -> Forum:
    """Return a forum that was held in October, half of its people women."""
    one = a_forum(code=code, commune=commune)
    return replace(one, at=HELD, state="held", attended=people, women=people // 2)


def test_forums_say_who_was_invited_answered_and_came() -> None:
    figures = Figures(planned=[a_held_forum()], said={"001": {"yes": 4, "no": 2}})
    table = made("forums", figures)
    assert rows(table)["021204",] == (1, 10, 9, 4, 2, 4, 20, 10, 50.0)
    assert ("communes", {"n": "1"}) in table.notes


def test_a_cancelled_forum_and_one_of_another_period_are_not_there() -> None:
    off = replace(a_held_forum("002"), state="cancelled")
    later = replace(a_held_forum("003"), at=HELD + timedelta(days=60))
    assert made("forums", Figures(planned=[off, later])).rows == []


def a_question(number: int, text: str, state: str = "asked", days: int | None = None) -> Question:
    """Return a question, answered after some days."""
    answered = HELD + timedelta(days=days) if days is not None else None
    return Question("001", str(number), text, HELD, "", state, answered_at=answered)  # type: ignore[arg-type]


def test_questions_have_the_share_that_is_answered() -> None:
    asked = [
        a_question(101, "What is the fee?", "answered", 2),
        a_question(102, "How much money?", "published", 4),
        a_question(103, "Why wait?"),
    ]
    table = rows(made("questions", Figures(planned=[a_held_forum()], asked={"001": asked})))
    assert table["fees",] == (2, 2, 100.0, 1, 3)
    assert table["total",] == (3, 2, 66.7, 1, 3)


def test_an_action_that_is_done_was_presented_and_replied() -> None:
    day = "2026-10-10"
    agreed = [
        Agreed("001", "1", "a", {"agreed": day, "done": day}),
        Agreed("001", "2", "b", {"agreed": day, "presented": day}),
        Agreed("001", "3", "c", {"agreed": day}),
    ]
    table = rows(made("actions", Figures(planned=[a_held_forum()], agreed={"001": agreed})))
    assert table["0212",] == (3, 2, 1, 1, 50.0)


def test_reach_adds_up_three_ways_against_a_target() -> None:
    cards = [Card("0212", date(2026, 10, 9), "waiting", n, 4, 6) for n in (1, 2, 3, 4)]
    figures = Figures(
        months={OCTOBER: {"users#ussd#women#0212": 30}}, planned=[a_held_forum()], papers=cards
    )
    table = rows(made("reach", figures, target=45))
    assert table["phone",][:2] == (30, 30)
    assert table["paper",][:2] == (40, 16)
    assert table["total",] == (90, 56, 62.2, 45, 200.0)


def test_messages_have_states_by_language_and_a_price_by_operator() -> None:
    sent = [
        Sent("forum", "km", people=50, sent=48, delivered=40, failed=8, parts=96),
        Sent("forum", "km", "smart", 50, parts=100, cheapest=Decimal(2), dearest=Decimal(4)),
    ]
    figures = Figures(sent=sent)
    assert rows(made("messages", figures))["km",] == (50, 48, 40, 8, 0, 0, 96, 2.0, 4.0)
    by_operator = rows(made("messages", figures, "operator"))["smart",]
    assert by_operator == (50, None, None, None, None, None, 100, 2.0, 4.0)


def test_the_log_of_deeds_masks_what_may_be_a_number() -> None:
    deed = Deed("dara", "import tickets", {"file": "012 345 678.csv", "rows": 3, "refused": 1})
    (row,) = made("audit", Figures(done={MONDAY: [deed]})).rows
    assert row == (MONDAY.isoformat(), "dara", "import tickets", 3, None, 1, "file ***.csv")
