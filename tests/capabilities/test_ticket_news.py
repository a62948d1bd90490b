"""This file tests which changes of a ticket are told, to whom, and that each is told once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from chalicelib.capabilities.broadcasts import Order, fresh_until
from chalicelib.capabilities.ledger_window import Hours
from chalicelib.capabilities.ticket_news import TicketNews, is_news, notice_id
from chalicelib.capabilities.tickets import Ticket, merged
from tests.builders import a_ticket
from tests.world import StoppedClock

HOURS = Hours(ZoneInfo("Asia/Phnom_Penh"))
WAITING, KEY = ["person-a", "person-b"], b"key of a stage"


class Waiting:
    """Two people wait for the ticket of the tests."""

    def __init__(self) -> None:
        self.closed: list[str] = []

    def of(self, numbers: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Return them."""
        return {one: WAITING for one in numbers if one == a_ticket().number}

    def close(self, numbers: Sequence[str]) -> None:
        """Note which tickets nobody waits for any more."""
        self.closed += numbers


class Book:
    """A ledger that keeps orders by id, as the real one does."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.cancelled: list[str] = []

    def order(self, order: Order) -> bool:
        """Keep an order once."""
        return self.orders.setdefault(order.id, order) is order

    def cancel(self, order_id: str, why: str) -> bool:
        """Note what was stopped."""
        self.cancelled.append(f"{order_id}: {why}")
        return order_id in self.orders


def moved(old: Ticket, status: str, **given: object) -> Ticket:
    """Return a ticket as an import stores it after a change."""
    return merged(old, replace(old, status=status, history=(), **given), "")  # type: ignore[arg-type]


def news(book: Book, clock: StoppedClock, waiting: Waiting | None = None) -> TicketNews:
    return TicketNews(
        waiting or Waiting(),
        book,
        lambda one: {"en": f"{one.number} {one.status}"},
        clock,
        HOURS,
        "So",
        KEY,
    )


def test_another_stage_is_news_and_a_new_date_is_none() -> None:
    ticket = a_ticket()
    assert is_news(ticket, moved(ticket, "ready"))
    assert not is_news(ticket, replace(ticket, due_on=date(2026, 12, 31)))


def test_other_papers_to_bring_are_news() -> None:
    lacking = a_ticket(status="more_documents", missing=(1,))
    assert is_news(lacking, replace(lacking, missing=(1, 2)))
    assert not is_news(lacking, lacking)


def test_everyone_who_waits_gets_one_order_while_it_is_fresh(clock: StoppedClock) -> None:
    book, ticket = Book(), a_ticket()
    assert news(book, clock).tell([(ticket, moved(ticket, "ready"))]) == 1
    [order] = book.orders.values()
    assert order.kind == "notice"
    assert order.audience.people == tuple(WAITING)
    assert order.texts == {"en": f"{ticket.number} ready"}
    assert order.not_after == fresh_until(HOURS, order.not_before)


def test_the_same_change_again_is_the_same_notice(clock: StoppedClock) -> None:
    book, ticket = Book(), a_ticket()
    for _ in range(3):
        news(book, clock).tell([(ticket, moved(ticket, "ready"))])
    assert len(book.orders) == 1


def test_to_and_fro_are_notices_of_their_own_and_each_stops_the_one_before(
    clock: StoppedClock,
) -> None:
    book, ticket = Book(), a_ticket()
    for status in ("ready", "processing", "ready"):
        new = moved(ticket, status)
        news(book, clock).tell([(ticket, new)])
        ticket = new
    ids = list(book.orders)
    assert len(ids) == 3
    assert [one.split(":")[0] for one in book.cancelled[1:]] == ids[:2]


def test_nobody_waits_and_nothing_is_ordered(clock: StoppedClock) -> None:
    book, other = Book(), a_ticket(number="XYZ99")
    assert news(book, clock).tell([(other, moved(other, "ready"))]) == 0
    assert not book.orders
    assert not book.cancelled


@pytest.mark.parametrize("secret", [a_ticket().number])
def test_the_id_of_a_notice_holds_no_ticket_number_and_is_made_with_a_key(secret: str) -> None:
    ready = moved(a_ticket(), "ready")
    assert secret not in notice_id(ready, KEY)
    assert notice_id(ready, KEY).startswith("ticket-")
    assert notice_id(ready, KEY) == notice_id(ready, KEY)
    assert notice_id(ready, KEY) != notice_id(ready, b"key of another stage")


@pytest.mark.parametrize(("status", "closed"), [("ready", []), ("collected", [a_ticket().number])])
def test_nobody_waits_on_once_a_ticket_is_over(
    status: str, closed: list[str], clock: StoppedClock
) -> None:
    book, waiting, ticket = Book(), Waiting(), a_ticket()
    news(book, clock, waiting).tell([(ticket, moved(ticket, status))])
    assert len(book.orders) == 1
    assert waiting.closed == closed
