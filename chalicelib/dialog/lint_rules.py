"""This file holds what the menus are checked against: whoever knows the actions passes it in."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.dialog.book import LANGUAGES, Book, EffectKind, Text
from chalicelib.telecom.budget import Profile, SmsBudget

Facts = Mapping[str, Any]
OVERLAY = "locales/{}.toml"


class ActionRule(Protocol):
    """What a menu must know of an action to call it."""

    @property
    def kind(self) -> EffectKind:
        """Whether it reads, notes or submits."""

    @property
    def exits(self) -> frozenset[str]:
        """Every exit it can take; none where it only gives rows."""

    @property
    def private(self) -> bool:
        """Whether nothing of a session that does it may be counted."""

    @property
    def takes(self) -> frozenset[str]:
        """The slots and arguments it cannot do without."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything outside the book that it must agree with.

    `facts` are, by action, the longest things it may tell, each a set that comes together;
    `common` what every screen may say. `said` are the texts that the code says by itself, with
    the placeholders it fills in them. `files` names the file of each text; `languages` are those
    whose words can be judged.
    """

    actions: Mapping[str, ActionRule]
    facts: Mapping[str, Sequence[Facts]]
    common: Facts
    said: Mapping[str, Collection[str]]
    paths: Mapping[str, Mapping[str, str]]
    keywords: Collection[str]
    files: Mapping[str, str]
    sent: SmsBudget
    screen: Profile = field(default_factory=Profile)
    languages: Sequence[str] = LANGUAGES
    part: SmsBudget = field(default_factory=lambda: SmsBudget(parts=1))


@dataclass(frozen=True, slots=True)
class Words:
    """One text of the book with its place, for the sentence that names a fault."""

    file: str
    screen: str
    part: str
    text: Text

    def fault(self, language: str, sentence: str) -> str:
        """Return a fault of this text in one language."""
        file = self.file if language == "en" else OVERLAY.format(language)
        return f"{file}: {self.screen}: {self.part} {sentence}"


def all_words(book: Book, rules: Rules) -> Iterator[Words]:
    """Give every text that a citizen may read."""
    for screen in book.screens.values():
        if screen.kind == "call":
            continue
        yield Words(screen.file, screen.id, "text", screen.text)
        if screen.sms:
            yield Words(screen.file, screen.id, "sms", screen.sms)
        for option in screen.options:
            yield Words(screen.file, screen.id, f"option '{option.target}'", option.label)
    for text_id, text in book.texts.items():
        yield Words(rules.files.get(text_id, "?"), "texts", f"'{text_id}'", text)
