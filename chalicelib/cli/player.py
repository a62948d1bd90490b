"""This file plays a transcript on phones, and fails at the first line that does not come true."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from chalicelib.cli.transcripts import ANYTHING, Step
from chalicelib.errors import CivicError
from chalicelib.telecom.segments import measure


class Driver(Protocol):
    """The phones that a transcript is played on, whatever answers them."""

    def fresh(self) -> str:
        """Return a number that nobody used before."""

    def dial(self, number: str, text: str) -> str:
        """Open a session with what stood behind the code; return `CON …` or `END …`."""

    def hop(self, number: str, text: str) -> str:
        """Send everything typed so far in the open session; return `CON …` or `END …`."""

    def text(self, number: str, text: str) -> None:
        """Send an SMS."""

    def inbox(self, number: str, wanted: int) -> Sequence[str]:
        """Return every SMS that came, oldest first, after waiting a while for so many."""


class Mismatch(CivicError):
    """The conversation did not go as it is written; the message shows where, and both."""


class Player:
    """Plays one transcript. A name in it is a phone of its own, with a number never used."""

    def __init__(self, driver: Driver, name: str) -> None:
        """Take what drives the phones, and the name of the transcript for its faults."""
        self.driver, self.name = driver, name
        self.numbers: dict[str, str] = {}
        self.read: dict[str, int] = {}
        self.number, self.screen = "", ""
        self.inputs: list[str] = []
        self.reply: str | None = None

    def play(self, steps: Sequence[Step]) -> None:
        """Take every step.

        Raises:
            Mismatch: at the first that does not go as written.
        """
        for step in steps:
            if step.who:
                self._turn_to(step.who)
            if not self.number:
                raise self._fault(step, "begin with dial or sms, and who does it")
            STEPS[step.verb](self, step)

    def _turn_to(self, who: str) -> None:
        if who not in self.numbers:
            number = who if who.startswith("+") else self.driver.fresh()
            self.numbers[who] = number
            self.read[number] = len(self.driver.inbox(number, 0))
        self.number = self.numbers[who]

    def dial(self, step: Step) -> None:
        """Open a session."""
        self.inputs = step.text.split("*") if step.text else []
        self.reply = None
        self.screen = self.driver.dial(self.number, step.text)

    def key(self, step: Step) -> None:
        """Send one input of the session."""
        if not self.screen.startswith("CON "):
            raise self._fault(step, "no session is open here, the last screen ended it")
        self.inputs.append(step.text)
        self._hop()

    def again(self, step: Step) -> None:
        """Send the last hop again, as an operator does; it must be answered the same."""
        before = self.screen
        self._hop()
        self._compare(step, before, self.screen)

    def _hop(self) -> None:
        self.reply = None
        self.screen = self.driver.hop(self.number, "*".join(self.inputs))

    def sms(self, step: Step) -> None:
        r"""Send an SMS; `\n` in it is a line break."""
        self.reply = None
        self.driver.text(self.number, step.text.replace("\\n", "\n"))

    def shows(self, step: Step) -> None:
        """Hold the screen to be this and no other."""
        self._compare(step, step.text, self.screen)

    def has(self, step: Step) -> None:
        """Find words on the screen."""
        self._find(step, self.screen, there=True)

    def lacks(self, step: Step) -> None:
        """Find words nowhere on the screen."""
        self._find(step, self.screen, there=False)

    def reply_shows(self, step: Step) -> None:
        """Hold the next SMS to be this and no other."""
        self._compare(step, step.text, self._answer(step))

    def reply_has(self, step: Step) -> None:
        """Find words in the SMS that came."""
        self._find(step, self._answer(step), there=True)

    def reply_lacks(self, step: Step) -> None:
        """Find words nowhere in the SMS that came."""
        self._find(step, self._answer(step), there=False)

    def reply_parts(self, step: Step) -> None:
        """Hold the SMS that came to so many parts at most."""
        parts = measure(self._answer(step)).segments
        if parts > int(step.text):
            raise self._fault(step, f"the SMS takes {parts} parts, not {step.text} at most")

    def reply_gsm7(self, step: Step) -> None:
        """Hold the SMS that came to the letters of GSM-7."""
        if measure(self._answer(step)).encoding != "gsm7":
            raise self._fault(step, f"the SMS is not all GSM-7:\n{self.reply}")

    def no_reply(self, step: Step) -> None:
        """Find that no SMS came."""
        seen = self.read[self.number]
        more = self.driver.inbox(self.number, seen + 1)[seen:]
        if more:
            raise self._fault(step, f"an SMS came:\n{more[0]}")

    def _answer(self, step: Step) -> str:
        """Return the SMS that the last step brought, waiting for it once."""
        if self.reply is None:
            seen = self.read[self.number]
            came = self.driver.inbox(self.number, seen + 1)[seen:]
            if not came:
                raise self._fault(step, "no SMS came")
            self.read[self.number] += 1
            self.reply = came[0]
        return self.reply

    def _compare(self, step: Step, written: str, shown: str) -> None:
        if not _is_like(written, shown):
            lines = [f"written  {line}" for line in written.split("\n")]
            lines += [f"shown    {line}" for line in shown.split("\n")]
            raise self._fault(step, "not as written:\n" + "\n".join(lines))

    def _find(self, step: Step, shown: str, *, there: bool) -> None:
        if _pattern(step.text).search(shown) is None if there else step.text in shown:
            rule = "is not there" if there else "should not be there"
            raise self._fault(step, f"'{step.text}' {rule}:\n{shown}")

    def _fault(self, step: Step, sentence: str) -> Mismatch:
        return Mismatch(f"{self.name}:{step.line}: {sentence}")


STEPS: Mapping[str, Callable[[Player, Step], None]] = {
    "dial": Player.dial,
    "sms": Player.sms,
    "again": Player.again,
    "key": Player.key,
    "shows": Player.shows,
    "has": Player.has,
    "lacks": Player.lacks,
    "reply shows": Player.reply_shows,
    "reply has": Player.reply_has,
    "reply lacks": Player.reply_lacks,
    "reply parts": Player.reply_parts,
    "reply gsm7": Player.reply_gsm7,
    "no reply": Player.no_reply,
}


def _is_like(written: str, shown: str) -> bool:
    return _pattern(written).fullmatch(shown) is not None


def _pattern(written: str) -> re.Pattern[str]:
    """Return written words as a pattern, in which … stands for anything on its line."""
    return re.compile(".*".join(re.escape(part) for part in written.split(ANYTHING)))
