"""This file keeps the rows of forums in DynamoDB: a value under one or two keys, with its edition.

`storage.memory.forum_cells` keeps the same in memory; what the rows mean is in `storage.forums`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.storage.base import Database, Kind, Write, answering

# In place of an edition: whatever it was, or there whatever it was.
ANY, THERE = -1, -2
Key = tuple[str, ...]


class ForumRow(Model):
    """A forum under its code, a message that was taken up under its id, or the list of forums."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "forums"

    id = UnicodeAttribute(hash_key=True)
    edition = NumberAttribute(null=True)
    body = UnicodeAttribute(null=True)
    numbers = NumberAttribute(null=True)


class OfForumRow(Model):
    """Something of one forum, under a key of its own."""

    forum = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    edition = NumberAttribute(null=True)
    body = UnicodeAttribute(null=True)


class RsvpRow(OfForumRow):
    """A person's last answer to a forum, by the keyed hash of the person."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "rsvps"


class QuestionRow(OfForumRow):
    """A question by its number, or under `published` those that everybody may read."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "questions"


class ActionRow(OfForumRow):
    """Something that a forum agreed on."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "actions"


MODELS: Mapping[str, Any] = {
    "forums": ForumRow,
    "rsvps": RsvpRow,
    "questions": QuestionRow,
    "actions": ActionRow,
}
READ_AT_ONCE = 100


class Cell(NamedTuple):
    """One row: its last key, its value, and how often it was written."""

    id: str
    body: Mapping[str, Any]
    edition: int


class DynamoForumCells:
    """Rows in DynamoDB."""

    def __init__(self, database: Database) -> None:
        """Bind the tables."""
        self.database = database
        self.models = {name: database.bound(model) for name, model in MODELS.items()}

    def key(self, table: str, key: Key) -> tuple[type[Model], Key]:
        """Return what `Database.get` needs to read a row."""
        return self.models[table], key

    def cell(self, row: Any) -> Cell | None:
        """Return a row as read."""
        if row is None or row.body is None:
            return None
        return Cell(row.id, json.loads(row.body), int(row.edition))

    def read(self, table: str, keys: Sequence[Key]) -> list[Cell | None]:
        """Return rows by key; one call for each hundred."""
        found: list[Cell | None] = []
        for at in range(0, len(keys), READ_AT_ONCE):
            wanted = [self.key(table, one) for one in keys[at : at + READ_AT_ONCE]]
            found += [self.cell(row) for row in self.database.get(wanted)]
        return found

    def of(self, table: str, first: str) -> list[Cell]:
        """Return every row under a first key, by its second."""
        with answering():
            rows = [self.cell(one) for one in self.models[table].query(first)]
        return [one for one in rows if one is not None]

    def put(
        self, table: str, key: Key, body: Mapping[str, Any], was: int | None, what: str
    ) -> Write:
        """Return the write of a row: absent before, of the edition read, or whatever it was."""
        model = self.models[table]
        edition = max(was or 0, 0) + 1
        row = model(*key, body=json.dumps(body, ensure_ascii=False), edition=edition)
        known = {None: model.id.does_not_exist(), ANY: None, THERE: model.id.exists()}
        condition = known.get(was, model.edition == was)
        return Write(what, Kind.SAVE, lambda t: t.save(row, condition), model)

    def check(self, table: str, key: Key, was: int, what: str) -> Write:
        """Return the condition that a row is of the edition read."""
        model = self.models[table]
        first, second, same = key[0], key[1] if len(key) > 1 else None, model.edition == was
        return Write(
            what, Kind.CHECK, lambda t: t.condition_check(model, first, second, same), model
        )

    def next_number(self, key: str) -> int:
        """Return a number that nobody had under this key; one call."""
        row = self.models["forums"](key)
        with answering():
            row.update([self.models["forums"].numbers.add(1)])
        return int(row.numbers)

    def commit(self, writes: Sequence[Write]) -> None:
        """Do all writes or none."""
        self.database.commit(writes)
