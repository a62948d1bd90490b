"""This file draws a screen for a network: numbering, help, pages, and the octets that fit."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from chalicelib.dialog.book import Book, Screen
from chalicelib.dialog.fold import WRONG
from chalicelib.dialog.steps import Show
from chalicelib.dialog.words import filled, spoken
from chalicelib.telecom import clusters, gsm7

HELP = "err_choice"


class Budget(Protocol):
    """What one screen or one SMS may hold."""

    @property
    def unicode(self) -> bool:
        """Whether letters outside GSM-7 can be shown."""

    def fits(self, text: str) -> bool:
        """Whether the text can be sent whole."""


class Medium(NamedTuple):
    """Where a screen is drawn: its budget, and whether it is an SMS."""

    budget: Budget
    is_sms: bool = False

    def language(self, language: str) -> str:
        """Return the language to draw in: Latin letters where the network has no others."""
        return "km-Latn" if language == "km" and not self.budget.unicode else language

    def plain_lines(self, lines: list[str]) -> list[str]:
        """Return lines in letters the network has."""
        return lines if self.budget.unicode else [gsm7.downgraded(line) for line in lines]


def render(book: Book, show: Show, medium: Medium, common: Mapping[str, Any]) -> str:
    """Return the words on the phone now: at most one screen, never empty."""
    language = medium.language(show.language)
    facts = {**common, **show.slots, **show.facts}
    body = medium.plain_lines(_body(book, show, medium, language, facts))
    said = medium.plain_lines(_lines(spoken(book, show.say, language) if show.say else ""))
    if show.end:
        return _closing([*said, *body], medium.budget)
    helped = medium.plain_lines(_help(book, show, medium, language, facts))
    # Where 0 skips a question it does not lead back, so the line that says so is left out.
    back = show.deep and not medium.is_sms and not show.screen.skip
    return _Pages(body, medium, _Feet(book, language, back=back)).at(show.turns, said, helped)


def _body(
    book: Book, show: Show, medium: Medium, language: str, facts: Mapping[str, Any]
) -> list[str]:
    screen = show.screen
    if medium.is_sms and screen.sms:
        return _lines(filled(book, screen.sms, facts, language))
    lines = _lines(filled(book, screen.text, facts, language))
    lines += _option_lines(book, screen, facts, language, known=show.known)
    if screen.kind == "list":
        rows: Sequence[tuple[str, object]] = facts.get("rows", ())
        lines += [f"{code} {spoken(book, label, language)}" for code, label in rows]
    return lines


def _option_lines(
    book: Book, screen: Screen, facts: Mapping[str, Any], language: str, *, known: bool
) -> list[str]:
    conditions = {**facts, "unknown": not known}
    lines = []
    for option in screen.options:
        if option.shown and not conditions.get(option.shown):
            continue
        label = filled(book, option.label, facts, language)
        if label:
            lines.append(f"{option.key} {label}")
    return lines


def _help(
    book: Book, show: Show, medium: Medium, language: str, facts: Mapping[str, Any]
) -> list[str]:
    if medium.is_sms and show.screen.sms_wrong and show.wrong.isdigit():
        text = book.texts[show.screen.sms_wrong]
        return _lines(filled(book, text, {**facts, "typed": show.wrong}, language))
    return _lines(book.words(HELP, language))


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _closing(lines: list[str], budget: Budget) -> str:
    """Return the last screen; it has no next page, so it is cut where the budget ends."""
    text = "\n".join(lines)
    return text if budget.fits(text) else clusters.head(text, budget.fits)[0]


class _Feet(NamedTuple):
    book: Book
    language: str
    back: bool

    def lines(self, *, more: bool) -> list[str]:
        feet = [self.book.words("next", self.language)] if more else []
        return [*feet, self.book.words("back", self.language)] if self.back else feet


class _Pages:
    """Walks a body page by page, as the keys typed on it did.

    Pages are display only (engine rule E3): a wrong key shows help above the same place, and
    what the help pushed off the page comes with the next 9, so no line is ever lost.
    """

    def __init__(self, body: list[str], medium: Medium, feet: _Feet) -> None:
        self.rest, self.medium, self.feet = list(body), medium, feet

    def at(self, turns: str, said: list[str], helped: list[str]) -> str:
        page, after = self.page(said)
        for turn in turns:
            wrong = turn == WRONG or after >= len(self.rest)
            if not wrong:
                del self.rest[:after]
            page, after = self.page(helped if wrong else [])
        return page

    def page(self, head: list[str]) -> tuple[str, int]:
        """Return one page, and how many lines of the rest it holds."""
        whole = "\n".join([*head, *self.rest, *self.foot(more=False)])
        if self.medium.budget.fits(whole):
            return whole, len(self.rest)
        feet = self.foot(more=True)
        for foot in (feet, feet[:1]) if head else (feet, feet[:1], []):
            taken = self.taken(head, foot)
            if taken:
                return "\n".join([*head, *self.rest[:taken], *foot]), taken
        return self.page(head[:-1]) if head else ("\n".join(self.rest[:1]), 1)

    def taken(self, head: list[str], foot: list[str]) -> int:
        """Count the lines that fit; a line too long for a page of its own is split first."""
        fits = self.medium.budget.fits
        count = 0
        while count < len(self.rest) and fits("\n".join([*head, *self.rest[: count + 1], *foot])):
            count += 1
        if count < len(self.rest) and (count == 0 or self.is_too_long(count, foot)):
            count += self.split(head, foot, count)
        return count

    def is_too_long(self, count: int, foot: list[str]) -> bool:
        return not self.medium.budget.fits("\n".join([self.rest[count], *foot]))

    def split(self, head: list[str], foot: list[str], count: int) -> int:
        above = [*head, *self.rest[:count]]

        def fits(part: str) -> bool:
            return self.medium.budget.fits("\n".join([*above, part, *foot]))

        first, rest = clusters.head(self.rest[count], fits)
        # A cluster that does not fit here waits for a page with more room.
        whole = "".join(clusters.clusters(self.rest[count])[:1])
        if ((above or foot) and not fits(whole)) or not fits(first):
            return 0
        self.rest[count : count + 1] = [first, *([rest] if rest else [])]
        return 1

    def foot(self, *, more: bool) -> list[str]:
        return self.medium.plain_lines(self.feet.lines(more=more))
