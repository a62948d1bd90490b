"""This file stores complaints: one row each, under a keyed hash of its code.

The webhooks read and change a row by its key and never list them. A row is a value with its
edition; `storage.memory.complaints` keeps the same in memory.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.models import Model

from chalicelib.capabilities.complaints import Complaint, Entry
from chalicelib.storage.base import Database, answering


class ComplaintRow(Model):
    """One complaint as JSON in `body`; `edition` counts its changes."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "complaints"

    id = UnicodeAttribute(hash_key=True)
    edition = NumberAttribute()
    body = UnicodeAttribute()


class DynamoComplaints:
    """Complaints in DynamoDB."""

    def __init__(self, database: Database) -> None:
        """Bind the table."""
        self.database, self.rows = database, database.bound(ComplaintRow)

    def key(self, id_: str) -> tuple[type[Model], tuple[str, ...]]:
        """Return what `Database.get` needs to read a complaint."""
        return self.rows, (id_,)

    def complaint(self, row: ComplaintRow | None) -> Complaint | None:
        """Return the complaint of a row as read."""
        return decoded(row.id, row.body, int(row.edition)) if row is not None else None

    def find(self, ids: Sequence[str]) -> list[Complaint | None]:
        """Return complaints by the ids of their rows; one call."""
        return [self.complaint(row) for row in self.database.get([self.key(one) for one in ids])]

    def add(self, complaint: Complaint) -> bool:
        """Keep a new complaint; False where its row is taken; one call."""
        row = self.rows(complaint.id, edition=complaint.edition, body=encoded(complaint))
        try:
            with answering():
                row.save(self.rows.id.does_not_exist())
        except PutError:
            return False
        return True

    def change(self, old: Complaint, new: Complaint) -> bool:
        """Keep a changed complaint; False where it was changed since it was read; one call."""
        row, edition = self.rows(old.id), self.rows.edition
        changes: list[Any] = [self.rows.body.set(encoded(new)), edition.set(old.edition + 1)]
        try:
            with answering():
                row.update(changes, condition=edition == old.edition)
        except UpdateError:
            return False
        return True

    def every(self) -> Iterator[Complaint]:
        """Give every complaint: for who reads them, not for the webhooks."""
        with answering():
            for row in self.rows.scan(consistent_read=True):
                yield decoded(row.id, row.body, int(row.edition))


def encoded(complaint: Complaint) -> str:
    """Return a complaint as it is stored."""
    plain = {
        "district": complaint.district,
        "office": complaint.office,
        "kind": complaint.kind,
        "when": complaint.when,
        "week": complaint.week,
        "public": _text(complaint.public),
        "state": complaint.state,
        "tags": sorted(complaint.tags),
        "thread": [[one.by, one.week, _text(one.sealed), one.asks] for one in complaint.thread],
        "acknowledged": complaint.acknowledged,
        "answered": complaint.answered,
        "released": [_text(one) for one in complaint.released],
    }
    return json.dumps(plain, separators=(",", ":"))


def decoded(id_: str, body: str, edition: int) -> Complaint:
    """Return the complaint that was stored."""
    plain: dict[str, Any] = json.loads(body)
    del plain["district"]
    return Complaint(
        **{
            **plain,
            "id": id_,
            "public": b64decode(plain["public"]),
            "tags": frozenset(plain["tags"]),
            "thread": tuple(
                Entry(by, week, b64decode(sealed), asks)
                for by, week, sealed, asks in plain["thread"]
            ),
            "released": tuple(b64decode(one) for one in plain["released"]),
            "edition": edition,
        }
    )


def _text(data: bytes) -> str:
    return b64encode(data).decode()
