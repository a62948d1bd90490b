"""This file tests that the tables count what phones did: scenario 9 of the acceptance."""

from datetime import date

from chalicelib.storage.figures import DynamoFigures
from tests.builders import KAMRIENG
from tests.phone import Phone
from tests.reports.a_source import Figures, made, rows
from tests.world import World

TODAY, NOVEMBER = date(2026, 11, 23), "2026-11"
TEN = 10


def counted(world: World) -> Figures:
    """Return what was counted today, as reports read it a month later."""
    return Figures(days={TODAY: list(DynamoFigures(world.database).counts(TODAY))})


def test_scenario_9_who_asks_from_another_district_is_outside(dynamo: World) -> None:
    """Ten of them: of fewer nobody is told."""
    for n in range(TEN):
        phone = Phone(dynamo, f"+855120000{n:02}")
        phone.texts("LANG EN", "JOIN 020605", f"TICKET {KAMRIENG}")
        assert KAMRIENG in phone.inbox()[-1]
        before = rows(made("tracking", counted(dynamo), period=NOVEMBER))
        assert (("outside", "processing") in before) == (n == TEN - 1)
    assert (
        rows(made("tracking", counted(dynamo), period=NOVEMBER))["outside", "processing"][0] == TEN
    )


def test_the_district_one_lives_in_is_inside(dynamo: World) -> None:
    for n in range(TEN):
        Phone(dynamo, f"+855120000{n:02}").texts("JOIN 021204", f"TICKET {KAMRIENG}")
    assert (
        rows(made("tracking", counted(dynamo), period=NOVEMBER))["inside", "processing"][0] == TEN
    )


def test_a_late_application_is_overdue_at_whatever_stage(dynamo: World) -> None:
    dynamo.clock.forward(days=14)
    for n in range(TEN):
        Phone(dynamo, f"+855120000{n:02}").texts("JOIN 021204", f"TICKET {KAMRIENG}")
    day = dynamo.clock.now().date()
    figures = Figures(days={day: list(DynamoFigures(dynamo.database).counts(day))})
    table = rows(made("tracking", figures, period=f"{day:%Y-%m}"))
    assert table["inside", "overdue"] == (TEN, 100.0)


def test_a_number_that_was_mistyped_is_no_found_one(dynamo: World) -> None:
    for n in range(TEN):
        Phone(dynamo, f"+855120000{n:02}").texts("TICKET 02122600429")
    table = rows(made("tracking", counted(dynamo), period=NOVEMBER))
    assert table["unknown", "bad"][0] == TEN


def test_what_was_asked_for_and_stopped_is_counted_once_each(dynamo: World) -> None:
    for n in range(TEN):
        phone = Phone(dynamo, f"+855120000{n:02}")
        phone.texts("FEE 102", "JOIN 021204", "STOP", "STOP", "START", "xyzzy plugh")
    figures = counted(dynamo)
    assert rows(made("requests", figures, period=NOVEMBER))["information",][0] == TEN
    assert rows(made("information", figures, "question", period=NOVEMBER))["fee",][0] == TEN
    consent = made("consent", figures, period=NOVEMBER).rows[:3]
    assert [row[::2] for row in consent] == [("join", TEN), ("stop", TEN), ("start", TEN)]
