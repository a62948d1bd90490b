"""This file stores what is said of forums: questions, their answers, and what was agreed."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from chalicelib.capabilities.forums import Agreed, Question
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.ports import Clock, Refused
from chalicelib.storage.forum_bodies import (
    agreed_of,
    plain_agreed,
    plain_published,
    plain_question,
    published_of,
    question_of,
    unsigned,
)
from chalicelib.storage.forum_cells import ANY, Cell, Key
from chalicelib.storage.keys import KeyRing, Keys
from chalicelib.storage.seals import opened_text, sealed_text

QUESTIONS, ACTIONS, PUBLISHED = "questions", "actions", "published"
# The first question is 101: two digits or more, so that no number is a key of the menu.
BEFORE_FIRST = 100
TRIES = 20


class Cells(Protocol):
    """Rows wherever they are kept; see `storage.forum_cells`."""

    def read(self, table: str, keys: Sequence[Key]) -> list[Cell | None]:
        """Return rows by key."""

    def of(self, table: str, first: str) -> list[Cell]:
        """Return every row under a first key."""

    def put(self, table: str, key: Key, body: Mapping[str, Any], was: int | None, what: str) -> Any:
        """Return the write of a row: absent before, of the edition read, or whatever it was."""

    def check(self, table: str, key: Key, was: int, what: str) -> Any:
        """Return the condition that a row is of the edition read."""

    def next_number(self, key: str) -> int:
        """Return a number that nobody had under this key."""

    def commit(self, writes: Sequence[Any]) -> None:
        """Do all writes or none."""


class ForumTalk:
    """The talk of a stage's forums. Every method may raise `Unavailable`."""

    def __init__(self, cells: Cells, keys: KeyRing, clock: Clock) -> None:
        """Take the rows, and the key under which askers are kept."""
        self.cells, self.keys, self.clock = cells, keys, clock

    def next_question(self, code: str) -> str:
        """Return a number that no question of a forum had."""
        return str(BEFORE_FIRST + self.cells.next_number(f"{code}#asked"))

    def asking(self, code: str, number: str, text: str, person: str) -> Any:
        """Return the write of a question; who asked is kept sealed, for the answer only."""
        asker = sealed_text(self.keys.now().of(person).lasting("asker"), person)
        question = Question(code, number, text, self.clock.now(), asker)
        return self.cells.put(QUESTIONS, (code, number), plain_question(question), None, "question")

    def questions(self, code: str) -> list[Question]:
        """Return the questions of a forum, the first one first."""
        cells = self.cells.of(QUESTIONS, code)
        return sorted(
            (question_of(one.body) for one in cells if one.id != PUBLISHED),
            key=lambda one: int(one.number),
        )

    def question(self, code: str, number: str) -> Question:
        """Return one question.

        Raises:
            NotFound: there is none of that number.
        """
        (cell,) = self.cells.read(QUESTIONS, [(code, number)])
        if cell is None:
            raise NotFound(f"forum {code} has no question {number}: see `owl forum questions`")
        return question_of(cell.body)

    def asker(self, question: Question) -> str:
        """Return the person who asked, to send the answer to."""
        return asker_of(self.keys.now(), question)

    def answer(self, question: Question) -> None:
        """Store the answer to a question, and publish it where it may be read.

        Raises:
            NotAcceptable: somebody answered other questions of the forum at this moment.
        """
        key = (question.forum, question.number)
        for _ in range(TRIES):
            cell, shown = self.cells.read(QUESTIONS, [key, (question.forum, PUBLISHED)])
            writes = [
                self.cells.put(
                    QUESTIONS,
                    key,
                    plain_question(question),
                    cell.edition if cell else None,
                    "question",
                )
            ]
            if question.state == PUBLISHED:
                items = plain_published(shown.body if shown else {}, question)
                was = shown.edition if shown else None
                writes.append(
                    self.cells.put(QUESTIONS, (question.forum, PUBLISHED), items, was, "published")
                )
            try:
                self.cells.commit(writes)
            except Refused:
                continue
            return
        raise NotAcceptable("others answer questions of this forum at this moment: try again")

    def published(self, code: str) -> Mapping[str, str]:
        """Return how each question that everybody may read begins, by number; one call."""
        (cell,) = self.cells.read(QUESTIONS, [(code, PUBLISHED)])
        return published_of(cell.body) if cell else {}

    def published_one(self, code: str, number: str) -> Question | None:
        """Return one question that everybody may read, without who asked; one call."""
        (cell,) = self.cells.read(QUESTIONS, [(code, number)])
        question = question_of(cell.body) if cell and cell.id != PUBLISHED else None
        return unsigned(question) if question and question.state == PUBLISHED else None

    def actions(self, code: str) -> list[Agreed]:
        """Return what a forum agreed on."""
        found = (agreed_of(one.body) for one in self.cells.of(ACTIONS, code))
        return sorted(found, key=lambda one: int(one.number))

    def agree(self, code: str, text: str, on: str) -> Agreed:
        """Store something that a forum agreed on."""
        number = str(self.cells.next_number(f"{code}#agreed"))
        action = Agreed(code, number, text, {"agreed": on})
        self.cells.commit([self._acting(action, None)])
        return action

    def advance(self, action: Agreed) -> None:
        """Store an action in a later state."""
        self.cells.commit([self._acting(action, ANY)])

    def _acting(self, action: Agreed, was: int | None) -> Any:
        key = (action.forum, action.number)
        return self.cells.put(ACTIONS, key, plain_agreed(action), was, "action")


def asker_of(keys: Keys, question: Question) -> str:
    """Return the person who asked a question; empty where it was sealed with a key that is gone."""
    opened = (opened_text(each.lasting("asker"), question.asker) for each in keys.both)
    return next(filter(None, opened), "")
