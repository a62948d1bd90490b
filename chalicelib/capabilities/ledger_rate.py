"""This file is the token bucket: when the next messages may go out at the set rate."""

from dataclasses import dataclass

# A worker holds its chunk for so long at most; a longer wait goes back to the queue.
PATIENCE = 10.0
# Of two chunks, for a worker that takes the next one's place too.
MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class Turn:
    """When a worker may post, in seconds from now, and until when the line is taken then."""

    wait: float
    free_at: float


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the line that a worker took ahead, for so many people; moments in seconds."""

    begin: float
    until: float
    people: int

    def serves(self, people: int, now: float) -> bool:
        """Whether a post to so many people may still go out in it, and soon."""
        return people <= self.people and self.begin - PATIENCE <= now < self.until


def turn(free_at: float, now: float, people: int, a_second: float) -> Turn:
    """Return the turn of a post to so many people; posts stand in one line.

    A line that is taken for longer than anyone can have taken it is somebody's wrong clock, which
    may cost the rate but must not stop everybody.
    """
    longest = PATIENCE + MOST_PEOPLE / a_second
    begin = max(free_at, now) if free_at - now <= longest else now
    return Turn(begin - now, begin + people / a_second)
