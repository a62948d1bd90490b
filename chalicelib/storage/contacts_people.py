"""This file moves people to the newer contacts key, one at a time, while they dial and text.

Who writes to a row meanwhile is not overtaken: each move holds only for the row as it was read.
Where somebody stood, a row says where they are now; by it everything else that names them is
found, and it goes before the older key does.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.errors import NotFound, Unavailable
from chalicelib.ports import Refused
from chalicelib.storage.addressees import opening
from chalicelib.storage.base import Contended, Database, Kind, Write, answering
from chalicelib.storage.keys import KeyRing, Keys
from chalicelib.storage.parts import READ_AT_ONCE, WRITE_AT_ONCE, in_parts
from chalicelib.storage.people import PersonRow
from chalicelib.storage.watchers import numbers_of, sealed_number
from chalicelib.telecom.messages import NUMBERS, Party

TRIES, WAYS_AT_ONCE = 20, 1000
# What is said together, and holds as it was said last.
SAID = {
    "opted_at": ("opted_out", "opted_at", "opted_by"),
    "consented_at": ("commune", "consented_at", "consented_by"),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """The keys that people stand under, and those that they move to."""

    older: Keys
    newer: Keys

    @classmethod
    def of(cls, ring: KeyRing) -> "Pair":
        """Return both keys of this moment.

        Raises:
            NotFound: people are written under the older key yet, or there is one only.
        """
        newer = ring.now()
        if newer.before is None:
            raise NotFound("nobody can move: people are written under one contacts key only")
        return cls(newer.before, newer)


class PeopleMove:
    """The people who stand under the older key; `keys` holds the sender's private half too."""

    def __init__(self, database: Database, keys: KeyRing) -> None:
        """Bind the table, and read the keys."""
        self.database, self.keys, self.opened = database, keys, opening(keys)
        self.rows = database.bound(PersonRow)

    def left(self) -> Iterator[PersonRow]:
        """Give everybody who has not moved, or said something where they stood since.

        So does a function that could not read the keys for long: all that somebody says puts the
        network beside it.
        """
        old = ~self.rows.id.startswith(Pair.of(self.keys).newer.mark)
        here = self.rows.moved.does_not_exist() | self.rows.network.exists()
        with answering():
            yield from self.rows.scan(old & here, consistent_read=True)

    def moved_to(self, ids: Iterable[str]) -> dict[str, str | None]:
        """Return where people are now, None where no row tells; who has not moved is not in it."""
        found: dict[str, str | None] = {}
        for part in in_parts(self._looked_up, sorted(set(ids)), READ_AT_ONCE):
            found |= part
        return found

    def move(self, row: PersonRow) -> str:
        """Move one person: `moved`, `gone` where nobody is there by now, `unreadable` if we cannot.

        Raises:
            Unavailable: others write to the row all the time, or the database does not answer.
        """
        there: PersonRow | None = None
        for _ in range(TRIES):
            party = self._party(row)
            if party is None and not _is_empty(row):
                return "unreadable"
            try:
                self.database.commit(self._moving(row, party, there))
            except (Refused, Contended):
                row, there = self._again(row, party)
                if row is None or _is_way(row):
                    return "gone"
                continue
            return "moved" if party is not None else "gone"
        raise Unavailable("others write to one person all the time: run it again")

    def is_readable(self, row: PersonRow) -> bool:
        """Whether we can tell who somebody is, or that they are nobody."""
        return _is_empty(row) or self._party(row) is not None

    def forget_ways(self) -> int:
        """Delete every row that says where somebody went; return how many there were."""
        count = 0
        with answering():
            rows = iter(self.rows.scan(self.rows.moved.exists(), consistent_read=True))
            while some := list(islice(rows, WAYS_AT_ONCE)):
                count += sum(in_parts(self._delete, some, WRITE_AT_ONCE))
        return count

    def drop(self, row: PersonRow) -> None:
        """Delete somebody whose number nobody can open."""
        with answering():
            row.delete()

    def _delete(self, rows: Sequence[PersonRow]) -> int:
        with answering(), self.rows.batch_write() as batch:
            for row in rows:
                batch.delete(row)
        return len(rows)

    def _looked_up(self, ids: Sequence[str]) -> dict[str, str | None]:
        rows = self.database.get([(self.rows, (one,)) for one in ids])
        pairs = zip(ids, rows, strict=True)
        return {
            one: row.moved if row is not None else None
            for one, row in pairs
            if row is None or row.moved is not None
        }

    def _again(self, row: PersonRow, party: Party | None) -> Any:
        """Read a person's two rows as they are now."""
        asked = [(self.rows, (row.id,))]
        if party is not None:
            asked.append((self.rows, (Pair.of(self.keys).newer.person(party),)))
        return [*self.database.get(asked), None][:2]

    def _party(self, row: PersonRow) -> Party | None:
        """Return whose row it is, None where its number does not open, or gives another id."""
        address = self.opened(row.number)
        gateway, _, masked = address.partition(":")
        party = Party(gateway, masked) if masked else Party(NUMBERS, address)
        same = address and Pair.of(self.keys).older.person(party) == row.id
        return party if same else None

    def _moving(self, row: PersonRow, party: Party | None, there: PersonRow | None) -> list[Write]:
        if party is None:
            empty = same(self.rows, row)
            return [Write("older", Kind.DELETE, lambda t: t.delete(row, empty), self.rows)]
        pair, rows = Pair.of(self.keys), self.rows
        new = self._renewed(pair, row, party, there)
        free = rows.id.does_not_exist() if there is None else same(rows, there)
        way, as_read = rows(row.id, moved=new.id), same(rows, row)
        return [
            Write("newer", Kind.SAVE, lambda t: t.save(new, free), rows),
            Write("older", Kind.SAVE, lambda t: t.save(way, as_read), rows),
        ]

    def _renewed(
        self, pair: Pair, row: PersonRow, party: Party, there: PersonRow | None
    ) -> PersonRow:
        """Return a person's row under the newer key, with what stands there already."""
        new = self.rows(pair.newer.person(party))
        older, newer = _values(row), _values(there) if there is not None else {}
        values = {**older, **newer}
        for at, names in SAID.items():
            last = older if (older.get(at) or "") > (newer.get(at) or "") else newer
            values |= {name: last[name] for name in names if name in last}
        watched = numbers_of(pair.older, row.id, row.watches or ())
        watches = {sealed_number(pair.newer, new.id, one) for one in watched}
        values["watches"] = watches | set(newer.get("watches", ()))
        for name, value in values.items():
            setattr(new, name, value or None if name == "watches" else value)
        return new


def same(rows: type[PersonRow], row: PersonRow) -> Condition:
    """Return the condition that a row is as it was read, in every value of it."""
    every: Condition = rows.id == row.id
    for name in PersonRow.get_attributes():
        if name != "id":
            value, attribute = getattr(row, name), getattr(rows, name)
            is_as = attribute.does_not_exist() if value is None else attribute == value
            every &= is_as
    return every


def _values(row: PersonRow) -> dict[str, Any]:
    names = PersonRow.get_attributes().keys() - {"id", "moved"}
    every = {name: getattr(row, name) for name in names}
    return {name: value for name, value in every.items() if value is not None}


def _is_way(row: PersonRow) -> bool:
    return row.moved is not None and row.network is None


def _is_empty(row: PersonRow) -> bool:
    """Whether a row holds nothing of anybody: it was made by dropping what was not there."""
    return _values(row).keys() <= {"watches"} and not row.watches
