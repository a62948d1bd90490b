"""This file plays the test book: a host with services, tickets and forums, and a log of calls."""

from dataclasses import dataclass, field
from pathlib import Path

from stdnum import damm

from chalicelib.dialog.book import FAILED, Book, Call, Outcome
from chalicelib.dialog.engine import inputs_of, play
from chalicelib.dialog.parse import parse
from chalicelib.dialog.render import Medium, render
from chalicelib.dialog.steps import Effect, Show, Start
from chalicelib.telecom.budget import Profile

HERE = Path(__file__).parent
TICKET = "02122600428"
USSD = Medium(Profile())
LONG = "a service whose name is so long that one page of a basic phone holds no second one"


def the_book() -> Book:
    """Parse the book of the vectors."""
    english, khmer = (HERE / name for name in ("book.toml", "book.km.toml"))
    return parse({"book.toml": english.read_text()}, {"km": khmer.read_text()})


BOOK = the_book()


@dataclass
class Host:
    """Runs what the fold asks for, keeps what was done, and can have its database down."""

    language: str = "en"
    known: bool = False
    down: bool = False
    limited: bool = False
    services: tuple[str, ...] = ("101", "102", "303")
    forums: tuple[str, ...] = ("041",)
    tickets: tuple[str, ...] = (TICKET,)
    reads: list[Call] = field(default_factory=list)
    notes: list[Call] = field(default_factory=list)
    submits: list[Call] = field(default_factory=list)
    kept: dict[tuple[str, ...], Outcome] = field(default_factory=dict)

    def hop(self, text: str, *, skip: int = 0, start: Start | None = None) -> Show:
        """Play one transcript and return what the phone shows."""
        return self.types(inputs_of(text, skip), start)

    def types(self, inputs: list[str], start: Start | None = None) -> Show:
        """Play inputs and return what the phone shows."""
        start = start or Start(self.language, self.known)
        step = play(BOOK, inputs, start, lambda effect: self._run(effect, tuple(inputs)))
        assert isinstance(step, Show)
        return step

    def replays(self, inputs: list[str]) -> Show:
        """Play inputs from home again for every call that is needed; return what is shown."""
        start = Start(self.language, self.known)
        while True:
            step = play(BOOK, inputs, start)
            if isinstance(step, Show):
                return step
            start = start.knowing(step.call, self._run(step, tuple(inputs)))

    def _run(self, effect: Effect, transcript: tuple[str, ...]) -> Outcome:
        if effect.kind == "read":
            self.reads.append(effect.call)
            return Outcome(FAILED) if self.down else self._read(effect.call)
        if effect.kind == "note":
            self.notes.append(effect.call)
            if not self.down:
                self.language, self.known = dict(effect.call.args)["language"], True
            return Outcome(FAILED if self.down else "done")
        return self._submit(effect.call, transcript)

    def _submit(self, call: Call, transcript: tuple[str, ...]) -> Outcome:
        if self.down:
            return Outcome(FAILED)
        if transcript not in self.kept:
            self.submits.append(call)
            self.kept[transcript] = Outcome("done", {"code": "1234567897"})
        return self.kept[transcript]

    def _read(self, call: Call) -> Outcome:
        args = dict(call.args)
        if call.action in ("services", "forums"):
            rows = self.services if call.action == "services" else self.forums
            return Outcome("found", {"rows": tuple((one, f"{one} {LONG}") for one in rows)})
        if call.action == "ticket":
            return self._ticket(args["ticket"])
        there = {"service": self.services, "forum": self.forums, "office": ("0212",)}
        (name, value), *_ = args.items()
        return Outcome("found" if value in there[name] else "none")

    def _ticket(self, typed: str) -> Outcome:
        number = typed.replace("-", "")
        if not damm.is_valid(number if number.isascii() and number.isdigit() else "1"):
            return Outcome("bad")
        if self.limited:
            return Outcome("limit")
        known = number in self.tickets
        return Outcome("found" if known else "none", {"ticket": number, "stage": "ready"})


def drawn(show: Show, medium: Medium = USSD) -> str:
    """Return the words on the phone."""
    return render(BOOK, show, medium, {})


def state(show: Show) -> tuple[object, ...]:
    """Return what a key means from here on: everything but words and pages."""
    return show.screen.id, dict(show.slots), show.deep
