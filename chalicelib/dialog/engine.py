"""This file folds what a citizen typed through the book: `play` is the whole conversation.

Nothing is kept between hops. What a read found, a note set or a submit did comes back in as
`Start.results`, so the same transcript always gives the same screen.
"""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.dialog.book import FOUND, HOME, HOME_SCREEN, Book, Codes, Outcome
from chalicelib.dialog.fold import MAX_INPUTS, Fold, Needed, Over, Perform, needed, passed
from chalicelib.dialog.steps import Effect, Show, Start
from chalicelib.telecom import hygiene

MAX_WORLDS = 64


def inputs_of(text: str, skip: int = 0) -> list[str]:
    """Split a transcript into its inputs, leaving out the first `skip` characters."""
    if 0 < skip <= len(text):
        text = text[skip:]
        if text.startswith("*"):
            return text[1:].split("*")
    return text.split("*") if text else []


def play(
    book: Book, inputs: Sequence[str], start: Start, perform: Perform = needed
) -> Show | Effect:
    """Fold the inputs from home; return what is shown, or the call that nobody performs.

    A call without a result in `start` is given to `perform`, in the order of the inputs.
    """
    keys = hygiene.keys(inputs)
    begin = 0
    if start.skip_past and HOME in keys:
        begin, start = _skip_past(book, inputs, keys, start)
    fold = Fold(book, start, perform)
    try:
        fold.run(inputs, keys, begin)
        return fold.shown()
    except Needed as need:
        return need.effect
    except Over as over:
        fold.close(over.ending)
        return fold.shown()


def _skip_past(
    book: Book, inputs: Sequence[str], keys: Sequence[str], start: Start
) -> tuple[int, Start]:
    """Return where to begin: after the last `00` that led home whatever its reads would say.

    What was read before it no longer shows, so it is not read again (engine rule E7). The
    start that comes with it has the language that was chosen on the way.
    """
    begin, past, worlds = 0, Start(start.language, start.known), _Worlds(book)
    for at, key in enumerate(keys[:MAX_INPUTS]):
        if key == HOME:
            after = worlds.after(past, inputs[begin : at + 1], keys[begin : at + 1])
            if after is not None:
                begin, past, worlds = at + 1, Start(*after), _Worlds(book)
    return begin, replace(start, language=past.language, known=past.known)


class _Past(Fold):
    """A fold that asks of a list only whether the code typed is in it."""

    def _is_row(self, codes: Codes, key: str) -> bool:
        args = (*passed(self.slots, codes.passes), ("row", key))
        return self._result("read", codes.rows, args, self.screen).exit == FOUND


class _Worlds:
    """Folds a past under every exit its reads could have taken, so many times at most."""

    def __init__(self, book: Book) -> None:
        self.book, self.left = book, MAX_WORLDS

    def after(
        self, start: Start, inputs: Sequence[str], keys: Sequence[str]
    ) -> tuple[str, bool] | None:
        """Return (language, known) at home where all worlds agree, else None."""
        self.left -= 1
        if self.left < 0:
            return None
        fold = _Past(self.book, start)
        try:
            fold.run(inputs, keys)
        except Over:
            return None
        except Needed as need:
            ways = self.ways(need.effect)
            ends = {
                self.after(start.knowing(need.effect.call, Outcome(way)), inputs, keys)
                for way in ways
            }
            return ends.pop() if len(ends) == 1 else None
        return (fold.language, fold.known) if fold.screen.id == HOME_SCREEN else None

    def ways(self, effect: Effect) -> list[str]:
        """Return the exits to try: none for a submit, none that would have ended the session."""
        if effect.kind != "read":
            return []
        if effect.screen.kind != "call":
            return [FOUND, "none"]
        exits = effect.screen.exits
        return [way for way, leave in exits.items() if self.book.screens[leave.to].kind != "end"]
