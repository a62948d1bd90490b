"""This file is the token bucket: when the next messages may go out at the set rate."""

from dataclasses import dataclass

# A worker holds its chunk for so long at most; a longer wait goes back to the queue.
PATIENCE = 10.0
MOST_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class Turn:
    """When a worker may post, in seconds from now, and until when the line is taken then."""

    wait: float
    free_at: float


def turn(free_at: float, now: float, people: int, a_second: float) -> Turn:
    """Return the turn of a post to so many people; posts stand in one line.

    A line that is taken for longer than anyone can have taken it is somebody's wrong clock, which
    may cost the rate but must not stop everybody.
    """
    longest = PATIENCE + MOST_PEOPLE / a_second
    begin = max(free_at, now) if free_at - now <= longest else now
    return Turn(begin - now, begin + people / a_second)
