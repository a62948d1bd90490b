"""This file stores the ledger's rows: each has a version, and changes only as it was read."""

import json
import secrets
import zlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.capabilities.ledger_cells import Cell, Place
from chalicelib.ports import Refused
from chalicelib.storage.base import Database, Kind, Write, answering
from chalicelib.storage.statements import Statement, change, executed, insertion

# BatchGetItem takes so many keys.
AT_ONCE = 100


class BroadcastRow(Model):
    """A message to many, or its words and audience at one edit; `data` is JSON, deflated.

    `writer` is new at each write, so that who gets no answer knows its own row again.
    """

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "broadcasts"

    id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute()
    writer = UnicodeAttribute(null=True)
    data = BinaryAttribute(legacy_encoding=False)
    expires = NumberAttribute(null=True)


class ChunkRow(BroadcastRow):
    """The state of a chunk, or the ids of its people."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "chunks"


class ControlRow(BroadcastRow):
    """The kill switch, the line, the breakers, and which messages are open."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "control"


class CapRow(BroadcastRow):
    """When one person got messages."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "caps"


class DoubtRow(BroadcastRow):
    """Of one person, the messages that nobody knows whether they came."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "recipients"


class ConsoleRow(BroadcastRow):
    """A visit of staff to the console, or how often somebody tried to sign in."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "console"


ROWS: Mapping[str, type[BroadcastRow]] = {
    "broadcasts": BroadcastRow,
    "chunks": ChunkRow,
    "control": ControlRow,
    "caps": CapRow,
    "recipients": DoubtRow,
    "console": ConsoleRow,
}


class DynamoCells:
    """See `capabilities.ledger_cells.Cells`."""

    def __init__(self, database: Database) -> None:
        """Bind the tables."""
        self.database = database
        self.rows = {name: database.bound(row) for name, row in ROWS.items()}

    def read(self, places: Sequence[Place]) -> list[Cell]:
        """Read rows as they are now, in the order asked for; one call for 100."""
        return [cell_of(place, row) for place, row in zip(places, self._every(places), strict=True)]

    def write(self, cell: Cell, value: Mapping[str, Any]) -> Cell | None:
        """Write one row; a write that was done and not answered counts as done."""
        row, written = self._row(cell, value), Cell(cell.place, cell.version + 1, dict(value))
        try:
            with answering():
                row.save(condition=self._as_read(cell))
        except PutError:
            # The wire repeats a call whose answer was lost, and then meets its own row. What it
            # holds would not tell: two who count to three at once both write a three.
            (there,) = self._rows([cell.place])
            return written if _wrote(row, there) else None
        return written

    def write_each(self, changes: Sequence[tuple[Cell, Mapping[str, Any]]]) -> list[Cell | None]:
        """Write rows as `write` does, 25 a call."""
        rows = [self._row(cell, value) for cell, value in changes]
        olds = [cell for cell, _ in changes]
        told = [_statement(cell, row) for cell, row in zip(olds, rows, strict=True)]
        found = zip(olds, rows, executed(self.database, told), strict=True)
        met = [cell.place for cell, _, done in found if not done]
        # As above: a call that is repeated meets its own rows.
        theirs = dict(zip(met, self._every(met), strict=True))
        return [
            Cell(cell.place, cell.version + 1, dict(value))
            if cell.place not in theirs or _wrote(row, theirs[cell.place])
            else None
            for (cell, value), row in zip(changes, rows, strict=True)
        ]

    def commit(self, changes: Sequence[tuple[Cell, Mapping[str, Any] | None]]) -> bool:
        """Write all rows or none."""
        try:
            self.database.commit([self.change(cell, value) for cell, value in changes])
        except Refused:
            return False
        return True

    def _every(self, places: Sequence[Place]) -> list[BroadcastRow | None]:
        found: list[BroadcastRow | None] = []
        for begin in range(0, len(places), AT_ONCE):
            found += self._rows(places[begin : begin + AT_ONCE])
        return found

    def _rows(self, places: Sequence[Place]) -> list[BroadcastRow | None]:
        return self.database.get([(self.rows[one.table], (one.id,)) for one in places])

    def change(self, cell: Cell, value: Mapping[str, Any] | None) -> Write:
        """Return the write of a row as it was read; None only checks that it is so."""
        model, as_read = self.rows[cell.place.table], self._as_read(cell)
        if value is None:
            check = partial(_check, model=model, id_=cell.place.id, as_read=as_read)
            return Write(cell.place.table, Kind.CHECK, check, model)
        row = self._row(cell, value)
        return Write(cell.place.table, Kind.SAVE, lambda t: t.save(row, as_read), model)

    def _as_read(self, cell: Cell) -> Condition:
        rows = self.rows[cell.place.table]
        return rows.version == cell.version if cell.version else rows.id.does_not_exist()

    def _row(self, cell: Cell, value: Mapping[str, Any]) -> BroadcastRow:
        row = self.rows[cell.place.table](cell.place.id, version=cell.version + 1)
        row.data, row.expires = packed(value), value.get("expires")
        row.writer = secrets.token_hex(8)
        return row


def packed(value: Mapping[str, Any]) -> bytes:
    """Return a value as it is stored."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(written.encode())


def _statement(cell: Cell, row: BroadcastRow) -> Statement:
    """Return what writes a row where it is as it was read; a row that expires goes on doing so."""
    item = row.serialize()
    if not cell.version:
        return insertion(type(row), item)
    key = {"id": item.pop("id")}
    return change(type(row), key, item, {"version": {"N": str(cell.version)}})


def _wrote(row: BroadcastRow, there: BroadcastRow | None) -> bool:
    return there is not None and there.writer == row.writer


def _check(
    transaction: TransactWrite, model: type[BroadcastRow], id_: str, as_read: Condition
) -> None:
    transaction.condition_check(model, id_, condition=as_read)


def cell_of(place: Place, row: BroadcastRow | None) -> Cell:
    """Return a row as it is read; one that is not there has version 0."""
    if row is None:
        return Cell(place)
    return Cell(place, int(row.version), json.loads(zlib.decompress(row.data)))
