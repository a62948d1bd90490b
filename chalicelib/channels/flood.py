"""This file stops a flood before it costs anything: token buckets in the process, no reads."""

from collections.abc import Callable
from math import inf

KEPT = 2_000
WINDOW, SECOND = 10.0, 1.0
# Sums of fractions of seconds are off by less.
ROUNDING = 1e-6


class Flood:
    """Buckets for one function instance: all its hops, and each number's.

    A bucket is the moment at which all its tokens will be back; each takes its share of the time.
    Exact limits belong to what costs money or guesses; this only keeps an instance answering.
    """

    def __init__(self, a_second: int, a_number: int, clock: Callable[[], float]) -> None:
        """Take the hops a second of the instance, and those of one number in 10 seconds."""
        self.share, self.share_of_a_number = _share(SECOND, a_second), _share(WINDOW, a_number)
        self.clock, self.whole = clock, clock()
        self.numbers: dict[str, float] = {}

    def lets(self, party: str) -> bool:
        """Take one token of the party's and of the instance's; False when either is empty."""
        now = self.clock()
        before = max(now, self.numbers.pop(party, now))
        full = before + self.share_of_a_number
        is_empty = full > now + WINDOW + ROUNDING
        self.numbers[party] = before if is_empty else full
        if len(self.numbers) > KEPT:
            del self.numbers[next(iter(self.numbers))]
        return not is_empty and self._lets_one_more(now)

    def _lets_one_more(self, now: float) -> bool:
        full = max(now, self.whole) + self.share
        if full > now + SECOND + ROUNDING:
            return False
        self.whole = full
        return True


def _share(window: float, tokens: int) -> float:
    """Return the seconds that a token takes to come back: for ever where there is none."""
    return window / tokens if tokens else inf
