"""This file holds tables in memory that take all writes of a transaction or none."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import RLock
from typing import Any

from chalicelib.errors import Unavailable
from chalicelib.ports import Refused
from chalicelib.settings import Settings
from chalicelib.storage.base import Kind, or_instead
from chalicelib.storage.statements import AT_ONCE

Row = Mapping[str, Any]
Condition = Callable[[Row | None], bool]
Change = Callable[[Row | None], Row | None]
# What an outage does to a call: nothing, the call is not done, or it is done and not answered.
FINE, BEFORE, AFTER = "", "before", "after"
MOST_WRITES = 100


@dataclass(frozen=True, slots=True)
class Write:
    """One write of a transaction: `change` turns the row there into the row to be."""

    what: str
    kind: Kind
    table: str
    key: str
    change: Change
    holds: Condition = lambda _: True
    instead: "tuple[Write, ...]" = ()

    def or_else(self, *others: "Write") -> "Write":
        """Return the same with what takes its place where it is refused."""
        return replace(self, instead=others)


class MemoryDatabase:
    """The tables of one stage. `calls` counts as DynamoDB would; `outage` makes calls fail."""

    def __init__(self, settings: Settings) -> None:
        """Begin empty."""
        self.settings = settings
        self.tables: defaultdict[str, dict[str, Row]] = defaultdict(dict)
        self.calls: list[str] = []
        self.outage: Callable[[str], str] = lambda _: FINE
        self.tokens: set[str] = set()
        self.lock = RLock()

    @contextmanager
    def calling(self, call: str) -> Iterator[None]:
        """Count one call and fail it when the outage says so.

        Raises:
            Unavailable: the call was not done, or done and its answer lost.
        """
        self.calls.append(call)
        fault = self.outage(call)
        if fault == BEFORE:
            raise Unavailable("the database did not answer")
        try:
            with self.lock:
                yield
        finally:
            if fault == AFTER:
                raise Unavailable("the database did not answer in time")

    def row(self, table: str, key: str) -> Row | None:
        """Return a row, as part of a call."""
        return self.tables[table].get(key)

    def commit(self, writes: Sequence[Write], token: str | None = None) -> None:
        """Do all writes or none, as one call.

        Raises:
            Refused: a condition did not hold.
            Unavailable: nothing is known to be written.
            ValueError: DynamoDB takes no such transaction: a programming error, met in tests.
        """
        or_instead(self._commit, writes, token)

    def _commit(self, writes: Sequence[Write], token: str | None) -> None:
        ordered = sorted(writes, key=lambda write: write.kind)
        places = {(write.table, write.key) for write in ordered}
        if len(places) < len(ordered) or len(ordered) > MOST_WRITES:
            raise ValueError("a transaction touches an item once, and at most 100 items")
        with self.calling("commit"):
            if token is None or token not in self.tokens:
                self._do(ordered)
            if token is not None:
                self.tokens.add(token)

    def write(self, write: Write) -> bool:
        """Do one write as one call of its own; False where its condition did not hold."""
        with self.calling("write"):
            return self._done(write)

    def each(self, writes: Sequence[Write]) -> list[bool]:
        """Do writes 25 a call; say of each whether it was done or its condition did not hold.

        Raises:
            Unavailable: some calls failed; all others were made.
        """
        found: list[bool] = []
        lost = 0
        for begin in range(0, len(writes), AT_ONCE):
            try:
                with self.calling("write"):
                    found += [self._done(one) for one in writes[begin : begin + AT_ONCE]]
            except Unavailable:
                lost += 1
        if lost:
            raise Unavailable(f"{lost} calls were not answered")
        return found

    def _done(self, write: Write) -> bool:
        try:
            self._do([write])
        except Refused:
            return False
        return True

    def _do(self, writes: Sequence[Write]) -> None:
        for write in writes:
            if not write.holds(self.row(write.table, write.key)):
                raise Refused(write.what)
        for write in writes:
            row = write.change(self.row(write.table, write.key))
            if row is None:
                self.tables[write.table].pop(write.key, None)
            else:
                self.tables[write.table][write.key] = row


def is_absent(row: Row | None) -> bool:
    """Whether there is no row."""
    return row is None


def kept(row: Row | None) -> Row | None:
    """Leave a row as it is."""
    return row


def gone(_row: Row | None) -> None:
    """Delete a row."""


def updated(**values: Any) -> Change:
    """Set some values of a row, making it where it is not."""
    return lambda row: {**(row or {}), **values}


def saved(row: Row) -> Change:
    """Put a row in the place of what was there."""
    return lambda _: row
