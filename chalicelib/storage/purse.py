"""This file says what messages cost and what a day may cost, in thousandths of a unit."""

from decimal import Decimal
from typing import NamedTuple

from chalicelib.settings import Settings

THOUSANDTHS = 1000


def price(settings: Settings, parts: int) -> int:
    """Return what a message of so many parts costs."""
    return _thousandths(settings.reply_price) * parts


def cap(settings: Settings) -> int:
    """Return the most that the replies of a day may cost."""
    return _thousandths(settings.spend_a_day)


class Seen(NamedTuple):
    """What was spent of a day's purse when it was last looked at."""

    purse: str
    spent: int

    def affords(self, settings: Settings, purse: str, parts: int) -> bool:
        """Whether the day's cap leaves room for a message; a new day has spent nothing."""
        spent = self.spent if purse == self.purse else 0
        return spent + price(settings, parts) <= cap(settings)


def is_near(settings: Settings, spent: int) -> bool:
    """Whether a day has spent four fifths of its cap."""
    return spent * 5 >= cap(settings) * 4


def _thousandths(amount: str) -> int:
    return int(Decimal(amount) * THOUSANDTHS)
