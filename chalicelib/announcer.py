"""This file turns the messages of forums into orders: their words, and each of them once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.capabilities.broadcasts import Audience, Ledger, Order, fresh_until
from chalicelib.capabilities.forums import Forum, Question, Text
from chalicelib.capabilities.forums_plan import (
    CANCELLED,
    INVITE,
    LATE_UNTIL,
    MOVED,
    REMIND,
    Message,
    Rules,
    ids_before,
    messages,
    too_late,
)
from chalicelib.dialog.book import LANGUAGES, Book, in_language
from chalicelib.dialog.words import filled
from chalicelib.ports import Clock

# The text of each message; a reminder of another day says how many days are left.
TEXTS: Mapping[str, str] = {
    INVITE: "forum_invite",
    MOVED: "forum_moved",
    CANCELLED: "forum_cancelled",
    f"{REMIND}-1": "forum_remind",
    f"{REMIND}-0": "forum_remind_today",
}
OTHER_DAY, NEW_PLACE, ANSWERED, FOOTER = (
    "forum_remind_days",
    "forum_newplace",
    "forum_answered",
    "stop_footer",
)
CLAIMED, ORDERED, WITHDRAWN = "claimed", "ordered", "withdrawn"
CHANGED = "the forum was changed"


class Schedule(Protocol):
    """What the announcer keeps: forums, and which of their messages were taken up."""

    def find(self, code: str) -> Forum | None:
        """Return a forum."""

    def announced(self, now: datetime) -> list[Forum]:
        """Return the forums of which messages may be due."""

    def fired(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Return which of these messages were taken up, and how far.

        `claimed`, then `ordered` once the ledger has it, `withdrawn` once it was taken back.
        """

    def claim(self, forum: Forum, message: Message) -> bool:
        """Take up a message; False where somebody did, or the forum is another by now."""

    def settle(self, message_id: str, outcome: str) -> None:
        """Note how far a message came."""


@dataclass(frozen=True, slots=True)
class _Round:
    """What one minute has to do for a forum: ids of plans before, and messages that are due."""

    forum: Forum
    before: Sequence[str]
    messages: Sequence[Message]

    @property
    def ids(self) -> list[str]:
        """All of them."""
        return [*self.before, *(one.id for one in self.messages)]


@dataclass(frozen=True, slots=True)
class Announcer:
    """The messages of all forums of a stage."""

    schedule: Schedule
    book: Book
    rules: Rules
    clock: Clock
    place: Callable[[str], Text]

    def plan(self, forum: Forum) -> list[Message]:
        """Return every message of a forum as things stand."""
        now = self.clock.now()
        return [too_late(one, now, self.rules.zone) for one in messages(forum, self.rules)]

    def fire(self, ledger: Ledger, now: datetime) -> list[str]:
        """Hand every message that is due to the ledger, and take back those of plans before.

        Return the ids of those handed over. A forum that fails holds up no other.

        Raises:
            Exception: what the first forum that failed was stuck at, once all were tried.
        """
        rounds = [
            _Round(forum, ids_before(forum, self.rules), self._due(forum, now))
            for forum in self.schedule.announced(now)
        ]
        asked = [one for each in rounds for one in each.ids]
        # Read at once for all forums: a moved one has many ids, and a tick comes each minute.
        fired = self.schedule.fired(asked) if asked else {}
        done: list[str] = []
        faults: list[Exception] = []
        for each in rounds:
            try:
                self._withdraw([one for one in each.before if one in fired], fired, ledger)
                done += self._fired(each, fired, ledger)
            except Exception as fault:  # noqa: BLE001 - a stuck one must not hold up the rest
                faults.append(fault)
        if faults:
            raise faults[0]
        return done

    def _withdraw(self, before: Sequence[str], fired: Mapping[str, str], ledger: Ledger) -> None:
        """Take back what is left of plans before.

        Whoever claimed a message may order it long after the move, and break off before they
        see that: so what the ledger does not have yet is looked for again each minute.
        """
        for one in before:
            if fired[one] == WITHDRAWN:
                continue
            if ledger.cancel(one, CHANGED) or fired[one] == ORDERED:
                self.schedule.settle(one, WITHDRAWN)

    def _fired(self, due: "_Round", fired: Mapping[str, str], ledger: Ledger) -> list[str]:
        done = []
        for order in self._orders(due, fired):
            ledger.order(order)
            self.schedule.settle(order.id, ORDERED)
            done.append(order.id)
            found = self.schedule.find(order.facts["forum"])
            if found is None or str(found.version) != order.facts["version"]:
                ledger.cancel(order.id, CHANGED)
        return done

    def _due(self, forum: Forum, now: datetime) -> list[Message]:
        return [one for one in messages(forum, self.rules) if one.is_due(now)]

    def _orders(self, due: "_Round", fired: Mapping[str, str]) -> list[Order]:
        """Take up every message of a forum that is due and return its order.

        One that was taken up before and not settled is given again: the ledger knows its id,
        so whatever happens between the two, it is sent once and it is sent.
        """
        return [
            self.order(due.forum, one)
            for one in due.messages
            if fired.get(one.id) == CLAIMED
            or (one.id not in fired and self.schedule.claim(due.forum, one))
        ]

    def order(self, forum: Forum, message: Message) -> Order:
        """Return the order of one message."""
        facts = {"forum": forum.code, "what": message.what, "version": str(forum.version)}
        return Order(
            id=message.id,
            kind="forum",
            texts=self.texts(forum, message),
            audience=message.audience,
            not_before=message.not_before,
            not_after=message.not_after,
            author=forum.by,
            late_until=LATE_UNTIL if message.is_urgent else None,
            opens=forum.invitation.written if message.asks else "",
            facts={**facts, "approved_by": forum.approved_by},
        )

    def texts(self, forum: Forum, message: Message) -> dict[str, str]:
        """Return the words of a message in every language, as sent."""
        text_id = TEXTS.get(message.what, OTHER_DAY)
        if message.what == MOVED and forum.at == forum.was:
            text_id = NEW_PLACE
        facts = {
            **self._naming(forum),
            "venue": forum.venue,
            "days": str(message.days),
            "org": forum.organizer,
        }
        return {one: self._worded((text_id, FOOTER), facts, one) for one in LANGUAGES}

    def answer(self, forum: Forum, question: Question, asker: str) -> Order:
        """Return the notice that tells one asker the answer to their question."""
        now = self.clock.now()
        texts = {
            one: self._worded(
                (ANSWERED, FOOTER),
                {
                    **self._naming(forum),
                    "question": question.number,
                    "answer": in_language(question.answer, one),
                    "org": forum.organizer,
                },
                one,
            )
            for one in LANGUAGES
        }
        return Order(
            id=f"forum/{forum.code}/answer/{question.number}",
            kind="notice",
            texts=texts,
            audience=Audience(people=(asker,)),
            not_before=now,
            not_after=fresh_until(self.rules.hours, now),
            author=question.answered_by,
            facts={"forum": forum.code, "question": question.number},
        )

    def _naming(self, forum: Forum) -> Mapping[str, object]:
        """Return what names a forum: where and when."""
        at = forum.at.astimezone(self.rules.zone)
        when = {"date": f"{at:%d/%m/%y}", "time": f"{at:%H:%M}"}
        return {"place": self.place(forum.commune), **when}

    def _worded(self, text_ids: Iterable[str], facts: Mapping[str, object], language: str) -> str:
        texts = (filled(self.book, self.book.texts[one], facts, language) for one in text_ids)
        return "\n".join(texts)
