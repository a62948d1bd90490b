"""This file keeps in memory what became of messages, under the gateway's own ids."""

from collections.abc import Mapping, Sequence

from chalicelib.capabilities.delivery import RANKS, Report, Settled, is_of, moves
from chalicelib.storage.memory.base import MemoryDatabase

TABLE = "recipients"


class MemoryRecipients:
    """See `capabilities.delivery.RecipientStore`. `units` counts what its writes would cost."""

    def __init__(self, database: MemoryDatabase) -> None:
        """Take the tables."""
        self.database, self.units = database, 0

    def follow(self, gateway: str, message_id: str, mark: str, chunk: str = "") -> None:
        """Start following a message; one that is followed stays as it is."""
        row = {"party": mark, "status": "sent", "reason": "", "chunk": chunk}
        self.units += 1
        with self.database.calling("write"):
            self.database.tables[TABLE].setdefault(_id(gateway, message_id), row)

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
