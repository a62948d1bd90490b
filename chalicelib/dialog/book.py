"""This file holds the book: every screen a citizen can meet, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Text = Mapping[str, str]
# What a call is given, by name.
Args = tuple[tuple[str, str], ...]
Kind = Literal["menu", "choice", "question", "call", "list", "end"]
EffectKind = Literal["read", "note", "submit"]

LANGUAGES = ("en", "km", "km-Latn")
BACK, HOME, MORE = "0", "00", "9"
RESERVED = frozenset({BACK, HOME, MORE})
HOME_SCREEN = "home"
EXPIRED, TOO_LONG, BUSY, NOT_RECORDED = "expired", "too_long", "busy", "not_recorded"
# The exit of a list that was read, and that of a call that could not be run; no screen has it.
FOUND, FAILED = "found", "failed"
ENDINGS = (EXPIRED, TOO_LONG, BUSY, NOT_RECORDED)
_NONE: Mapping[str, Any] = {}


class Option(NamedTuple):
    """One numbered line. `target` is a screen (menu) or the value of the slot (choice).

    `shown` names the condition under which the line is drawn; the key works regardless.
    """

    key: str
    target: str
    label: Text
    shown: str = ""


class Exit(NamedTuple):
    """Where one outcome of a call leads, and the text said on arrival."""

    to: str
    say: str = ""


class Codes(NamedTuple):
    """Rows that are chosen by a printed permanent code: the read, and where the code goes."""

    rows: str
    slot: str
    next: str
    passes: tuple[str, ...] = ()


class Screen(NamedTuple):
    """One screen. Which fields count depends on `kind`; tables.py says which are allowed.

    Of a session that met a `private` one nothing is counted.
    """

    id: str
    kind: Kind
    file: str = ""
    text: Text = _NONE
    sms: Text = _NONE
    options: tuple[Option, ...] = ()
    by_key: Mapping[str, Option] = _NONE
    slot: str = ""
    next: str = ""
    codes: Codes | None = None
    sms_wrong: str = ""
    free: bool = False
    skip: bool = False
    limit: int = 0
    effect: EffectKind = "read"
    action: str = ""
    passes: tuple[str, ...] = ()
    args: Args = ()
    exits: Mapping[str, Exit] = _NONE
    counts: str = ""
    private: bool = False


class Book(NamedTuple):
    """All screens and texts. `version` is 8 hex digits of what is in it."""

    version: str
    screens: Mapping[str, Screen]
    texts: Mapping[str, Text]

    def words(self, text_id: str, language: str) -> str:
        """Return one text in a language, in English where the translation is missing."""
        return in_language(self.texts[text_id], language)


class Call(NamedTuple):
    """One action with its arguments, as comparable value: the same call is run once.

    A tuple, since a fold makes and compares one at every call of the way.
    """

    action: str
    args: Args = ()

    def __repr__(self) -> str:
        """Name the action alone: the arguments are what a citizen typed."""
        return f"<Call {self.action}>"


@dataclass(frozen=True, slots=True)
class Say:
    """A text of the book with the facts that fill it; resolved when it is drawn."""

    text_id: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Joined:
    """Facts said in one line, with commas between them."""

    parts: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action came to: an exit of its screen, and facts that change words only."""

    exit: str
    facts: Mapping[str, object] = field(default_factory=dict)


def in_language(text: Text, language: str) -> str:
    """Return the words of a text, in English where the translation is missing."""
    return text.get(language) or text.get("en", "")
