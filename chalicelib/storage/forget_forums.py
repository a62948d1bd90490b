"""This file takes one citizen out of the forums: their answers, and that a question was theirs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from chalicelib.capabilities.forums import Question
from chalicelib.storage.forum_bodies import plain_question, question_of
from chalicelib.storage.forum_cells import Cell, DynamoForumCells
from chalicelib.storage.forums import Forums
from chalicelib.storage.rows import Wanted
from chalicelib.storage.seals import opened_text, sealed_text
from chalicelib.telecom.messages import Party

RSVPS, QUESTIONS, PUBLISHED = "rsvps", "questions", "published"
# Stands where an asker stood: the answer to such a question is sent to nobody.
NOBODY = "forgotten"


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions to forums: their words stay, who asked does not."""

    forums: Forums
    cells: DynamoForumCells
    name: str = "questions asked"

    def count(self, party: Party) -> int:
        """Count the questions that this party asked."""
        return sum(1 for _ in self._of(party))

    def erase(self, party: Party) -> None:
        """Put nobody in the place of who asked."""
        nobody = sealed_text(self._key(), NOBODY)
        for cell, question in list(self._of(party)):
            body = plain_question(replace(question, asker=nobody))
            key = (question.forum, question.number)
            write = self.cells.put(QUESTIONS, key, body, cell.edition, "question")
            self.cells.database.commit([write])

    def _of(self, party: Party) -> Iterator[tuple[Cell, Question]]:
        person, key = self.forums.keys.now().person(party), self._key()
        for forum in self.forums.all():
            for cell in self.cells.of(QUESTIONS, forum.code):
                question = question_of(cell.body) if cell.id != PUBLISHED else None
                if question is not None and opened_text(key, question.asker) == person:
                    yield cell, question

    def _key(self) -> bytes:
        return self.forums.keys.now().lasting("asker")


def answers_of(forums: Forums, cells: DynamoForumCells, party: Party) -> list[Wanted]:
    """Return what to read for a party's answers to every forum."""
    person = forums.keys.now().person(party)
    return [cells.key(RSVPS, (forum.code, person)) for forum in forums.all()]
