"""This file reads and writes transcripts: conversations as plain text, made to be played again.

`tests/transcripts/README.md` tells how one is written.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from chalicelib.errors import NotAcceptable

ANYTHING = "…"
CALLER = "caller"
DAY = re.compile(r"\d\d/\d\d/\d\d")
# What a line may be: its verb, and the shape that makes it that.
LINES: Mapping[str, re.Pattern[str]] = {
    "dial": re.compile(r"dial (?P<who>\S+)(?: (?P<text>\S+))?"),
    "sms": re.compile(r"sms (?P<who>[^\s:]+): ?(?P<text>.*)"),
    "again": re.compile(r"again"),
    "key": re.compile(r">(?: (?P<text>.*))?"),
    "shows": re.compile(r"<(?: (?P<text>.*))?"),
    "has": re.compile(r"~ (?P<text>.+)"),
    "lacks": re.compile(r"!~ (?P<text>.+)"),
    "reply shows": re.compile(r"reply <(?: (?P<text>.*))?"),
    "reply has": re.compile(r"reply ~ (?P<text>.+)"),
    "reply lacks": re.compile(r"reply !~ (?P<text>.+)"),
    "reply parts": re.compile(r"reply parts (?P<text>[1-9])"),
    "reply gsm7": re.compile(r"reply gsm7"),
    "no reply": re.compile(r"no reply"),
}
TOGETHER = frozenset({"shows", "reply shows"})


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a transcript, or the lines of one screen."""

    line: int
    verb: str
    text: str = ""
    who: str = ""


def parse(text: str, name: str) -> list[Step]:
    """Return the steps of a transcript.

    Raises:
        NotAcceptable: naming the file and line that is no step.
    """
    steps = [
        _step(line.rstrip(), number, name)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]
    return [one for group in _together(steps) for one in group]


def _step(line: str, number: int, name: str) -> Step:
    for verb, shape in LINES.items():
        found = shape.fullmatch(line)
        if found:
            parts = found.groupdict()
            return Step(number, verb, parts.get("text") or "", parts.get("who") or "")
    known = "dial, sms, >, <, ~, !~, again, reply or no reply"
    raise NotAcceptable(f"{name}:{number}: '{line}' is no step: begin with {known}")


def _together(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Join the lines that stand for one screen."""
    for verb, group in groupby(steps, key=lambda step: step.verb):
        lines = list(group)
        if verb in TOGETHER:
            yield [Step(lines[0].line, verb, "\n".join(one.text for one in lines))]
        else:
            yield lines


class Recorder:
    """Writes down what happens on a phone, as a transcript of somebody called `caller`."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.lines: list[str] = []

    def dialled(self, text: str) -> None:
        """Note that the code was dialled."""
        self.lines += ["", f"dial {CALLER} {text}".rstrip()]

    def typed(self, text: str) -> None:
        """Note what was sent in a session."""
        self.lines.append(f"> {text}".rstrip())

    def texted(self, text: str) -> None:
        """Note an SMS that was sent."""
        self.lines += ["", f"sms {CALLER}: {text}"]

    def shown(self, reply: str) -> None:
        """Note a screen."""
        self._add("<", reply)

    def received(self, text: str) -> None:
        """Note an SMS that came."""
        self._add("reply <", text)

    def written(self, title: str) -> str:
        """Return the transcript; days in it stand as …, because they pass."""
        return "\n".join([f"# {title}", *self.lines]) + "\n"

    def _add(self, mark: str, text: str) -> None:
        lines = DAY.sub(ANYTHING, text).split("\n")
        self.lines += [f"{mark} {line}".rstrip() for line in lines]
