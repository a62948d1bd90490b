"""This file says what the ledger asks of storage: rows that change only as they were read.

Each row has a version. A write, or a check inside a transaction, holds only where the version is
the one that was read, so that a decision stands on what was seen or is not carried out at all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

from chalicelib.errors import Unavailable

T = TypeVar("T")
Table = Literal["broadcasts", "chunks", "control", "caps", "recipients", "console"]
CONFLICTS = 20
# So many failures end a long work that goes on over each: a database that is away is not asked on.
MOST_FAILURES = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is."""

    table: Table
    id: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A row as it was read; version 0 and no value where there is none."""

    place: Place
    version: int = 0
    value: Mapping[str, Any] = field(default_factory=dict)


class Cells(Protocol):
    """Rows with versions. Every method may raise `Unavailable`."""

    def read(self, places: Sequence[Place]) -> list[Cell]:
        """Read rows as they are now, in the order asked for."""

    def write(self, cell: Cell, value: Mapping[str, Any]) -> Cell | None:
        """Write one row; None where it is not as it was read. `expires` in it is for the broom."""

    def commit(self, changes: Sequence[tuple[Cell, Mapping[str, Any] | None]]) -> bool:
        """Write all rows or none; None in place of a value only checks that a row is as read."""


def changed(
    cells: Cells,
    place: Place,
    change: Callable[[Mapping[str, Any]], Mapping[str, Any] | None],
    seen: Cell | None = None,
) -> Cell | None:
    """Change a row by what it holds, again where another did at the same moment.

    `seen` is the row where it was read before, which saves the first look.

    Returns:
        The row as written; None where `change` gave None, for nothing to do.

    Raises:
        Unavailable: others changed it at every try.
    """
    for _ in range(CONFLICTS):
        cell = seen or cells.read([place])[0]
        seen, value = None, change(cell.value)
        if value is None:
            return None
        written = cells.write(cell, value)
        if written is not None:
            return written
    raise Unavailable("others write to the same row of the ledger")


def each_tried(items: Iterable[T], do: Callable[[T], object]) -> None:
    """Do something for each, also after a failure, so that what is done once need not be again.

    Raises:
        Unavailable: some of it failed; the same call again does the rest.
    """
    failures = 0
    for one in items:
        try:
            do(one)
        except Unavailable:
            failures += 1
            if failures == MOST_FAILURES:
                raise
    if failures:
        raise Unavailable(f"{failures} rows could not be written")
