"""This file tests complaints as values: codes, states, limits in working days, and counts."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.capabilities.complaints import (
    MOST_ENTRIES,
    MOVES,
    STATES,
    Complaint,
    Entry,
    Limits,
    added,
    code_of,
    due,
    expired,
    late,
    moved,
    next_due,
    read_code,
    weeks_between,
)
from chalicelib.capabilities.complaints_count import (
    Cell,
    counted,
    month_of,
    weeks_to_acknowledge,
    weeks_to_answer,
)
from chalicelib.errors import NotAcceptable

WEEK, LIMITS = "2026-W48", Limits()
ENTRY = Entry("citizen", WEEK, b"sealed")
SAID = Entry("ombudsperson", "2026-W49", b"sealed")


def a_complaint(**given: object) -> Complaint:
    """Return a complaint of the week of Monday 2026-11-23 about the office of Kamrieng."""
    plain = Complaint("row", "0212", "extra_fee", "this_week", WEEK, b"public", thread=(ENTRY,))
    return replace(plain, **given)


def never(_day: date) -> bool:
    return False


@pytest.mark.law
@given(st.integers(0, 2**256))
def test_every_code_is_ten_digits_that_are_read_back_in_any_spelling(chance: int) -> None:
    code = code_of(chance)
    assert len(code) == 10
    khmer = code.translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩"))
    spelled = (code, f" {code[:5]} {code[5:]}", f"{code[:3]}-{code[3:6]}-{code[6:]}", khmer)
    assert {read_code(one) for one in spelled} == {code}


@pytest.mark.law
@given(st.integers(0, 10**9), st.integers(0, 9), st.integers(1, 9))
def test_a_code_with_one_wrong_digit_is_none(chance: int, at: int, by: int) -> None:
    code = code_of(chance)
    wrong = code[:at] + str((int(code[at]) + by) % 10) + code[at + 1 :]
    assert read_code(wrong) is None


@pytest.mark.parametrize("typed", ["", "abc", "123456789", "12345678901", "a234567890"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_limits_count_from_the_last_working_day_of_the_week() -> None:
    assert due(WEEK, 3, never) == date(2026, 12, 2)
    assert due(WEEK, 3, lambda day: day == date(2026, 11, 27)) == date(2026, 12, 2)
    assert due(WEEK, 3, lambda day: day == date(2026, 12, 1)) == date(2026, 12, 3)


@pytest.mark.parametrize(
    ("state", "day", "wanted"),
    [
        ("received", date(2026, 12, 2), ""),
        ("received", date(2026, 12, 3), "acknowledge"),
        ("received", date(2027, 1, 8), "acknowledge"),
        ("received", date(2027, 1, 9), "answer"),
        ("acknowledged", date(2027, 1, 8), ""),
        ("acknowledged", date(2027, 1, 9), "answer"),
        ("needs_information", date(2027, 3, 1), ""),
        ("answered", date(2027, 3, 1), ""),
        ("closed", date(2027, 3, 1), ""),
    ],
)
def test_a_complaint_is_late_the_day_after_its_limit(state: str, day: date, wanted: str) -> None:
    assert late(a_complaint(state=state), day, LIMITS, never) == wanted


def test_what_the_ombudsperson_does_moves_it_and_says_in_which_week() -> None:
    read = moved(a_complaint(), "acknowledge", "2026-W48")
    asked = moved(read, "ask", "2026-W49", SAID)
    answered = moved(added(asked, ENTRY, "tag"), "answer", "2026-W50", SAID)
    assert [one.state for one in (read, asked, answered)] == [
        "acknowledged",
        "needs_information",
        "answered",
    ]
    assert (answered.acknowledged, answered.answered) == ("2026-W48", "2026-W50")
    assert [one.by for one in answered.thread] == ["citizen", "ombudsperson"] * 2
    assert moved(a_complaint(), "answer", "2026-W50", SAID).acknowledged == "2026-W50"


def test_an_answer_of_the_citizen_ends_the_asking_and_nothing_else() -> None:
    for state in STATES:
        wanted = "acknowledged" if state == "needs_information" else state
        assert added(a_complaint(state=state), ENTRY, "tag").state == wanted


@pytest.mark.parametrize("move", [one for one in MOVES if one != "close"])
def test_nothing_more_is_done_with_a_closed_one(move: str) -> None:
    with pytest.raises(NotAcceptable, match="this complaint is closed"):
        moved(a_complaint(state="closed"), move, WEEK)


def test_a_thread_takes_no_more_than_it_may() -> None:
    assert a_complaint(thread=(ENTRY,) * (MOST_ENTRIES - 1)).is_open
    assert not a_complaint(thread=(ENTRY,) * MOST_ENTRIES).is_open
    assert not a_complaint(state="closed").is_open


def test_a_code_reads_nothing_half_a_year_after_the_last_word() -> None:
    last = date(2026, 11, 23) + (date(2027, 5, 24) - date(2026, 11, 23))
    assert not expired(a_complaint(), last, 26)
    assert expired(a_complaint(), date(2027, 5, 25), 26)
    assert not expired(a_complaint(thread=(ENTRY, SAID)), date(2027, 5, 25), 26)


def test_weeks_are_counted_over_the_end_of_a_year() -> None:
    assert weeks_between("2026-W52", "2027-W02") == 3


def test_a_week_belongs_to_the_month_that_most_of_its_days_are_in() -> None:
    assert [month_of(one) for one in ("2026-W48", "2026-W49", "2026-W53", "2027-W01")] == [
        "2026-11",
        "2026-12",
        "2026-12",
        "2027-01",
    ]


def test_a_complaint_asked_about_again_is_late_by_the_citizens_last_word() -> None:
    later = replace(ENTRY, week="2027-W02")
    again = a_complaint(state="acknowledged", answered="2026-W50", thread=(ENTRY, later))
    assert late(again, date(2027, 1, 25), Limits(), never) == ""
    assert late(again, date(2027, 6, 1), Limits(), never) == "answer"


def asked_and_answered(asked: str, again: str, *more: str) -> Complaint:
    """Return a complaint of W48 with a question a week of which the second is its answer's."""
    one, weeks = a_complaint(), (asked, again, *more)
    for question, answer in zip(weeks[::2], weeks[1::2], strict=True):
        one = moved(one, "ask", question, replace(SAID, week=question))
        one = added(one, replace(ENTRY, week=answer), answer)
    return one


