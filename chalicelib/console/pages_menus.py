"""This file is the pages of what phones show: the map of screens, and cards to print out."""

from collections.abc import Iterator, Mapping

from flask import Blueprint, abort, render_template, request

from chalicelib import shipped
from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.console.back import office, person
from chalicelib.console.shown import digits
from chalicelib.dialog.book import LANGUAGES, Book, Screen, in_language
from chalicelib.dialog.flow import ways_of
from chalicelib.duties.slips import missed_of
from chalicelib.operations.whose import must_be_of, office_of

# What a card tells to text, by the action of the keywords, and what must follow the word.
TOLD: Mapping[str, str] = {
    "INFO": "",
    "TICKET": "12345678901",
    "RATE": "",
    "COMPLAIN": "",
    "JOIN": "",
    "STOP": "",
}
# The sentence on numbers that are not kept stands on the screen before the first question.
PRIVACY = "complain"
menus = Blueprint("menus", __name__)


@menus.get("/menus")
def show() -> str:
    """Show every screen with where its keys lead, what is translated, what was not understood."""
    book, missed = shipped.book(), missed_of(office())
    files = sorted({one.file for one in book.screens.values()})
    return render_template(
        "menus/map.html",
        files=[
            (name, [one for one in book.screens.values() if one.file == name]) for name in files
        ],
        ways=ways_of,
        words=_words,
        coverage=list(_coverage(book)),
        others=missed.others,
        slips=[(one.word, digits(n), one.keyword) for one, n in missed.slips],
        spoken=LANGUAGES,
    )


@menus.get("/cards")
def cards() -> str:
    """Show the keyword card and the poster of one office, to print."""
    known, code = office().catalogue.load() or EMPTY, request.args.get("office", "")
    mine = office_of(person())
    chosen = known.offices.get(code or mine or next(iter(sorted(known.offices)), ""))
    if chosen is not None:
        must_be_of(person(), chosen.code)
    elif code:
        abort(404)
    book, stage = shipped.book(), office().settings
    return render_template(
        "menus/cards.html",
        chosen=chosen,
        offices=[one for one in known.offices.values() if not mine or one.code == mine],
        code=stage.service_code.split(",")[0],
        short=stage.short_code.split(",")[0],
        told=TOLD,
        spoken=LANGUAGES,
        privacy={one: in_language(book.screens[PRIVACY].text, one).strip() for one in LANGUAGES},
    )


def _words(screen: Screen, language: str) -> str:
    """Return the first line of a screen, or what it asks the database for."""
    if screen.kind == "call":
        return f"{screen.effect} {screen.action}"
    return in_language(screen.text or screen.sms, language).strip().split("\n")[0]


def _coverage(book: Book) -> Iterator[tuple[str, int, int]]:
    """Give, by language, how many of the words of the menus it has, of how many."""
    texts = [
        text
        for screen in book.screens.values()
        for text in (screen.text, screen.sms, *(option.label for option in screen.options))
        if text
    ]
    texts += list(book.texts.values())
    for language in LANGUAGES:
        yield language, sum(language in one for one in texts), len(texts)
