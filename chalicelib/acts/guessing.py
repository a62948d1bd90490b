"""This file says whether somebody may look a value up, or has guessed too often."""

from chalicelib.acting import Context
from chalicelib.capabilities import guesses
from chalicelib.capabilities.guesses import Tried, Verdict

# Questions of one party at once are decided one after the other; beyond that they guess.
LOOKS = 4


def guessed(context: Context, tried: Tried, mark: str) -> Verdict:
    """Say whether a value may be looked up; where a session is only counted, it was."""
    if context.replaying:
        return "asked_before"
    return guesses.verdict(
        tried,
        mark,
        context.desk.hour(),
        an_hour=context.settings.guesses_an_hour,
        a_day=context.settings.guesses_a_day,
    )
