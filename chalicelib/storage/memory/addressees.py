"""This file reads people for the sender, in memory."""

from collections.abc import Mapping, Sequence

from chalicelib.capabilities.ledger_people import Reached
from chalicelib.ports import Clock
from chalicelib.storage.addressees import GATEWAY, opening
from chalicelib.storage.base import Kind
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.memory.base import MemoryDatabase, Write, updated
from chalicelib.storage.memory.people import TABLE


class MemoryAddressees:
    """See `capabilities.ledger_people.Addressees`. `units` counts what its writes would cost."""

    def __init__(self, database: MemoryDatabase, keys: KeyRing, clock: Clock) -> None:
        """Take the tables and the sender's private half."""
        self.database, self.keys, self.clock, self.units = database, keys, clock, 0

    def reach(self, people: Sequence[str]) -> Mapping[str, Reached]:
        """Read people as they are now; one call."""
        with self.database.calling("get"):
            rows = {one: self.database.row(TABLE, one) for one in people}
        opened = opening(self.keys)
        return {
            one: Reached(opened(row.get("number")), bool(row.get("opted_out")))
            for one, row in rows.items()
            if row is not None
        }

    def invite(self, people: Sequence[str], question: str) -> None:
        """Say of people which forum's question is open for them."""
        now = self.clock.now().isoformat(timespec="seconds")
        self._update(people, invited=question, invited_at=now)

    def stop(self, person: str) -> None:
        """Note that the gateway has somebody on its block list."""
        now = self.clock.now().isoformat(timespec="seconds")
        self._update([person], opted_out=True, opted_at=now, opted_by=GATEWAY)

    def _update(self, people: Sequence[str], **values: object) -> None:
        self.units += len(people)
        there = lambda row: row is not None  # noqa: E731 - as short as what it says
        change = updated(**values)
        self.database.each(
            [Write("person", Kind.UPDATE, TABLE, one, change, there) for one in people]
        )
