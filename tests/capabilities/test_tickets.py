"""This file tests what is told of a ticket, and how one is kept when its stage changes."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.capabilities.tickets import (
    FINISHED,
    STAGES,
    Change,
    goes_back,
    is_unchanged,
    merged,
    standing,
)
from tests.builders import a_ticket

DUE, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
any_stage = st.sampled_from(STAGES)


def no_holiday(_day: date) -> bool:
    return False


@pytest.mark.parametrize(
    ("today", "holiday", "late"),
    [
        (DUE, no_holiday, 0),
        (date(2026, 11, 19), no_holiday, 0),
        (date(2026, 11, 22), no_holiday, 0),
        (MONDAY, no_holiday, 1),
        (MONDAY, lambda day: day == MONDAY, 0),
    ],
)
def test_a_ticket_is_late_by_working_days(today: date, holiday: object, late: int) -> None:
    ticket = a_ticket(due_on=DUE)
    assert standing(ticket, today, holiday).late_by == late  # type: ignore[arg-type]


@pytest.mark.parametrize("stage", STAGES)
def test_a_finished_ticket_is_never_late(stage: str) -> None:
    late = standing(a_ticket(status=stage, due_on=DUE), MONDAY, no_holiday).late_by
    assert late == (0 if stage in FINISHED else 1)


def test_a_ticket_without_a_due_day_is_never_late() -> None:
    assert standing(a_ticket(due_on=None), MONDAY, no_holiday).late_by == 0


@pytest.mark.parametrize("stage", STAGES)
def test_missing_documents_are_told_while_they_are_missing(stage: str) -> None:
    told = standing(a_ticket(status=stage, missing=(1, 2)), MONDAY, no_holiday)
    assert told.missing == ((1, 2) if stage == "more_documents" else ())
    ticket = a_ticket(status=stage)
    since = ticket.received_on if stage == "received" else ticket.updated_on
    assert told.since == since


@pytest.mark.parametrize(
    ("old", "new", "back"),
    [
        ("received", "processing", False),
        ("processing", "more_documents", False),
        ("more_documents", "processing", False),
        ("ready", "processing", True),
        ("collected", "ready", True),
        ("rejected", "received", True),
        ("collected", "rejected", False),
    ],
)
def test_a_step_to_an_earlier_stage_goes_back(old: str, new: str, *, back: bool) -> None:
    assert goes_back(old, new) is back


@pytest.mark.law
@given(any_stage, any_stage)
def test_no_two_stages_lie_behind_each_other(old: str, new: str) -> None:
    assert not (goes_back(old, new) and goes_back(new, old))


def test_a_new_ticket_begins_its_history() -> None:
    ticket = a_ticket()
    kept = merged(None, ticket, "")
    assert kept.history == (Change(ticket.status, ticket.updated_on),)


def test_a_change_of_stage_is_added_to_the_history_with_its_reason() -> None:
    old = merged(None, a_ticket(status="ready"), "")
    new = a_ticket(status="processing", updated_on=MONDAY)
    kept = merged(old, new, "stamp forgotten")
    assert kept.history == (*old.history, Change("processing", MONDAY, "stamp forgotten"))


def test_the_same_stage_again_adds_nothing_to_the_history() -> None:
    old = merged(None, a_ticket(aliases=("A1",)), "")
    kept = merged(old, a_ticket(due_on=DUE, aliases=("A2", "A1")), "")
    assert kept.history == old.history
    assert (kept.due_on, kept.aliases) == (DUE, ("A1", "A2"))


def test_storing_the_same_again_changes_nothing() -> None:
    old = merged(None, a_ticket(aliases=("A1",)), "")
    assert is_unchanged(old, a_ticket(aliases=("A1",)))
    assert is_unchanged(old, a_ticket())
    assert not is_unchanged(old, a_ticket(due_on=DUE))
    assert not is_unchanged(old, replace(a_ticket(), status="ready"))