def test_the_days_on_which_the_citizen_was_asked_something_do_not_count() -> None:
    assert next_due(a_complaint(state="acknowledged"), LIMITS, never) == date(2027, 1, 8)
    # Five working days passed before the question, ten weeks before its answer.
    one = asked_and_answered("2026-W49", "2027-W06")
    assert one.state == "acknowledged"
    assert next_due(one, LIMITS, never) == date(2027, 3, 19)
    assert late(one, date(2027, 2, 15), LIMITS, never) == ""
    assert late(one, date(2027, 3, 20), LIMITS, never) == "answer"


def test_a_second_question_stops_the_clock_again_and_no_question_starts_it_anew() -> None:
    twice = asked_and_answered("2026-W49", "2026-W50", "2026-W51", "2027-W06")
    # Ten of the thirty days are used: five before each question.
    assert next_due(twice, LIMITS, never) == date(2027, 3, 12)
    at_once = asked_and_answered("2026-W49", "2026-W49", "2026-W50", "2026-W50")
    assert next_due(at_once, LIMITS, never) == date(2027, 1, 8)


def test_a_question_that_came_when_the_limit_had_passed_takes_no_lateness_away() -> None:
    one = asked_and_answered("2027-W05", "2027-W06")
    assert next_due(one, LIMITS, never) == date(2027, 1, 8)
    assert late(one, date(2027, 2, 15), LIMITS, never) == "answer"


def test_no_day_is_named_while_the_citizen_is_asked_or_nothing_waits() -> None:
    asked = moved(a_complaint(), "ask", "2026-W49", SAID)
    for one in (asked, moved(asked, "answer", "2026-W50", SAID), a_complaint(state="closed")):
        assert next_due(one, LIMITS, never) is None
        assert late(one, date(2028, 1, 1), LIMITS, never) == ""


@pytest.mark.parametrize("move", ["ask", "answer"])
def test_who_asks_or_answers_says_something(move: str) -> None:
    with pytest.raises(NotAcceptable, match=f"write what you {move}: the text is empty"):
        moved(a_complaint(), move, WEEK)


def test_complaints_are_counted_by_month_office_kind_state_and_lateness() -> None:
    rows = [
        a_complaint(),
        a_complaint(id="b"),
        a_complaint(id="c", kind="attitude", state="closed"),
        a_complaint(id="d", week="2026-W50", acknowledged="2026-W51", answered="2027-W01"),
        a_complaint(id="e", office="02", state="out_of_remit", acknowledged="2026-W48"),
    ]
    found = counted(rows, date(2026, 12, 9), LIMITS, never)
    assert found == {
        Cell("2026-11", "0212", "extra_fee", "received", "acknowledge"): 2,
        Cell("2026-11", "0212", "attitude", "closed"): 1,
        Cell("2026-12", "0212", "extra_fee", "received"): 1,
        Cell("2026-11", "02", "extra_fee", "out_of_remit"): 1,
    }
    assert sum(n for cell, n in found.items() if cell.is_extra_fee) == 4
    assert weeks_to_answer(rows) == [4]
    assert weeks_to_acknowledge(rows) == [0, 1]
