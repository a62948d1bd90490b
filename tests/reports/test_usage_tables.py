"""This file tests the tables of use: people, requests, information, tracking, consent."""

from datetime import date

import pytest

from chalicelib.capabilities.usage import Count
from chalicelib.errors import NotAcceptable
from chalicelib.reports.tables import TOO_FEW
from tests.reports.a_source import Figures, made, rows

OCTOBER, DAY = "2026-10", date(2026, 10, 5)


def asked(
    n: int, kind: str, *, channel: str = "ussd", question: str = "", service: str = "", **more: str
) -> tuple[Count, int]:
    """Return a counter."""
    return Count(channel, "km", kind, service, question, **more), n


def a_month(*counts: tuple[Count, int]) -> Figures:
    """Return a stage where this was counted in October."""
    return Figures(days={DAY: counts})


def test_people_are_divided_by_channel_and_women_are_a_share_of_those_who_said() -> None:
    cells = {
        "users#ussd#women#0212": 30,
        "users#ussd#men#0212": 20,
        "users#both#women#0212": 12,
        "users#sms#unsaid#0212": 40,
    }
    table = rows(made("users", Figures(months={OCTOBER: cells})))
    assert table["ussd",] == (50, 30, 20, 0, 60.0)
    assert table["both",] == (12, 12, 0, 0, 100.0)
    assert table["sms",] == (40, 0, 0, 40, None)
    assert table["total",] == (102, 42, 20, 40, 67.7)


def test_few_people_are_in_no_row_and_no_total() -> None:
    cells = {"users#ussd#women#0212": 30, "users#ussd#men#0212": 9}
    table = made("users", Figures(months={OCTOBER: cells}))
    assert rows(table)["hidden",][0] == TOO_FEW
    assert rows(table)["total",][0] == 30
    assert ("few", {}) in table.notes


def test_people_are_chosen_by_place_and_the_wider_place_has_them_too() -> None:
    cells = {"users#ussd#women#0212": 30, "users#ussd#women#0106": 20}
    figures = Figures(months={OCTOBER: cells})
    assert rows(made("users", figures, district="0212"))["total",][0] == 30
    assert rows(made("users", figures, province="01"))["total",][0] == 20
    assert rows(made("users", figures, "province"))["02",][0] == 30


def test_an_open_month_is_not_published() -> None:
    figures = Figures(months={OCTOBER: {"users#ussd#women#0212": 30}}, open=(OCTOBER,))
    table = made("users", figures)
    assert rows(table)["total",] == (None, None, None, None, None)
    assert ("open", {"months": OCTOBER}) in table.notes


@pytest.mark.parametrize(
    "name", ["requests", "information", "tracking", "comments", "complaints", "reach"]
)
def test_no_table_tells_of_an_open_month_that_there_was_nothing(name: str) -> None:
    table = made(name, Figures(open=(OCTOBER,)))
    by = {"reach": "phone"}.get(name, "total")
    assert rows(table)[by,][:2] == (None, None)
    assert ("open", {"months": OCTOBER}) in table.notes
    assert rows(made(name, Figures()))[by,][0] == 0
    half = Figures(open=("2026-11", "2026-12"))
    assert rows(made(name, half, period="2026-Q4"))[by,][:2] == (None, None)


def test_women_who_are_put_together_are_not_told_as_none() -> None:
    """Six women by SMS are counted with those who dialled, so neither way has a number of them."""
    cells = {
        "users#ussd#women#0212": 30,
        "users#sms#women#0212": 6,
        "users#ussd#men#0212": 20,
        "users#sms#men#0212": 11,
    }
    table = rows(made("users", Figures(months={OCTOBER: cells})))
    assert table["ussd",] == (20, None, 20, 0, None)
    assert table["*",] == (36, 36, 0, 0, 100.0)
    assert table["total",] == (67, 36, 31, 0, 53.7)
    by_sex = rows(made("users", Figures(months={OCTOBER: cells}), "sex"))
    assert by_sex["women",] == (36, 36, 0, 0, 100.0)


