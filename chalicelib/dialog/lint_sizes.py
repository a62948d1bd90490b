"""This file draws every screen with the longest facts there are, and checks that it fits."""

from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.dialog.book import ENDINGS, HOME_SCREEN, MORE, Book, Say, Screen
from chalicelib.dialog.flow import called_before, reachable, ways_of
from chalicelib.dialog.fold import WRONG
from chalicelib.dialog.lint_rules import Facts, Rules
from chalicelib.dialog.render import HELP, Medium, render
from chalicelib.dialog.steps import Show
from chalicelib.dialog.words import filled, spoken
from chalicelib.telecom.budget import Profile, SmsBudget

MAX_PAGES = 40


class Boundless:
    """A budget that everything fits, to draw a screen whole."""

    unicode = True

    def fits(self, text: str) -> bool:  # noqa: ARG002 - the budget's shape
        """Say yes."""
        return True


WHOLE = Medium(Boundless())


def screens(book: Book, rules: Rules) -> Iterator[str]:
    """Every page of every waiting screen fits the network, in every language."""
    met = reachable(book)
    for screen in book.screens.values():
        if screen.kind not in ("call", "end") and screen.id in met:
            for language in rules.languages:
                yield from _first(_page_faults(book, rules, screen, language))


def _page_faults(book: Book, rules: Rules, screen: Screen, language: str) -> Iterator[str]:
    feet = {book.words("next", language), book.words("back", language)}
    for facts in _examples(book, rules, screen):
        show = _show(screen, language, facts)
        pages = list(_pages(book, rules, show))
        lines = [line for page in pages for line in page.split("\n") if line not in feet]
        whole = render(book, show._replace(deep=False), WHOLE, rules.common)
        if "".join("".join(lines).split()) != "".join(whole.split()):
            yield _at(screen, f"not all of it is shown in {language}: too long to be turned by 9")
        if not whole.strip():
            yield _at(screen, f"nothing is shown in {language}")
        for page in pages:
            if not rules.screen.fits(page):
                yield _at(screen, f"a page in {language} takes {_of(rules.screen, page)}")


def _pages(book: Book, rules: Rules, show: Show) -> Iterator[str]:
    """Give the pages of a screen, turned until no more are offered."""
    more = book.words("next", show.language)
    for turns in range(MAX_PAGES):
        page = _drawn(book, rules, show._replace(turns=MORE * turns))
        yield page
        if more not in page.split("\n"):
            return


def ends(book: Book, rules: Rules) -> Iterator[str]:
    """An end has no next page, so it fits one, in every language."""
    for screen in book.screens.values():
        if screen.kind == "end" and (screen.id in ENDINGS or screen.id in reachable(book)):
            for language in rules.languages:
                yield from _first(_end_faults(book, rules, screen, language))


def _end_faults(book: Book, rules: Rules, screen: Screen, language: str) -> Iterator[str]:
    for facts in _examples(book, rules, screen):
        page = render(book, _show(screen, language, facts), WHOLE, rules.common)
        if not rules.screen.fits(page):
            yield _at(screen, f"this end in {language} takes {_of(rules.screen, page)}, shorten it")


def helps(book: Book, rules: Rules) -> Iterator[str]:
    """What is said above a screen, such as the line of help, is on its page, whole."""
    for screen in book.screens.values():
        if screen.kind in ("call", "end"):
            continue
        for say in _said_above(book, rules, screen):
            for language in rules.languages:
                page = _drawn(book, rules, _saying(book, rules, screen, language, say))
                line = spoken(book, say, language)
                if not page.startswith(line) or not rules.screen.fits(page):
                    said = f"'{say.text_id}' in {language} takes {_of(rules.screen, line)}"
                    yield _at(screen, f"{said}: no room for it here")


def _said_above(book: Book, rules: Rules, screen: Screen) -> Iterator[Say]:
    facts = {**rules.common, **_examples(book, rules, screen)[0]}
    yield Say(HELP)
    if screen.id == HOME_SCREEN:
        yield Say("menu_renewed")
    for source in book.screens.values():
        for way in ways_of(source):
            if way.target == screen.id and way.say:
                yield Say(way.say, {**facts, **_longest(rules, source.action)})


def _saying(book: Book, rules: Rules, screen: Screen, language: str, say: Say) -> Show:
    show = _show(screen, language, _examples(book, rules, screen)[0])
    return show._replace(turns=WRONG) if say.text_id == HELP else show._replace(say=say)


def messages(book: Book, rules: Rules) -> Iterator[str]:
    """What the code says by itself is one SMS; a screen sent as a message is not cut."""
    for text_id in rules.said.keys() & book.texts.keys():
        for language in rules.languages:
            text = filled(book, book.texts[text_id], {**rules.common, "typed": "100"}, language)
            if not rules.part.fits(text):
                file = rules.files.get(text_id, "?")
                yield f"{file}: texts: '{text_id}' in {language} takes {_of(rules.part, text)}"
    for screen in book.screens.values():
        for language in rules.languages if screen.sms else ():
            yield from _first(_message_faults(book, rules, screen, language))


def _message_faults(book: Book, rules: Rules, screen: Screen, language: str) -> Iterator[str]:
    for facts in _examples(book, rules, screen):
        text = filled(book, screen.sms, {**rules.common, **facts}, language)
        if not rules.sent.fits(text):
            yield _at(screen, f"sms in {language} takes {_of(rules.sent, text)}, it would be cut")


def _examples(book: Book, rules: Rules, screen: Screen) -> Sequence[Facts]:
    """Return sets of the longest facts that may be known on a screen."""
    actions = sorted(called_before(book)[screen.id])
    if screen.codes is not None:
        actions.append(screen.codes.rows)
    together: dict[str, Any] = {}
    for action in actions:
        together |= _longest(rules, action)
    return [
        together,
        *({**together, **one} for name in actions for one in rules.facts.get(name, ())),
    ]


def _longest(rules: Rules, action: str) -> Facts:
    examples = rules.facts.get(action, ())
    return examples[0] if examples else {}


def _show(screen: Screen, language: str, facts: Facts) -> Show:
    deep = screen.id != HOME_SCREEN
    return Show(screen, language, known=False, slots={}, facts=facts, deep=deep)


def _drawn(book: Book, rules: Rules, show: Show) -> str:
    return render(book, show, Medium(rules.screen), rules.common)


def _of(budget: Profile | SmsBudget, text: str) -> str:
    used, limit = budget.meter(text)
    return f"{used} of {limit}"


def _first(faults: Iterator[str]) -> list[str]:
    """Return the first fault only: the other examples of the same screen say no more."""
    return [fault for fault in (next(faults, None),) if fault is not None]


def _at(screen: Screen, sentence: str) -> str:
    return f"{screen.file}: {screen.id}: {sentence}"
