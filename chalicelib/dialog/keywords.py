"""This file understands the words of an SMS: keywords in three spellings, numbers, STOP."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Literal, NamedTuple

from chalicelib.telecom import hygiene

NumberKind = Literal["option", "service", "ticket", "code"]
LANGUAGES = ("en", "km", "km-Latn")
FUZZY_LENGTH = 5
TICKET_DIGITS, SHORTEST_TICKET, LONGEST_TICKET = 11, 7, 20
KINDS: Mapping[int, NumberKind] = {1: "option", 2: "option", 3: "service", 10: "code"}
# Everything but letters, digits and Khmer signs; a + stays, so that no phone number is a ticket.
_PUNCTUATION = re.compile("(?:[^\\w\\s+\u1780-\u17d3\u17d7\u17dd]|_)+")
_SPACES = re.compile(r"\s+")
_KHMER = re.compile("[\u1780-\u17ff\u19e0-\u19ff]")
_TICKET = re.compile(r"\s*((?:(?<=\s)[oli]\s*)?[0-9][0-9oli\s]{5,})")
_WORD_AND_TICKET = re.compile(rf"([^0-9]*?){_TICKET.pattern}")
_MISREAD = re.compile(r"[oli]?[0-9][0-9oli]+")
_NEVER = "(?!)"
_TRAILING_MARKS = " \t\n#*.,:;-_/!?"
_REACH = 80


class Understood(NamedTuple):
    """A keyword: its action, what follows in the citizen's own writing, and its language."""

    action: str
    rest: str
    language: str


class _Word(NamedTuple):
    folded: str
    action: str
    language: str


class Keywords:
    """The keyword table, ready to match."""

    def __init__(self, table: Mapping[str, Mapping[str, Any]]) -> None:
        """Sort the words of a table that `keyword_table.folded_table` made."""
        self.table = table
        words = [
            _Word(one, action, language)
            for action, entry in table.items()
            for language in LANGUAGES
            for one in entry.get(language, ())
        ]
        self.whole = {w.folded: w for w in words if self._is(w.action, "whole_message")}
        self.starting = sorted(
            (w for w in words if not self._is(w.action, "whole_message")),
            key=lambda word: -len(word.folded),
        )
        self.numbered = [
            _Word(one, action, script_of(one) or "km-Latn")
            for action, entry in table.items()
            for one in entry.get("needs_number", ())
        ]
        self.fuzzy = [
            w
            for w in self.starting
            if len(w.folded) >= FUZZY_LENGTH
            and w.folded.isascii()
            and table[w.action].get("fuzzy", True)
        ]
        self.known = [*self.starting, *self.whole.values(), *self.numbered]
        self.values = {
            word: language
            for language, named in table.get("LANG", {}).get("values", {}).items()
            for word in named
        }

    # A pattern takes longer to make than all the rest, and most hops are dialled.
    @cached_property
    def courtesy(self) -> re.Pattern[str]:
        """Words that may stand around any other."""
        return _any_of(self._listed("courtesy"))

    @cached_property
    def refusal(self) -> re.Pattern[str]:
        """Words that make an answer a NO."""
        return _any_of(self._refusals())

    @cached_property
    def answers(self) -> re.Pattern[str]:
        """Words of which an answer is made."""
        return _any_of(self._refusals() | self._whole_words("YES"))

    def steering(self, text: str) -> Understood | None:
        """Return STOP or START where the whole message says so, or `STOP` before a ticket.

        Courtesy words, spaced letters and a doubled last letter are allowed; no other slip is,
        so that `bus stop far` stops nothing.
        """
        said = folded(text)
        for form in _forms_of_whole(said, self.courtesy):
            word = self.whole.get(form)
            if word is not None and word.action in ("STOP", "START"):
                return Understood(word.action, "", word.language)
        parts = _WORD_AND_TICKET.fullmatch(said)
        word = self.whole.get(parts[1]) if parts else None
        if parts and word is not None and word.action == "STOP":
            return Understood("STOP", parts[2], word.language)
        return None

    def answer(self, text: str) -> Literal["YES", "NO"] | None:
        """Return the answer to an open question; None unless every word is one.

        Any refusal among the words makes it a NO: `mok ot ban` holds a YES word.
        """
        said = folded(text)
        if not said or self.answers.sub("", said).strip():
            return None
        return "NO" if self.refusal.search(said) else "YES"

    def understand(self, text: str) -> Understood | None:
        """Return the keyword at the start of a message, the longest there is."""
        said = folded(text)
        if not said:
            return None
        return self._starting(said, text) or self._numbered(said, text) or self._near(said, text)

    def language_named(self, rest: str) -> str | None:
        """Return the language that a word after LANG names."""
        return self.values.get(folded(rest))

    def _starting(self, said: str, text: str) -> Understood | None:
        for word in self.starting:
            if said.startswith(word.folded) and self._ends(said, word):
                return Understood(word.action, _rest(text, word.folded), word.language)
        return None

    def _ends(self, said: str, word: _Word) -> bool:
        """Whether a word ends where it ends: at a space, a digit, in Khmer after any syllable."""
        after = said[len(word.folded) : len(word.folded) + 1]
        if not word.folded.isascii():
            return not after or not unicodedata.category(after).startswith("M")
        return not after or after == " " or after.isdigit()

    def _numbered(self, said: str, text: str) -> Understood | None:
        for word in self.numbered:
            if said.startswith(word.folded) and _TICKET.fullmatch(said, len(word.folded)):
                return Understood(word.action, _rest(text, word.folded), word.language)
        return None

    def _near(self, said: str, text: str) -> Understood | None:
        first = re.split(r"[ 0-9]", said, maxsplit=1)[0]
        if len(first) < FUZZY_LENGTH or not first.isascii():
            return None
        near = [word for word in self.fuzzy if one_edit(first, word.folded)]
        if len({word.action for word in near}) != 1:
            return None
        return Understood(near[0].action, _rest(text, first), near[0].language)

    def _is(self, action: str, flag: str) -> bool:
        return bool(self.table[action].get(flag))

    def _refusals(self) -> set[str]:
        return {*self._listed("negation"), *self._whole_words("NO")}

    def _listed(self, field: str) -> set[str]:
        return {one for entry in self.table.values() for one in entry.get(field, ())}

    def _whole_words(self, action: str) -> set[str]:
        return {folded for folded, word in self.whole.items() if word.action == action}


