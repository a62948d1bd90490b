"""This file says what the ledger asks of storage: rows that change only as they were read.

Each row has a version. A write, or a check inside a transaction, holds only where the version is
the one that was read, so that a decision stands on what was seen or is not carried out at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from chalicelib.errors import Unavailable

Table = Literal["broadcasts", "chunks", "control", "caps", "recipients", "console"]
# What a row is to become by what it holds; None where it stays.
Change = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
CONFLICTS = 20


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

    def write_each(self, changes: Sequence[tuple[Cell, Mapping[str, Any]]]) -> list[Cell | None]:
        """Write rows as `write` does, 25 a call; where it fails, all that could be is written."""

    def commit(self, changes: Sequence[tuple[Cell, Mapping[str, Any] | None]]) -> bool:
        """Write all rows or none; None in place of a value only checks that a row is as read."""


def changed(
    cells: Cells,
    place: Place,
    change: Change,
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


def changed_each(cells: Cells, changes: Mapping[Place, Change]) -> None:
    """Change rows as `changed` does, each by itself, with few calls for many.

    Raises:
        Unavailable: not all of it was written; the same call again does the rest.
    """
    left = dict(changes)
    for _ in range(CONFLICTS):
        found = [(cell, left[cell.place](cell.value)) for cell in cells.read([*left])]
        wanted = [(cell, value) for cell, value in found if value is not None]
        written = zip(wanted, cells.write_each(wanted), strict=True)
        left = {cell.place: left[cell.place] for (cell, _), kept in written if kept is None}
        if not left:
            return
    raise Unavailable("others write to the same rows of the ledger")
