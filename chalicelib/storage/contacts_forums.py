"""This file names people anew where they asked or answered: tickets waited for, and forums."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.capabilities.forums import Question
from chalicelib.storage.base import Kind, Write
from chalicelib.storage.contacts_walks import To, Walk
from chalicelib.storage.forget_forums import NOBODY
from chalicelib.storage.forget_messages import nobody
from chalicelib.storage.forum_bodies import plain_question, question_of
from chalicelib.storage.forum_cells import Cell, DynamoForumCells
from chalicelib.storage.forum_talk import PUBLISHED, QUESTIONS
from chalicelib.storage.forums import RSVPS
from chalicelib.storage.seals import opened_text, sealed_text
from chalicelib.storage.tickets import TicketRow
from chalicelib.storage.watchers import people_of, row_id, sealed_person


class TicketsWalk(Walk):
    """Who waits for news of tickets, sealed in each ticket's row of them."""

    name = "tickets waited for"

    def rows(self) -> Iterator[TicketRow]:
        """Give the rows of those who wait."""
        rows = self.database.bound(TicketRow)
        yield from rows.scan(rows.id.startswith(row_id("")), consistent_read=True)

    def named(self, row: TicketRow) -> Sequence[str]:
        """Open the entries that are sealed with the older key."""
        return people_of(self.pair.older, _number(row), row.who or ())

    def rewrite(self, row: TicketRow, to: To) -> None:
        """Add the new entries where the old ones still are, then take those out."""
        number, pair, who = _number(row), self.pair, type(row).who
        moving = [one for one in self.named(row) if one in to]
        there = [to[one] for one in moving]
        old = {sealed_person(pair.older, number, one) for one in moving}
        new = {sealed_person(pair.newer, number, one) for one in there if one is not None}
        if new:
            still = type(row).id.exists()
            for one in sorted(old):
                still &= who.contains(one)
            row.update([who.add(new)], condition=still)
        row.update([who.delete(old)], condition=type(row).id.exists())


class QuestionsWalk(Walk):
    """Who asked a question of a forum, sealed beside it."""

    name = "questions asked"
    keeps_unknown = True

    def __init__(self, *stores: Any) -> None:
        """Bind the table."""
        super().__init__(*stores)
        self.cells = DynamoForumCells(self.database)

    def rows(self) -> Iterator[tuple[str, Cell, Question]]:
        """Give questions."""
        for row in self.cells.models[QUESTIONS].scan(consistent_read=True):
            cell = self.cells.cell(row)
            if cell is not None and cell.id != PUBLISHED:
                yield row.forum, cell, question_of(cell.body)

    def named(self, row: tuple[str, Cell, Question]) -> Sequence[str]:
        """Open who asked, where that is sealed with the older key."""
        person = opened_text(self.pair.older.lasting("asker"), row[2].asker)
        return [person] if person and self.is_old(person) else []

    def rewrite(self, row: tuple[str, Cell, Question], to: To) -> None:
        """Seal who asked with the newer key, or nobody."""
        forum, cell, question = row
        (person,) = self.named(row)
        asker = sealed_text(self.pair.newer.lasting("asker"), to[person] or NOBODY)
        body = plain_question(replace(question, asker=asker))
        key = (forum, cell.id)
        self.cells.commit([self.cells.put(QUESTIONS, key, body, cell.edition, "question")])


class AnswersWalk(Walk):
    """The answers to forums, each under the person's id."""

    name = "answers to forums"
    keeps_unknown = True

    def __init__(self, *stores: Any) -> None:
        """Bind the table."""
        super().__init__(*stores)
        self.model: Any = DynamoForumCells(self.database).models[RSVPS]

    def rows(self) -> Iterator[Any]:
        """Give the answers by the older key."""
        old = ~self.model.id.startswith(self.pair.newer.mark)
        yield from self.model.scan(old, consistent_read=True)

    def named(self, row: Any) -> Sequence[str]:
        """Return whose answer it is."""
        return [row.id] if self.is_old(row.id) else []

    def rewrite(self, row: Any, to: To) -> None:
        """Put the answer under the new id, unless a later one is there; it is nowhere twice."""
        model, where = self.model, to[row.id] or nobody()
        (there,) = self.database.get([(model, (row.forum, where))])
        as_read = (model.body == row.body) & (model.edition == row.edition)
        writes = [Write("older", Kind.DELETE, lambda t: t.delete(row, as_read), model)]
        if there is None or _at(there) < _at(row):
            new = model(row.forum, where, body=row.body, edition=row.edition)
            same = model.id.does_not_exist() if there is None else model.body == there.body
            writes.append(Write("newer", Kind.SAVE, lambda t: t.save(new, same), model))
        self.database.commit(writes)


def _number(row: TicketRow) -> str:
    return str(row.id).removeprefix(row_id(""))


def _at(row: Any) -> str:
    return str(json.loads(row.body)["at"])