def folded(text: str) -> str:
    """Return text as it is compared: width, Khmer order, case, digits, marks and spaces folded.

    A `?` asks for help where it is all there is; behind words it says nothing.
    """
    text = unicodedata.normalize("NFKC", hygiene.cleaned(text))
    text = hygiene.ascii_digits(text).casefold()
    if _KHMER.search(text):
        from khmerspell import khnormal  # noqa: PLC0415 - only Khmer writing pays for it

        text = khnormal(text)
    said = _SPACES.sub(" ", _PUNCTUATION.sub(" ", text)).strip()
    return said or ("?" if "?" in text else "")


def numeric(text: str) -> tuple[NumberKind, str] | None:
    """Return what kind of number a whole message is; None if it is no number.

    Our own tickets may hold `o`, `l` or `i` for a digit; their check digit decides later.
    """
    said = folded(text).replace(" ", "")
    if _MISREAD.fullmatch(said) and len(said) == TICKET_DIGITS:
        return "ticket", said
    if not said.isascii() or not said.isdigit():
        return None
    if len(said) in KINDS:
        return KINDS[len(said)], said
    return ("ticket", said) if SHORTEST_TICKET <= len(said) <= LONGEST_TICKET else None


def script_of(text: str) -> str | None:
    """Return `km` where the text holds Khmer letters."""
    return "km" if _KHMER.search(text) else None


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for any of the words: whole ones, in Khmer whole syllables."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    latin = "|".join(re.escape(word) for word in ordered if word.isascii())
    khmer = "|".join(re.escape(word) for word in ordered if not word.isascii())
    return re.compile(rf"\b(?:{latin or _NEVER})\b|(?:{khmer or _NEVER})(?![\u17b4-\u17d3\u17dd])")


def _forms_of_whole(said: str, courtesy: re.Pattern[str]) -> list[str]:
    """Return the ways in which a message may be nothing but one word."""
    forms = [said]
    for form in forms if len(said) <= _REACH else ():
        forms += [less for less in _less_courteous(form, courtesy) if less not in forms]
    closed = [form.replace(" ", "") for form in forms if _is_apart(form)]
    forms += closed
    return forms + [form[:-1] for form in forms if len(form) > 1 and form[-1] == form[-2]]


def _less_courteous(form: str, courtesy: re.Pattern[str]) -> Iterator[str]:
    """Give a message without one courtesy word at its beginning, and without one at its end."""
    for found in courtesy.finditer(form):
        if found.start() == 0:
            yield form[found.end() :].strip()
        if found.end() == len(form):
            yield form[: found.start()].strip()


def _is_apart(form: str) -> bool:
    """Whether spaces in it part no words: between single letters, or in Khmer."""
    return not form.isascii() or all(len(one) == 1 for one in form.split(" "))


def _rest(text: str, matched: str) -> str:
    """Return what follows the keyword as it was written, its leading punctuation dropped."""
    original = hygiene.cleaned(text).lstrip(_TRAILING_MARKS).rstrip()
    for end in range(1, min(len(original), _REACH) + 1):
        if folded(original[:end]) == matched and not _grows(original, end, matched):
            return original[end:].strip(_TRAILING_MARKS)
    return ""


def _grows(original: str, end: int, matched: str) -> bool:
    """Whether one character more still folds to the same: a mark that belongs to the word."""
    return end < len(original) and folded(original[: end + 1]) == matched


def one_edit(left: str, right: str) -> bool:
    """Say whether one letter more, less, other or swapped with its neighbour makes them equal."""
    if abs(len(left) - len(right)) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), None)
    if at is None:
        return True
    if len(left) == len(right):
        swapped = left[:at] + left[at + 1 : at + 2] + left[at] + left[at + 2 :]
        return left[at + 1 :] == right[at + 1 :] or swapped == right
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return longer[at + 1 :] == shorter[at:]
