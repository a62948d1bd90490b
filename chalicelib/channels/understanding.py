"""This file decides what an SMS means: the order of engine rule E9, ending in keys to play."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from chalicelib.capabilities import tickets
from chalicelib.capabilities.subscribers import Profile
from chalicelib.dialog.book import LANGUAGES
from chalicelib.dialog.keywords import Keywords, Understood, folded, numeric, script_of
from chalicelib.telecom import hygiene

BEYOND_PROVINCES = "26"
# Behind the language of an open menu that waits for free text.
FREE = "?"
# The keys of a forum's screen that mean an answer.
RSVP_KEYS = {"YES": "1", "NO": "2"}
# Numbers of seven digits or more: behind COMPLAIN a code, also one that was mistyped.
LONG = frozenset({"code", "ticket"})


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """What to do with a message: opt out or in, say a text, or play the first way that works.

    `ways` are transcripts to try in turn; none means the message was not understood. The last
    is played whatever the menu says to it, unless it is only `tentative`: then the text is said,
    filled with what was `told`.
    """

    language: str
    ways: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    opting: bool | None = None
    tentative: bool = False
    told: Mapping[str, str] = field(default_factory=dict)


class Asked(NamedTuple):
    """The forums whose question is open: for words of yes and no, and for a digit.

    `about` is the forum that a question is about where the message names none.
    """

    words: str = ""
    digits: str = ""
    about: str = ""


NOTHING = Asked()


class Understanding:
    """The keywords and the paths they stand for."""

    def __init__(self, keywords: Keywords, paths: Mapping[str, Any], default: str) -> None:
        """Take the keywords, `sms.toml`, and the language of who gives no hint of one."""
        self.keywords, self.paths, self.default = keywords, paths, default

    def plan(
        self,
        text: str,
        profile: Profile,
        typed: tuple[str, ...] | None,
        asked: Asked = NOTHING,
    ) -> Plan:
        """Return what a message means to a party with this profile and open menu.

        `typed` is the open menu: its language, marked where it waits for free text, then its
        inputs.
        """
        text = hygiene.cleaned(text).strip()
        steering = self.keywords.steering(text)
        if steering is not None:
            language = self._language(text, profile, typed, steering)
            if steering.rest and _is_ticket(steering.rest, profile):
                return Plan(language, (_inputs(self.paths["with_rest"]["STOP"], steering.rest),))
            return Plan(language, opting=steering.action == "STOP")
        found = self.keywords.understand(text)
        language = self._language(text, profile, typed, found)
        if typed is not None and typed[0].endswith(FREE) and text and not _leaves(text, found):
            return Plan(language, ((*typed[1:], text),))
        if asked.digits and folded(text) in RSVP_KEYS.values():
            return Plan(language, (_rsvp(asked.digits, folded(text)),))
        if typed is not None and self._is_answer(text, found):
            # One or two digits mean home only where nothing is open: here they are wrong keys.
            elsewhere = (way for way in self._ways_of_number(text) if way)
            ways = ((*typed[1:], text), *elsewhere)
            return replace(_of_code(text, language) or Plan(language), ways=ways)
        return self._of_keyword(text, found, language, typed, asked)

    def _of_keyword(
        self,
        text: str,
        found: Understood | None,
        language: str,
        typed: tuple[str, ...] | None,
        asked: Asked,
    ) -> Plan:
        if found is not None and found.action == "HELP":
            return Plan(language, text="help")
        if found is not None and found.action == "ASK" and found.rest:
            # The question is kept whole: its last marks too.
            question = text[text.rfind(found.rest) :]
            return Plan(language, (("5", asked.about, "3", question),))
        if found is not None:
            ways = self._ways_of_keyword(found)
            if ways:
                return Plan(language, ways)
        answer = self.keywords.answer(text) if asked.words and found is None else None
        if answer is not None:
            return Plan(language, (_rsvp(asked.words, RSVP_KEYS[answer]),))
        plan = _of_code(text, language) or Plan(language, self._ways_of_number(text))
        if not (plan.ways or plan.text) and found is None and typed is not None and text:
            return Plan(language, ((*typed[1:], text),), tentative=True)
        return plan

    def _ways_of_keyword(self, found: Understood) -> tuple[tuple[str, ...], ...]:
        action, rest = found.action, found.rest
        if action == "LANG":
            named = self.keywords.language_named(rest)
            path = self.paths["with_language"][named] if named else self.paths["alone"]["LANG"]
            return (_inputs(path),)
        number = numeric(rest) if rest else None
        if number is not None and number[0] == "service" and action in self.paths["with_code"]:
            return (_inputs(self.paths["with_code"][action], number[1]),)
        if number is not None and number[0] in LONG and action in self.paths["with_long_code"]:
            return (_inputs(self.paths["with_long_code"][action], number[1]),)
        if _holds_digit(rest) and action in self.paths["with_rest"]:
            return (_inputs(self.paths["with_rest"][action], rest),)
        if rest and action in self.paths["with_words"]:
            return (_inputs(self.paths["with_words"][action], rest),)
        alone = self.paths["alone"].get(action)
        return (_inputs(alone),) if alone is not None else ()

    def _ways_of_number(self, text: str) -> tuple[tuple[str, ...], ...]:
        number = numeric(text)
        if number is None:
            return ()
        kind, digits = number
        if kind == "service":
            return (_inputs(self.paths["with_code"]["INFO"], digits),)
        if kind == "ticket":
            return (_inputs(self.paths["with_rest"]["TICKET"], digits),)
        return ((),) if kind == "option" else ()

    def _is_answer(self, text: str, found: Understood | None) -> bool:
        """Whether a message goes to the open menu: digits do, words that are a keyword do not."""
        return found is None and (numeric(text) is not None or folded(text).isdecimal())

    def _language(
        self,
        text: str,
        profile: Profile,
        typed: tuple[str, ...] | None,
        found: Understood | None,
    ) -> str:
        if profile.language in LANGUAGES:
            return str(profile.language)
        if found is not None:
            return found.language
        if typed is not None and typed[0].removesuffix(FREE) in LANGUAGES:
            return typed[0].removesuffix(FREE)
        return script_of(text) or self.default


def _leaves(text: str, found: Understood | None) -> bool:
    """Whether a message leaves an open free text: only a bare MENU or HELP does."""
    helped = found is not None and found.action == "HELP" and not found.rest
    return helped or folded(text) == "menu"


def _of_code(text: str, language: str) -> Plan | None:
    """Return how to read the reply to a complaint, for a code that came without its keyword."""
    number = numeric(text)
    if number is None or number[0] != "code":
        return None
    return Plan(language, text="complain_how", tentative=True, told={"code": number[1]})


def _rsvp(forum: str, key: str) -> tuple[str, ...]:
    return ("5", forum, key)


def _is_ticket(text: str, profile: Profile) -> bool:
    """Whether what follows STOP is surely a ticket: any doubt means a whole STOP.

    It is one that the party waits for, or one of ours by its check digit. A phone number may
    have as many digits, but ours begin with a province, whose codes end at 25.
    """
    number = tickets.parse(text).number
    if number is None or number in profile.watched:
        return number is not None
    return len(number) == tickets.OURS and number < BEYOND_PROVINCES


def _holds_digit(rest: str) -> bool:
    """Whether there can be a number in it: `status of my land` asks for none."""
    return any(one.isdigit() for one in rest)


def _inputs(path: str, rest: str = "") -> tuple[str, ...]:
    """Return the inputs of a path; what the citizen wrote is one input, whatever is in it."""
    return tuple(one.replace("{rest}", rest) for one in path.split("*")) if path else ()
