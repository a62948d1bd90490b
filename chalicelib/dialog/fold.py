"""This file holds one fold: the walk that typed inputs take through the book's screens."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.dialog.book import (
    BACK,
    BUSY,
    EXPIRED,
    FAILED,
    HOME,
    HOME_SCREEN,
    MORE,
    NOT_RECORDED,
    RESERVED,
    TOO_LONG,
    Args,
    Book,
    Call,
    Codes,
    EffectKind,
    Outcome,
    Say,
    Screen,
)
from chalicelib.dialog.steps import Effect, Facts, Show, Slots, Start, Visit
from chalicelib.telecom import clusters, hygiene

MAX_INPUTS, MAX_INPUT_LENGTH = 60, 182
MAX_STEPS, WRONG = 20, "w"


class Needed(Exception):
    """The fold cannot go on before this effect has a result."""

    def __init__(self, effect: Effect) -> None:
        super().__init__(effect.kind)
        self.effect = effect


Perform = Callable[[Effect], Outcome]


def needed(effect: Effect) -> Outcome:
    """Perform nothing: a fold stops where it would need a result.

    Raises:
        Needed: always, with the effect.
    """
    raise Needed(effect)


class Over(Exception):
    """The fold ended early, on one of the book's endings."""

    def __init__(self, ending: str) -> None:
        super().__init__(ending)
        self.ending = ending


