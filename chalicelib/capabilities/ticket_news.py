"""This file tells those who asked for it that an application moved, each change once."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.capabilities.broadcasts import Audience, Hours, Ledger, Order, fresh_until
from chalicelib.capabilities.tickets import CLOSED, Ticket
from chalicelib.ports import Clock

Change = tuple[Ticket, Ticket]


class Watchers(Protocol):
    """Who wants news of which ticket, as ids of people."""

    def of(self, numbers: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Return the people who wait for news of tickets, those without any left out."""

    def close(self, numbers: Sequence[str]) -> None:
        """Forget who waited for tickets that are finished for good."""


def is_news(old: Ticket, new: Ticket) -> bool:
    """Whether a change is worth an SMS: another stage, or other papers to bring."""
    if old.status != new.status:
        return True
    return new.status == "more_documents" and old.missing != new.missing


def notice_id(ticket: Ticket, key: bytes) -> str:
    """Return the id of the one notice that a ticket as it stands may have.

    It holds no ticket number, for ids of orders stand in queues, and nobody finds the number by
    trying all of them: that takes the key.
    """
    said = (ticket.number, str(len(ticket.history)), ticket.status, *map(str, ticket.missing))
    return f"ticket-{hmac.new(key, '|'.join(said).encode(), 'sha256').hexdigest()[:24]}"


@dataclass(frozen=True, slots=True)
class TicketNews:
    """Orders the notices of an import. `texts` draws a ticket's news in every language.

    `key` is what only the staff side can make: the notices' ids are made with it.
    """

    watchers: Watchers
    ledger: Ledger
    texts: Callable[[Ticket], Mapping[str, str]]
    clock: Clock
    hours: Hours
    author: str
    key: bytes = field(repr=False)

    def tell(self, changes: Sequence[Change]) -> int:
        """Order a notice for each change that somebody waits for; return how many.

        Called before the tickets are stored: where that fails the same import goes on, and
        the same change is the same notice. A notice that another change overtook is stopped.

        Raises:
            Unavailable: the database stopped answering.
        """
        news = [(old, new) for old, new in changes if is_news(old, new)]
        waiting = self.watchers.of([new.number for _, new in news]) if news else {}
        told = [(old, new) for old, new in news if waiting.get(new.number)]
        for old, new in told:
            self.ledger.cancel(notice_id(old, self.key), "the application moved on")
            self.ledger.order(self._order(new, waiting[new.number]))
        closed = [new.number for _, new in told if new.status in CLOSED]
        if closed:
            self.watchers.close(closed)
        return len(told)

    def _order(self, ticket: Ticket, people: Sequence[str]) -> Order:
        now = self.clock.now()
        return Order(
            id=notice_id(ticket, self.key),
            kind="notice",
            texts=self.texts(ticket),
            audience=Audience(people=tuple(people)),
            not_before=now,
            not_after=fresh_until(self.hours, now),
            author=self.author,
        )
