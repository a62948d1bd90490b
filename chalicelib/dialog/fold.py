"""This file holds one fold: the walk that typed inputs take through the book's screens."""

from collections.abc import Sequence

from chalicelib.dialog.book import (
    BACK,
    BUSY,
    EXPIRED,
    FAILED,
    HOME,
    HOME_SCREEN,
    MORE,
    NOT_RECORDED,
    TOO_LONG,
    Book,
    Call,
    Codes,
    EffectKind,
    Outcome,
    Say,
    Screen,
)
from chalicelib.dialog.steps import Effect, Facts, Show, Slots, Start
from chalicelib.telecom import clusters, hygiene

MAX_INPUTS, MAX_INPUT_LENGTH = 60, 182
MAX_STEPS, WRONG = 20, "w"


class Needed(Exception):
    """The fold cannot go on before this effect has a result."""

    def __init__(self, effect: Effect) -> None:
        super().__init__(effect.kind)
        self.effect = effect


class Over(Exception):
    """The fold ended early, on one of the book's endings."""

    def __init__(self, ending: str) -> None:
        super().__init__(ending)
        self.ending = ending


class Fold:
    """One walk through the book: mutable, used once, seen by the engine only."""

    def __init__(self, book: Book, start: Start) -> None:
        self.book, self.start = book, start
        self.language, self.known = start.language, start.known
        self.steps, self.at = 0, 0
        self.counted: list[tuple[str, Facts]] = []
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
        for at in range(begin, len(inputs)):
            if self.screen.kind == "end":
                raise Over(EXPIRED)
            if at >= MAX_INPUTS:
                raise Over(TOO_LONG)
            if self._take(inputs, at, keys[at]):
                return

    def _take(self, inputs: Sequence[str], at: int, key: str) -> bool:
        """Take one input; True when it was free text and swallowed the rest."""
        last = at == len(inputs) - 1
        self.wrong, self.steps, self.at = "", 0, at
        if self.screen.free and key not in {"", BACK, HOME}:
            text = hygiene.cleaned("*".join(inputs[at:])).strip()
            self._fill(clusters.cut(text, self.screen.limit), last=True)
            return True
        if key == HOME:
            self._go_home()
        elif key == BACK and self.screen.skip:
            self._fill("", last=last)
        elif key == BACK:
            self._back()
        elif len(inputs[at]) > MAX_INPUT_LENGTH and not self.screen.free:
            raise Over(TOO_LONG)
        elif key == MORE:
            self.turns += MORE
        else:
            self._choose(key, last=last)
        return False

    def _fill(self, value: str, *, last: bool) -> None:
        self._go(self.screen.next, {**self.slots, self.screen.slot: value}, last=last)

    def _choose(self, key: str, *, last: bool) -> None:
        screen = self.screen
        option = screen.by_key.get(key)
        if option is not None and screen.kind == "choice":
            self._fill(option.target, last=last)
        elif option is not None:
            self._go(option.target, self.slots, last=last)
        elif screen.kind == "question" and key:
            self._fill(key, last=last)
        elif screen.codes is not None and len(key) > 1 and self._is_row(screen.codes, key):
            self._go(screen.codes.next, {**self.slots, screen.codes.slot: key}, last=last)
        else:
            self._mistake(key)

    def _is_row(self, codes: Codes, key: str) -> bool:
        """Whether a code is among the rows that there are now."""
        outcome = self._read_rows(codes)
        return key in outcome.facts.get("unprinted", ()) or any(  # type: ignore[operator]
            code == key for code, _ in _rows(outcome)
        )

    def _read_rows(self, codes: Codes) -> Outcome:
        outcome = self._result("read", Call(codes.rows, passed(self.slots, codes.passes)))
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

    def _go(self, target: str, slots: Slots, *, last: bool, say: Say | None = None) -> None:
        facts = self.facts
        screen = self.book.screens[target]
        while screen.kind == "call":
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise Over(BUSY)
            outcome = self._perform(screen, slots, last=last)
            leave = screen.exits.get(outcome.exit)
            if leave is None:
                raise Over(NOT_RECORDED if screen.effect == "submit" else BUSY)
            facts = {**facts, **outcome.facts}
            self._tally(screen, {**slots, **facts, "outcome": outcome.exit})
            say = Say(leave.say, {**slots, **facts}) if leave.say else say
            screen = self.book.screens[leave.to]
        self._arrive(screen, slots, facts, say)

    def _perform(self, screen: Screen, slots: Slots, *, last: bool) -> Outcome:
        call = Call(screen.action, screen.args + passed(slots, screen.passes))
        if screen.effect == "note":
            return self._note(screen, call, last=last)
        if screen.effect == "submit" and not last:
            raise Over(EXPIRED)
        return self._result(screen.effect, call, screen)

    def _note(self, screen: Screen, call: Call, *, last: bool) -> Outcome:
        language = dict(call.args).get("language")
        if language:
            self.language, self.known = language, True
        if last:
            self._result("note", call, screen)
        return Outcome("done")

    def _result(self, kind: EffectKind, call: Call, screen: Screen | None = None) -> Outcome:
        outcome = self.start.results.get(call)
        if outcome is None:
            raise Needed(Effect(kind, call, screen or self.screen, self.language))
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
        self._tally(screen, {**self.slots, **self.facts})

    def _tally(self, screen: Screen, facts: Facts) -> None:
        self.private |= screen.private
        if screen.counts and self.at >= self.start.counted:
            self.counted.append((screen.counts, facts))

    def _move(self, screen: Screen, slots: Slots, facts: Facts) -> None:
        """Go forward; arriving at a screen that lies behind is going back to it."""
        behind = [entry[0] for entry in self.history]
        if screen in behind:
            at = behind.index(screen)
            _, slots, _ = self.history[at]
            del self.history[at:]
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
        return Show(
            screen=self.screen,
            language=self.language,
            known=self.known,
            slots=self.slots,
            facts=facts,
            say=self.say,
            turns=self.turns,
            wrong=self.wrong,
            deep=bool(self.history),
            counted=tuple(self.counted),
            invited=self.start.invited,
            private=self.private,
        )


def passed(slots: Slots, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the slots that a call is given, empty where nothing filled them."""
    return tuple((name, slots.get(name, "")) for name in names)


def _rows(outcome: Outcome) -> Sequence[tuple[str, object]]:
    rows = outcome.facts.get("rows", ())
    return rows if isinstance(rows, tuple) else ()
