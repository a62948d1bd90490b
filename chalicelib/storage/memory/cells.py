"""This file keeps the ledger's rows in memory, and counts what writing them would cost."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.capabilities.ledger_cells import Cell, Place
from chalicelib.ports import Refused
from chalicelib.storage.base import Kind
from chalicelib.storage.cells import AT_ONCE, packed
from chalicelib.storage.memory.base import Condition, MemoryDatabase, Row, Write, kept, saved

UNIT, ATTRIBUTES = 1024, 40


class MemoryCells:
    """See `capabilities.ledger_cells.Cells`. `units` counts write units as DynamoDB would."""

    def __init__(self, database: MemoryDatabase) -> None:
        """Take the tables."""
        self.database, self.units = database, 0

    def read(self, places: Sequence[Place]) -> list[Cell]:
        """Read rows as they are now, in the order asked for; one call for 100."""
        found = []
        for begin in range(0, len(places), AT_ONCE):
            with self.database.calling("get"):
                found += [self._cell(one) for one in places[begin : begin + AT_ONCE]]
        return found

    def write(self, cell: Cell, value: Mapping[str, Any]) -> Cell | None:
        """Write one row; None where it is not as it was read."""
        self.units += _units(cell, value)
        if not self.database.write(_write(cell, value)):
            return None
        return Cell(cell.place, cell.version + 1, dict(value))

    def write_each(self, changes: Sequence[tuple[Cell, Mapping[str, Any]]]) -> list[Cell | None]:
        """Write rows as `write` does, 25 a call."""
        self.units += sum(_units(cell, value) for cell, value in changes)
        done = self.database.each([_write(cell, value) for cell, value in changes])
        return [
            Cell(cell.place, cell.version + 1, dict(value)) if one else None
            for (cell, value), one in zip(changes, done, strict=True)
        ]

    def commit(self, changes: Sequence[tuple[Cell, Mapping[str, Any] | None]]) -> bool:
        """Write all rows or none; a transaction costs twice."""
        self.units += sum(2 * _units(cell, value) for cell, value in changes)
        try:
            self.database.commit([_write(cell, value) for cell, value in changes])
        except Refused:
            return False
        return True

    def _cell(self, place: Place) -> Cell:
        row = self.database.row(place.table, place.id)
        if row is None:
            return Cell(place)
        return Cell(place, row["version"], json.loads(row["data"]))


def _write(cell: Cell, value: Mapping[str, Any] | None) -> Write:
    place, holds = cell.place, _as_read(cell)
    if value is None:
        return Write(place.table, Kind.CHECK, place.table, place.id, kept, holds)
    row = {"version": cell.version + 1, "data": json.dumps(value)}
    return Write(place.table, Kind.SAVE, place.table, place.id, saved(row), holds)


def _as_read(cell: Cell) -> Condition:
    def same(row: Row | None) -> bool:
        return (row["version"] if row is not None else 0) == cell.version

    return same


def _units(cell: Cell, value: Mapping[str, Any] | None) -> int:
    size = len(packed(value if value is not None else cell.value))
    return -(-(size + len(cell.place.id) + ATTRIBUTES) // UNIT)
