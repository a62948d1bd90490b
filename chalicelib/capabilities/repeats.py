"""This file lets a program ask the same thing again, and have it done once.

What came of a request is kept for 30 days under the name of who asked and an id of theirs. The
same request again gets the same answer; another one under that id is refused. Requests hold words
of complaints and numbers of people, and answers may repeat them: of the one a mark is kept that
nobody can try numbers against, the other is sealed. How many a program asks is counted by the
minute.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.capabilities.ledger_cells import Cells, Place, changed
from chalicelib.ports import Clock

KEPT = 30 * 86_400
MINUTE = 60
# A function that was to answer and never did is dead by then.
DEAD_AFTER = 60
# A row holds no more; a longer answer is not kept, only that it was given.
LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a request: its HTTP status and body; no body where that was too long."""

    status: int
    body: str


class OtherRequest(Exception):
    """Another request had the same id."""


class StillAtWork(Exception):
    """The same request is being answered at this moment."""


class Seal(Protocol):
    """What makes marks and seals with a key that is not in the database."""

    def mark(self, text: str) -> str:
        """Return what is the same for the same text alone."""

    def sealed(self, text: str) -> str:
        """Return a text as it may be kept."""

    def opened(self, sealed: str) -> str:
        """Return what was sealed; empty where the key is another by now."""


class Repeats:
    """The requests of a stage that have an id."""

    def __init__(self, cells: Cells, clock: Clock, seal: Seal) -> None:
        """Take the rows, and what seals what stands in them."""
        self.cells, self.clock, self.seal = cells, clock, seal

    def begin(self, who: str, id_: str, request: str) -> Kept | None:
        """Begin a request; what came of it where it was made before.

        Raises:
            OtherRequest: the id was another request's.
            StillAtWork: it is being answered.
        """
        now, mark = self._now(), self.seal.mark(request)
        found: list[Mapping[str, Any]] = []

        def claimed(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
            found[:] = [row]
            if row.get("request", mark) != mark or "status" in row:
                return None
            # Whoever died over it may have done it: each operation does once what is asked twice.
            if int(row.get("begun", 0)) > now - DEAD_AFTER:
                return None
            return {"request": mark, "begun": now, "expires": now + KEPT}

        if changed(self.cells, _place(who, id_), claimed) is not None:
            return None
        row = found[0]
        if row["request"] != mark:
            raise OtherRequest
        if "status" not in row:
            raise StillAtWork
        sealed = str(row["sealed"])
        return Kept(int(row["status"]), self.seal.opened(sealed) if sealed else "")

    def end(self, who: str, id_: str, kept: Kept) -> None:
        """Keep what came of a request."""
        sealed = self.seal.sealed(kept.body) if len(kept.body) <= LONGEST else ""
        changed(
            self.cells,
            _place(who, id_),
            lambda row: {**row, "status": kept.status, "sealed": sealed},
        )

    def drop(self, who: str, id_: str) -> None:
        """Forget a request that was refused: nothing was done, and it may be mended."""
        changed(self.cells, _place(who, id_), lambda _: {"expires": self._now()})

    def _now(self) -> int:
        return int(self.clock.now().timestamp())


class Pace:
    """Counts the requests of everybody who asks, by the minute."""

    def __init__(self, cells: Cells, clock: Clock, most: int) -> None:
        """Take the rows, and how many requests one holder may make in a minute."""
        self.cells, self.clock, self.most = cells, clock, most

    def wait(self, who: str) -> int:
        """Count one request; return in how many seconds the next is let through, 0 for now."""
        now = int(self.clock.now().timestamp())
        minute = now - now % MINUTE

        def counted(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
            count = int(row.get("n", 0)) if row.get("minute") == minute else 0
            if count >= self.most:
                return None
            return {"minute": minute, "n": count + 1, "expires": minute + 2 * MINUTE}

        place = Place("console", f"pace/{_digest(who)}")
        return 0 if changed(self.cells, place, counted) is not None else minute + MINUTE - now


def _place(who: str, id_: str) -> Place:
    named = f"{who}\n{id_}"
    return Place("console", f"request/{_digest(named)}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
