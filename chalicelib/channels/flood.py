"""This file stops a flood before it costs anything: token buckets in the process, no reads."""

from collections.abc import Callable
from dataclasses import dataclass

KEPT = 2_000
WINDOW = 10.0


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Flood:
    """Buckets for one function instance: all its hops, and each number's.

    Exact limits belong to what costs money or guesses; this only keeps an instance answering.
    """

    def __init__(self, a_second: int, a_number: int, clock: Callable[[], float]) -> None:
        """Take the hops a second of the instance, and those of one number in 10 seconds."""
        self.a_second, self.a_number, self.clock = a_second, a_number, clock
        self.whole = _Bucket(float(a_second), clock())
        self.numbers: dict[str, _Bucket] = {}

    def lets(self, party: str) -> bool:
        """Take one token of the party's and of the instance's; False when either is empty."""
        now = self.clock()
        bucket = self.numbers.pop(party, None) or _Bucket(float(self.a_number), now)
        self.numbers[party] = bucket
        if len(self.numbers) > KEPT:
            del self.numbers[next(iter(self.numbers))]
        return _take(bucket, now, self.a_number / WINDOW, self.a_number) and _take(
            self.whole, now, float(self.a_second), self.a_second
        )


def _take(bucket: _Bucket, now: float, a_second: float, most: int) -> bool:
    bucket.tokens = min(float(most), bucket.tokens + max(0.0, now - bucket.at) * a_second)
    bucket.at = now
    if bucket.tokens < 1:
        return False
    bucket.tokens -= 1
    return True
