"""This file draws the book's screens: on a network, in an SMS, and as an SMS of their own."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from chalicelib import facts
from chalicelib.capabilities.catalogue import Catalogue
from chalicelib.capabilities.tickets import Ticket
from chalicelib.dialog.book import LANGUAGES, Book
from chalicelib.dialog.render import Medium, render
from chalicelib.dialog.steps import Show
from chalicelib.forum_facts import home_label
from chalicelib.settings import Settings
from chalicelib.telecom.budget import Profile as UssdBudget
from chalicelib.telecom.budget import SmsBudget


class Composer:
    """The words of a stage: its book, its codes, and what its networks can carry."""

    def __init__(self, book: Book, settings: Settings) -> None:
        """Take the book and what a deployer set of the networks."""
        self.book = book
        self.common = {
            "ussd": settings.service_code.split(",")[0],
            "short_code": settings.short_code.split(",")[0],
        }
        self.ussd = Medium(UssdBudget(settings.ussd_septets, settings.ussd_units, settings.unicode))
        self.sms = Medium(SmsBudget(settings.sms_parts), is_sms=True)
        # Nobody can turn the page of it, so it may be longer.
        self.sent = Medium(SmsBudget(settings.sms_parts_sent), is_sms=True)

    def draw(self, show: Show, medium: Medium) -> str:
        """Return the words of a screen on a network or in an SMS."""
        return render(self.book, show, medium, {**self.common, "forums": home_label(show.invited)})

    def composed(self, screen: str, told: Mapping[str, Any], language: str) -> str:
        """Return a screen's words for an SMS of their own."""
        show = Show(
            screen=self.book.screens[screen]._replace(kind="end"),
            language=language,
            known=True,
            slots={},
            facts=told,
        )
        return self.draw(show, self.sent)


def news_texts(
    composer: Composer, catalogue: Catalogue, today: date
) -> Callable[[Ticket], Mapping[str, str]]:
    """Return what draws the SMS on a ticket that moved, in every language."""

    def texts(ticket: Ticket) -> Mapping[str, str]:
        told = facts.of_news(ticket, catalogue, today)
        return {one: composer.composed("ticket_found", told, one) for one in LANGUAGES}

    return texts
