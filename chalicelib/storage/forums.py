"""This file stores forums, answers to them, questions, and what was agreed, on any rows."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.capabilities.forums import LAST_CODE, Answer, Coming, Forum
from chalicelib.errors import NotAcceptable, NotFound
from chalicelib.ports import Refused
from chalicelib.storage.forum_bodies import coming_of, forum_of, plain_coming, plain_forum
from chalicelib.storage.forum_cells import ANY, Cell
from chalicelib.storage.forum_talk import TRIES, ForumTalk

if TYPE_CHECKING:
    from chalicelib.capabilities.forums_plan import Message

FORUMS, RSVPS, LIST = "forums", "rsvps", ("coming",)
CLAIMED = "claimed"


class Said(dict[str, str]):
    """Answers by person; whoever is not in it said nothing."""

    def get(self, person: str, default: Any = None) -> Any:  # noqa: ARG002 - the shape of `dict`
        """Return the answer of a person."""
        return super().get(person, "silent")


class Forums(ForumTalk):
    """The forums of a stage. Every method may raise `Unavailable`."""

    def add(self, forum: Forum, *, once: bool = False) -> Forum:
        """Store a new forum under the next code; a code is given once, whoever asks at once.

        With `once` it is the only one of its place and time: a button may be pressed twice.

        Raises:
            NotAcceptable: all codes are used, or one stands at that place and time.
        """
        for _ in range(TRIES):
            listed, last, edition = self._list()
            if once:
                _must_be_free(forum, listed)
            if last >= LAST_CODE:
                raise NotAcceptable(f"all {LAST_CODE} codes of forums are used")
            new = replace(forum, code=f"{last + 1:03}")
            body = self._body([*listed, _line(new)], last + 1)
            try:
                self.cells.commit(
                    [
                        self.cells.put(FORUMS, (new.code,), plain_forum(new), None, "forum"),
                        self.cells.put(FORUMS, LIST, body, edition, "list"),
                    ]
                )
            except Refused:
                continue
            return new
        raise NotAcceptable("others add forums at this moment: try again")

    def find(self, code: str) -> Forum | None:
        """Return a forum."""
        (cell,) = self.cells.read(FORUMS, [(code,)])
        return forum_of(cell.body) if cell else None

    def known(self, code: str) -> Forum:
        """Return a forum.

        Raises:
            NotFound: there is none of that code.
        """
        forum = self.find(code.zfill(3))
        if forum is None:
            raise NotFound(f"no forum has the code {code}: see `owl forum list`")
        return forum

    def all(self) -> list[Forum]:
        """Return every forum there ever was; codes follow each other, so none is missed."""
        _, last, _ = self._list()
        cells = self.cells.read(FORUMS, [(f"{n:03}",) for n in range(1, last + 1)])
        return [forum_of(one.body) for one in cells if one]

    def announced(self, now: datetime) -> list[Forum]:
        """Return the forums of which messages may be due: those that did not begin yet."""
        listed, _, _ = self._list()
        codes = [(one.code,) for one in listed if now <= one.at]
        return [forum_of(one.body) for one in self.cells.read(FORUMS, codes) if one]

    def change(self, old: Forum, new: Forum) -> None:
        """Store a forum that was changed, and its line in the list.

        Raises:
            NotAcceptable: somebody else changed it since it was read.
        """
        for _ in range(TRIES):
            (cell,) = self.cells.read(FORUMS, [(old.code,)])
            if cell is None or forum_of(cell.body) != old:
                break
            listed, last, edition = self._list()
            lines = [one for one in listed if one.code != old.code]
            body = self._body([*lines, _line(new)], last)
            try:
                self.cells.commit(
                    [
                        self.cells.put(
                            FORUMS, (new.code,), plain_forum(new), cell.edition, "forum"
                        ),
                        self.cells.put(FORUMS, LIST, body, edition, "list"),
                    ]
                )
            except Refused:
                continue
            return
        raise NotAcceptable(f"somebody changed forum {old.code} at this moment: look and try again")

    def coming(self, cell: Cell | None) -> list[Coming]:
        """Return the lines of the menu that are shown now, given the row of the list."""
        now = self.clock.now()
        return [one for one in _lines(cell) if one.is_listed(now)]

    def fired(self, ids: Iterable[str]) -> dict[str, str]:
        """Return which of these messages were taken up, and how far."""
        named = list(ids)
        cells = self.cells.read(FORUMS, [(one,) for one in named])
        return {
            id_: str(cell.body["outcome"])
            for id_, cell in zip(named, cells, strict=True)
            if cell is not None
        }

    def claim(self, forum: Forum, message: "Message") -> bool:
        """Take up a message; False where somebody did, or the forum is another by now."""
        (cell,) = self.cells.read(FORUMS, [(forum.code,)])
        if cell is None or forum_of(cell.body) != forum:
            return False
        body = {"outcome": CLAIMED, "at": self.clock.now().isoformat(timespec="seconds")}
        claim = self.cells.put(FORUMS, (message.id,), body, None, "message")
        key, edition = (forum.code,), cell.edition
        same = self.cells.check(FORUMS, key, edition, "forum")
        if message.invites:
            told = plain_forum(replace(forum, invited=forum.version))
            same = self.cells.put(FORUMS, key, told, edition, "forum")
        try:
            self.cells.commit([claim, same])
        except Refused:
            return False
        return True

    def settle(self, message_id: str, outcome: str) -> None:
        """Note how far a message came."""
        body = {"outcome": outcome, "at": self.clock.now().isoformat(timespec="seconds")}
        self.cells.commit([self.cells.put(FORUMS, (message_id,), body, ANY, "message")])

    def answers(self, code: str) -> dict[str, Answer]:
        """Return the last answer of everybody who gave one, by person."""
        return {one.id: one.body["answer"] for one in self.cells.of(RSVPS, code)}

    def said(self, code: str) -> Mapping[str, str]:
        """Return what everybody says of a forum; who gave no answer is `silent`."""
        return Said(self.answers(code))

    def answering(
        self, code: str, person: str, answer: Answer, channel: str, *, was: int = ANY
    ) -> Any:
        """Return the write of a person's answer; the last one wins."""
        at = self.clock.now().isoformat(timespec="seconds")
        body = {"answer": answer, "at": at, "channel": channel}
        return self.cells.put(RSVPS, (code, person), body, was, "rsvp")

    def _list(self) -> tuple[list[Coming], int, int | None]:
        (cell,) = self.cells.read(FORUMS, [LIST])
        if cell is None:
            return [], 0, None
        return _lines(cell), int(cell.body["last"]), cell.edition

    def _body(self, lines: Iterable[Coming], last: int) -> dict[str, Any]:
        """Return the list to store, without those that nobody looks for any more."""
        now = self.clock.now()
        kept = sorted((one for one in lines if one.is_listed(now)), key=lambda one: one.code)
        return {"last": last, "forums": [plain_coming(one) for one in kept]}


def _must_be_free(forum: Forum, listed: Iterable[Coming]) -> None:
    for one in listed:
        if not one.cancelled and (one.commune, one.at) == (forum.commune, forum.at):
            raise NotAcceptable(f"forum {one.code} is planned for that place and time already")


def _line(forum: Forum) -> Coming:
    return Coming(forum.code, forum.commune, forum.at, forum.state == "cancelled")


def _lines(cell: Cell | None) -> list[Coming]:
    return [coming_of(one) for one in cell.body["forums"]] if cell else []