class Fold:
    """One walk through the book: mutable, used once, seen by the engine only.

    What it does not know it has performed, and goes on; the same call is performed once.
    """

    def __init__(self, book: Book, start: Start, perform: Perform = needed) -> None:
        self.book, self.start, self.perform = book, start, perform
        self.results = start.results
        self.language, self.known = start.language, start.known
        self.at = self.last = 0
        self.visits: list[Visit] = []
        self.private = False
        self._go_home()

    def _go_home(self) -> None:
        self.screen = self.book.screens[HOME_SCREEN]
        self.slots: Slots = {}
        self.facts: Facts = {}
        self.history: list[tuple[Screen, Slots, Facts]] = []
        self._settle()

    def _settle(self) -> None:
        self.turns, self.wrong = "", ""
        self.say: Say | None = None

    def run(self, inputs: Sequence[str], keys: Sequence[str], begin: int = 0) -> None:
        """Take every input from `begin` on.

        Raises:
            Needed: a call has no result yet.
            Over: the session ended before its inputs did.
        """
        self.last = len(inputs) - 1
        for at in range(begin, len(inputs)):
            screen, key = self.screen, keys[at]
            if screen.kind == "end":
                raise Over(EXPIRED)
            if at >= MAX_INPUTS:
                raise Over(TOO_LONG)
            self.wrong, self.at = "", at
            if screen.free and key not in {"", BACK, HOME}:
                self._write(inputs[at:])
                return
            if key in RESERVED:
                self._turn(key)
            elif len(inputs[at]) > MAX_INPUT_LENGTH and not screen.free:
                raise Over(TOO_LONG)
            else:
                self._choose(key)

    def _write(self, rest: Sequence[str]) -> None:
        """Take free text, which is all the rest."""
        text = hygiene.cleaned("*".join(rest)).strip()
        self.last = self.at
        self._fill(clusters.cut(text, self.screen.limit))

    def _turn(self, key: str) -> None:
        if key == HOME:
            self._go_home()
        elif key == MORE:
            self.turns += MORE
        elif self.screen.skip:
            self._fill("")
        else:
            self._back()

    def _fill(self, value: str) -> None:
        self._go(self.screen.next, {**self.slots, self.screen.slot: value})

    def _choose(self, key: str) -> None:
        screen = self.screen
        option = screen.by_key.get(key)
        if option is not None and screen.kind == "choice":
            self._fill(option.target)
        elif option is not None:
            self._go(option.target, self.slots)
        elif screen.kind == "question" and key:
            self._fill(key)
        elif screen.codes is not None and len(key) > 1 and self._is_row(screen.codes, key):
            self._go(screen.codes.next, {**self.slots, screen.codes.slot: key})
        else:
            self._mistake(key)

    def _is_row(self, codes: Codes, key: str) -> bool:
        """Whether a code is among the rows that there are now."""
        facts: Mapping[str, Any] = self._read_rows(codes).facts
        return key in dict(facts.get("rows", ())) or key in facts.get("unprinted", ())

    def _read_rows(self, codes: Codes) -> Outcome:
        outcome = self._result("read", codes.rows, passed(self.slots, codes.passes), self.screen)
        if outcome.exit == FAILED:
            raise Over(BUSY)
        return outcome

    def _mistake(self, key: str = "") -> None:
        self.wrong = key or WRONG
        self.turns += WRONG

    def _back(self) -> None:
        if not self.history:
            self._mistake(BACK)
            return
        self.screen, self.slots, self.facts = self.history.pop()
        self._settle()

    def _go(self, target: str, slots: Slots) -> None:
        facts = self.facts
        say: Say | None = None
        screen, steps = self.book.screens[target], 0
        while screen.kind == "call":
            steps += 1
            if steps > MAX_STEPS:
                raise Over(BUSY)
            outcome = self._perform(screen, slots)
            leave = screen.exits.get(outcome.exit)
            if leave is None:
                raise Over(NOT_RECORDED if screen.effect == "submit" else BUSY)
            facts = {**facts, **outcome.facts} if facts else outcome.facts
            self._tally(screen, slots, facts, outcome.exit)
            say = Say(leave.say, {**slots, **facts}) if leave.say else say
            screen = self.book.screens[leave.to]
        self._arrive(screen, slots, facts, say)

    def _perform(self, screen: Screen, slots: Slots) -> Outcome:
        args = screen.args + passed(slots, screen.passes)
        if screen.effect == "note":
            return self._note(screen, args)
        if screen.effect == "submit" and self.at < self.last:
            raise Over(EXPIRED)
        return self._result(screen.effect, screen.action, args, screen)

    def _note(self, screen: Screen, args: Args) -> Outcome:
        language = dict(args).get("language")
        if language:
            self.language, self.known = language, True
        if self.at == self.last:
            self._result("note", screen.action, args, screen)
        return Outcome("done")

    def _result(self, kind: EffectKind, action: str, args: Args, screen: Screen) -> Outcome:
        # A `Call` is found by the plain tuple that equals it, which is made in no time.
        outcome = self.results.get((action, args))
        if outcome is None:
            call = Call(action, args)
            outcome = self.perform(Effect(kind, call, screen, self.language))
            self.results = {**self.results, call: outcome}
        return outcome

    def _arrive(self, screen: Screen, slots: Slots, facts: Facts, say: Say | None) -> None:
        if screen.id == HOME_SCREEN:
            self._go_home()
        elif screen is not self.screen:
            self._move(screen, slots, facts)
        else:
            self.facts = facts
            self.turns = ""
        self.say = say
        self._tally(screen, self.slots, self.facts)

    def _tally(self, screen: Screen, slots: Slots, facts: Facts, outcome: str = "") -> None:
        if screen.private:
            self.private = True
        if screen.counts and self.at >= self.start.counted:
            self.visits.append((screen.counts, slots, facts, outcome))

    def _move(self, screen: Screen, slots: Slots, facts: Facts) -> None:
        """Go forward; arriving at a screen that lies behind is going back to it."""
        for at, (behind, then, _) in enumerate(self.history):
            if behind is screen:
                slots = then
                del self.history[at:]
                break
        else:
            self.history.append((self.screen, self.slots, self.facts))
        self.screen, self.slots, self.facts = screen, slots, facts
        self._settle()

    def close(self, ending: str) -> None:
        """Show one of the book's endings, whatever was on the screen."""
        self.screen = self.book.screens[ending]
        self._settle()

    def shown(self) -> Show:
        """Return what the phone shows now.

        Raises:
            Needed: the rows of the list on the screen are not known yet.
            Over: they could not be read.
        """
        codes = self.screen.codes
        facts = self.facts
        if codes is not None and self.screen.kind == "list":
            facts = {**facts, **self._read_rows(codes).facts}
        # By place, since a name for each takes as long as all the rest of this.
        return Show(
            self.screen,
            self.language,
            self.known,
            self.slots,
            facts,
            self.say,
            self.turns,
            self.wrong,
            bool(self.history),
            tuple(self.visits),
            self.start.invited,
            self.private,
        )


def passed(slots: Slots, names: tuple[str, ...]) -> Args:
    """Return the slots that a call is given, empty where nothing filled them."""
    args: Args = ()
    for name in names:
        args += ((name, slots.get(name, "")),)
    return args
