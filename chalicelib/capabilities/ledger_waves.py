"""This file says which chunks are looked at, how many wait on the queue, and which go on it again.

All of them at once would be put there again and again while the last waits for its turn, and each
minute's look would grow with the audience: in all, with its square.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from chalicelib.capabilities.ledger import DONE, READY, RECORDED, SENDING, STALE, Chunk, Head
from chalicelib.capabilities.ledger_sum import counts_of

# So many seconds of sending wait on the queue: a minute's tick may be late, or not come at all.
AHEAD_SECONDS, LEAST = 300.0, 100
Waves = tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Look:
    """What a look at the chunks of a message found: numbers, whatever the chunks hold.

    `done` chunks at the beginning are done for good. `ready` are those that wait, each with the
    moment it was put back. `first` are the outcomes of those within the gate while it is narrow.
    """

    done: int
    flying: int = 0
    ready: list[tuple[int, int]] = field(default_factory=list)
    first: list[Mapping[str, int]] = field(default_factory=list)
    since: int = 0

    @property
    def unfinished(self) -> int:
        """How many chunks wait or are being sent."""
        return self.flying + len(self.ready)

    def take(self, head: Head, n: int, chunk: Chunk) -> None:
        """Take in one chunk more; they come in their order."""
        self.done += chunk.state == DONE and n == self.done
        self.flying += chunk.state in {SENDING, RECORDED}
        if chunk.state == READY:
            self.ready.append((n, chunk.since))
        if is_narrow(head) and head.forgiven <= n < head.gate:
            self.first.append(counts_of(chunk))
            self.since = max(self.since, chunk.since)


@dataclass(frozen=True, slots=True)
class Wave:
    """Which chunks go on the queue now, and what the head of the message keeps of it."""

    numbers: tuple[int, ...]
    waves: Waves
    reached: int


def is_narrow(head: Head) -> bool:
    """Whether only the first chunks may go yet."""
    return head.gate < head.chunks


def begins_at(head: Head) -> int:
    """Return the chunk at which a look begins; those before it are done for good."""
    return 0 if is_narrow(head) else head.done


def most_waiting(a_second: float, size: int) -> int:
    """Return how many chunks may wait at once at a rate of people a second."""
    return max(LEAST, math.ceil(AHEAD_SECONDS * a_second / size))


def next_wave(head: Head, look: Look, now: int, most: int, *, fresh: bool) -> Wave:
    """Return what goes on the queue: what was never there, and what has waited there for long."""
    waves = () if fresh else head.waves
    room = max(0, most - look.flying)
    waiting = [one for one in look.ready if one[0] < head.gate][:room]
    wanted = tuple(n for n, since in waiting if _is_wanted(waves, n, since, now))
    reached = max((n + 1 for n in wanted), default=0)
    return Wave(wanted, tuple(_kept(waves, look.done, reached, now)), max(head.reached, reached))


def marked(head: Head, look: Look, wave: Wave, now: int, before: Head) -> Head | None:
    """Return a head that knows of a wave; None where it is not sent any more, or nothing is new.

    `before` is the head that the wave was found for: who let it go on since asks for a fresh one.
    """
    if head.state != SENDING or head.epoch != before.epoch:
        return None
    asked = head.enqueued_at != before.enqueued_at
    at = head.enqueued_at if asked or not wave.numbers else now
    done, reached = max(head.done, look.done), max(head.reached, wave.reached)
    new = replace(head, done=done, reached=reached, waves=wave.waves, enqueued_at=at)
    return new if new != head or wave.numbers else None


def _is_wanted(waves: Waves, n: int, since: int, now: int) -> bool:
    at = next((at for upto, at in waves if n < upto), None)
    return at is None or _is_stale(max(since, at), now)


def _is_stale(at: int, now: int) -> bool:
    return now - at > STALE.total_seconds()


def _kept(waves: Waves, done: int, reached: int, now: int) -> Iterator[tuple[int, int]]:
    """Give the waves to remember: the old ones as one of now, the young ones, the new one."""
    old = max((upto for upto, at in waves if _is_stale(at, now) and upto > done), default=done)
    covered = max([old, *(upto for upto, _ in waves)])
    if old > done:
        yield old, now
    yield from ((upto, at) for upto, at in waves if upto > old and not _is_stale(at, now))
    if reached > covered:
        yield reached, now
