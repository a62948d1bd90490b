"""This file holds one fold: the walk that typed inputs take through the book's screens."""

from collections.abc import Callable, Sequence

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


Args = tuple[tuple[str, str], ...]
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
        self.results: dict[tuple[str, Args], Outcome] = dict(start.results.items())
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
        last, screen = at == len(inputs) - 1, self.screen
        self.wrong, self.steps, self.at = "", 0, at
        if screen.free and key not in {"", BACK, HOME}:
            text = hygiene.cleaned("*".join(inputs[at:])).strip()
            self._fill(clusters.cut(text, screen.limit), last=True)
            return True
        if key in RESERVED:
            self._turn(key, last=last)
        elif len(inputs[at]) > MAX_INPUT_LENGTH and not screen.free:
            raise Over(TOO_LONG)
        else:
            self._choose(key, last=last)
        return False

    def _turn(self, key: str, *, last: bool) -> None:
        if key == HOME:
            self._go_home()
        elif key == MORE:
            self.turns += MORE
        elif self.screen.skip:
            self._fill("", last=last)
        else:
            self._back()

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
        if key in outcome.facts.get("unprinted", ()):  # type: ignore[operator]
            return True
        for code, _ in _rows(outcome):  # noqa: SIM110 - half the time of `any` over a generator
            if code == key:
                return True
        return False

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
            self._tally(screen, slots, facts, outcome.exit)
            say = Say(leave.say, {**slots, **facts}) if leave.say else say
            screen = self.book.screens[leave.to]
        self._arrive(screen, slots, facts, say)

    def _perform(self, screen: Screen, slots: Slots, *, last: bool) -> Outcome:
        args = screen.args + passed(slots, screen.passes)
        if screen.effect == "note":
            return self._note(screen, args, last=last)
        if screen.effect == "submit" and not last:
            raise Over(EXPIRED)
        return self._result(screen.effect, screen.action, args, screen)

    def _note(self, screen: Screen, args: Args, *, last: bool) -> Outcome:
        language = dict(args).get("language")
        if language:
            self.language, self.known = language, True
        if last:
            self._result("note", screen.action, args, screen)
        return Outcome("done")

    def _result(self, kind: EffectKind, action: str, args: Args, screen: Screen) -> Outcome:
        # A `Call` is found by the plain tuple that equals it, which is made in no time.
        outcome = self.results.get((action, args))
        if outcome is None:
            call = Call(action, args)
            outcome = self.results[call] = self.perform(Effect(kind, call, screen, self.language))
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
        self.private |= screen.private
        if screen.counts and self.at >= self.start.counted:
            came_to = {"outcome": outcome} if outcome else {}
            self.counted.append((screen.counts, {**slots, **facts, **came_to}))

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


def passed(slots: Slots, names: tuple[str, ...]) -> Args:
    """Return the slots that a call is given, empty where nothing filled them."""
    return tuple([(name, slots.get(name, "")) for name in names]) if names else ()


def _rows(outcome: Outcome) -> Sequence[tuple[str, object]]:
    rows = outcome.facts.get("rows", ())
    return rows if isinstance(rows, tuple) else ()