def test_women_who_are_hidden_are_not_told_as_none_and_men_are_no_share() -> None:
    cells = {"users#ussd#women#0212": 9, "users#ussd#men#0212": 30}
    table = rows(made("users", Figures(months={OCTOBER: cells})))
    assert table["ussd",] == table["total",] == (30, None, 30, None, None)
    unsaid = {"users#ussd#women#0212": 15, "users#ussd#men#0212": 30, "users#ussd#unsaid#0212": 9}
    table = rows(made("users", Figures(months={OCTOBER: unsaid})))
    assert table["total",] == (45, 15, 30, None, 33.3)


def test_a_sum_of_what_was_put_together_elsewhere_is_not_told_as_none() -> None:
    cells = {"users#ussd#women#0212": 6, "users#ussd#women#0106": 6}
    table = made("users", Figures(months={OCTOBER: cells}), district="0212")
    assert rows(table)["total",] == (None, None, 0, 0, None)
    assert ("few", {}) in table.notes


def test_a_service_is_one_request_whatever_was_read_of_it() -> None:
    figures = a_month(
        asked(71, "information", question="all", service="102"),
        asked(50, "information", question="fee", service="102"),
        asked(12, "tracking", outcome="found"),
    )
    table = rows(made("requests", figures))
    assert table["information",] == (71, 85.5)
    assert table["tracking",] == (12, 14.5)


def test_a_message_that_was_not_understood_is_no_request_but_counted() -> None:
    figures = a_month(asked(15, "information", channel="sms", question="not_understood"))
    assert ("information",) not in rows(made("requests", figures))
    assert rows(made("information", figures, "question"))["not_understood",][0] == 15


def test_feedback_is_what_the_tables_of_ratings_and_complaints_publish() -> None:
    rating = {f"rate#scorecard-1#0212#waiting#{n}#women#ussd#km": 20 for n in (1, 2, 3, 4)}
    cells = {**rating, "complaints#long_wait#0212#received#": 27}
    table = made("requests", Figures(months={OCTOBER: cells}), "kind", "district")
    assert rows(table)["feedback", "0212"] == (107, 100.0)


def test_information_is_by_service_and_by_what_was_asked() -> None:
    figures = a_month(
        asked(40, "information", question="fee", service="102"),
        asked(20, "information", question="documents", service="102"),
        asked(15, "information", question="fee", service="201"),
    )
    assert rows(made("information", figures))["102",] == (60, 80.0)
    assert rows(made("information", figures, "question"))["fee",] == (55, 73.3)


def test_who_looks_from_another_district_is_outside() -> None:
    figures = a_month(
        asked(12, "tracking", outcome="found", office_district="0212", asker_district="0110"),
        asked(11, "tracking", outcome="found", office_district="0212", asker_district="0212"),
        asked(13, "tracking", outcome="found", office_district="02", asker_district="0212"),
        asked(14, "tracking", outcome="none"),
    )
    table = rows(made("tracking", figures))
    assert table["outside", "found"][0] == 12
    assert table["inside", "found"][0] == 24
    assert table["unknown", "none"][0] == 14


def test_consent_counts_what_was_stored_only() -> None:
    figures = a_month(
        asked(3, "consent", question="stop"),
        asked(2, "consent", question="join", outcome="done"),
        asked(5, "consent", question="join", outcome="none"),
    )
    table = made("consent", figures)
    assert [row[::2] for row in table.rows[:3]] == [("join", 2), ("stop", 3), ("start", 0)]


@pytest.mark.parametrize("name", ["users", "tracking", "information"])
def test_a_table_names_what_it_may_be_divided_by(name: str) -> None:
    with pytest.raises(NotAcceptable, match=f"table {name} knows no operator"):
        made(name, Figures(), "operator")
    with pytest.raises(NotAcceptable, match="may be chosen from by"):
        made("messages", Figures(), district="0212")


def test_lookups_and_requests_add_up_to_the_same_so_their_difference_tells_nothing() -> None:
    figures = a_month(
        asked(40, "tracking", outcome="found", office_district="0212", asker_district="0110"),
        asked(5, "tracking", outcome="none"),
    )
    requested = rows(made("requests", figures))["tracking",][0]
    assert rows(made("tracking", figures))["total",][0] == requested == 45
