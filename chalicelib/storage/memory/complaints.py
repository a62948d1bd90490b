"""This file keeps complaints in memory, as they are stored in DynamoDB."""

from collections.abc import Iterator, Sequence

from chalicelib.capabilities.complaints import Complaint
from chalicelib.storage.base import Kind
from chalicelib.storage.complaints import decoded, encoded
from chalicelib.storage.memory.base import MemoryDatabase, Row, Write, is_absent, saved

TABLE = "complaints"


class MemoryComplaints:
    """See `storage.complaints.DynamoComplaints`."""

    def __init__(self, database: MemoryDatabase) -> None:
        """Take the tables."""
        self.database = database

    def peek(self, id_: str) -> Complaint | None:
        """Return a complaint, as part of a call."""
        row = self.database.row(TABLE, id_)
        return decoded(id_, row["body"], row["edition"]) if row is not None else None

    def find(self, ids: Sequence[str]) -> list[Complaint | None]:
        """Return complaints by the ids of their rows; one call."""
        with self.database.calling("get"):
            return [self.peek(one) for one in ids]

    def add(self, complaint: Complaint) -> bool:
        """Keep a new complaint; False where its row is taken; one call."""
        row = {"edition": complaint.edition, "body": encoded(complaint)}
        write = Write("complaint", Kind.SAVE, TABLE, complaint.id, saved(row), is_absent)
        return self.database.write(write)

    def change(self, old: Complaint, new: Complaint) -> bool:
        """Keep a changed complaint; False where it was changed since it was read; one call."""
        row = {"edition": old.edition + 1, "body": encoded(new)}

        def same(there: Row | None) -> bool:
            return there is not None and there["edition"] == old.edition

        return self.database.write(Write("complaint", Kind.UPDATE, TABLE, old.id, saved(row), same))

    def every(self) -> Iterator[Complaint]:
        """Give every complaint."""
        with self.database.calling("scan"):
            found = [self.peek(one) for one in self.database.tables[TABLE]]
        yield from (one for one in found if one is not None)
