"""This file keeps in memory what became of messages, under the gateway's own ids."""

from collections.abc import Mapping, Sequence

from chalicelib.capabilities.delivery import RANKS, Report, Settled, is_of, moves
from chalicelib.storage.base import Kind
from chalicelib.storage.memory.base import MemoryDatabase, Write, is_absent, saved

TABLE = "recipients"


class MemoryRecipients:
    """See `capabilities.delivery.RecipientStore`. `units` counts what its writes would cost."""

    def __init__(self, database: MemoryDatabase) -> None:
        """Take the tables."""
        self.database, self.units = database, 0

    def follow(self, gateway: str, marks: Mapping[str, str], chunk: str = "") -> None:
        """Start following messages; one that is followed stays as it is."""
        told = {"status": "sent", "reason": "", "chunk": chunk}
        rows = {_id(gateway, one): {"party": mark, **told} for one, mark in marks.items()}
        self.units += len(rows)
        self.database.each(
            [
                Write(TABLE, Kind.SAVE, TABLE, key, saved(row), is_absent)
                for key, row in rows.items()
            ]
        )

    def settle(self, report: Report) -> Settled:
        """Apply one report, whatever its order or number of copies."""
        if report.status not in RANKS:
            return "unknown_status"
        key = _id(report.gateway, report.message_id)
        self.units += 1
        with self.database.calling("write"):
            row = self.database.row(TABLE, key)
            if row is None:
                return "unknown_id"
            if not is_of(report, row["party"]):
                return "other_number"
            if not moves(row["status"], report.status):
                return "unchanged"
            changed = {**row, "status": report.status, "reason": report.reason}
            self.database.tables[TABLE][key] = changed
        return "settled"

    def status(self, gateway: str, message_id: str) -> str | None:
        """Return the state of a followed message."""
        return self.statuses(gateway, [message_id]).get(message_id)

    def statuses(self, gateway: str, message_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the states of those messages that are followed."""
        with self.database.calling("get"):
            rows = {one: self.database.row(TABLE, _id(gateway, one)) for one in message_ids}
        return {one: row["status"] for one, row in rows.items() if row is not None}


def _id(gateway: str, message_id: str) -> str:
    return f"{gateway}#{message_id}"
