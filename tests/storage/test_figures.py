"""This file tests what reports read: by day, by month, and never a table whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.capabilities.tickets import Change
from chalicelib.reports.cards import Card
from chalicelib.storage.figures import DynamoFigures
from chalicelib.storage.scores import MONTHS, OPEN, ScoreRow
from chalicelib.storage.tickets import WAITING
from tests.builders import KAMRIENG, TICKETS, a_count
from tests.world import World

TODAY = date(2026, 11, 23)
CARD = Card("0212", date(2026, 11, 9), "waiting", 3, 12, 9)


@contextmanager
def calls_of(world: World) -> Iterator[list[str]]:
    """Note the calls that are made to the database."""
    asked: list[str] = []
    events = world.database.wire.events

    def noting(operation: str, **_: Any) -> None:
        asked.append(operation)

    events.register("before-send.dynamodb", noting)
    yield asked
    events.unregister("before-send.dynamodb", noting)


def test_counters_are_read_by_day_and_cost_one_query_however_many_sessions(dynamo: World) -> None:
    for n in range(5):
        dynamo.desk.count(f"session-{n}", [a_count()])
    figures = DynamoFigures(dynamo.database)
    with calls_of(dynamo) as asked:
        assert list(figures.counts(TODAY)) == [(a_count(), 5)]
        assert list(figures.counts(TODAY - timedelta(days=1))) == []
    assert asked == ["Query", "Query"]


def test_a_paper_scorecard_is_read_back_in_its_month_only(dynamo: World) -> None:
    figures = DynamoFigures(dynamo.database)
    figures.save_cards([CARD])
    assert figures.cards("2026-11") == [CARD]
    assert figures.cards("2026-10") == []
    assert list(figures.counts(TODAY)) == []


def test_a_card_about_the_same_takes_the_place_of_the_one_before(dynamo: World) -> None:
    figures = DynamoFigures(dynamo.database)
    figures.save_cards([CARD])
    figures.save_cards([replace(CARD, women=13)])
    assert figures.cards("2026-11") == [replace(CARD, women=13)]


def test_a_stage_is_marked_for_good_as_holding_made_up_figures(dynamo: World) -> None:
    figures = DynamoFigures(dynamo.database)
    assert not figures.is_synthetic()
    figures.mark_synthetic()
    assert DynamoFigures(dynamo.database).is_synthetic()


def test_a_month_is_closed_four_days_after_it_ends_unless_the_tally_keeps_it_open(
    dynamo: World,
) -> None:
    figures = DynamoFigures(dynamo.database)
    ends = datetime(2026, 12, 1, tzinfo=UTC)
    months = ["2026-10", "2026-11", "2026-12"]
    assert figures.closed(months, ends + timedelta(days=3, hours=23)) == ["2026-10"]
    assert figures.closed(months, ends + timedelta(days=4, hours=1)) == ["2026-10", "2026-11"]
    dynamo.database.bound(ScoreRow)(MONTHS, "2026-11", n=OPEN).save()
    assert figures.closed(months, ends + timedelta(days=4, hours=1)) == ["2026-10"]


def test_tickets_are_found_by_the_month_they_ended_or_among_those_that_wait(dynamo: World) -> None:
    tickets = dynamo.desk.tickets
    waiting = {one.number for one in tickets.ended(WAITING)}
    assert KAMRIENG in waiting
    (ticket,) = (one for one in TICKETS if one.number == KAMRIENG)
    ready = date(2026, 11, 20)
    history = (*ticket.history, Change("ready", ready))
    tickets.save_many([replace(ticket, status="ready", updated_on=ready, history=history)])
    with calls_of(dynamo) as asked:
        assert KAMRIENG in {one.number for one in tickets.ended("2026-11")}
        assert KAMRIENG not in {one.number for one in tickets.ended(WAITING)}
    assert asked == ["Query", "Query"]


def test_a_ticket_that_is_collected_later_stays_in_the_month_it_was_ready(dynamo: World) -> None:
    (ticket,) = (one for one in TICKETS if one.number == KAMRIENG)
    history = (Change("ready", date(2026, 10, 30)), Change("collected", date(2026, 11, 3)))
    done = replace(ticket, status="collected", updated_on=date(2026, 11, 3), history=history)
    dynamo.desk.tickets.save_many([done])
    assert KAMRIENG in {one.number for one in dynamo.desk.tickets.ended("2026-10")}
