"""This file checks the words of the menus: translated, alike, and in letters that phones show."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from khmerspell import khnormal

from chalicelib.dialog.book import Book, Joined, Say
from chalicelib.dialog.flow import called_before, filled_ever, ways_of
from chalicelib.dialog.lint_rules import Rules, all_words
from chalicelib.dialog.words import PLACEHOLDER
from chalicelib.telecom import gsm7

ENDINGS_BY_LANGUAGE = re.compile("_(en|km|la)$")
LETTER = re.compile(r"[^\W\d_]")
KHMER = "\u1780-\u17ff\u19e0-\u19ff"
NOT_KHMER = re.compile(f"[^{KHMER}\x20-\x7e\n]")
HIDDEN = re.compile("[\u200b-\u200d\ufeff\u00a0]")
UNWANTED: Mapping[str, re.Pattern[str]] = {
    "holds a mark that nobody sees (U+200B, 200C, 200D, FEFF or 00A0), take it out": HIDDEN,
    "holds a Khmer digit, write 0 to 9 as keypads do": re.compile("[\u17e0-\u17e9]"),
    "has a space before ។ or ៖, take it out": re.compile(" [។៖]"),
}


def translated(book: Book, rules: Rules) -> Iterator[str]:
    """Every text is there in every language."""
    for words in all_words(book, rules):
        for language in rules.languages:
            wanted = bool(LETTER.search(PLACEHOLDER.sub("", words.text.get("en", ""))))
            if wanted and not words.text.get(language, "").strip():
                yield words.fault(language, f"is not translated to {language}")


def alike(book: Book, rules: Rules) -> Iterator[str]:
    """A text has the same placeholders in every language."""
    for words in all_words(book, rules):
        wanted = _placeholders(words.text.get("en", ""))
        for language in rules.languages:
            given = words.text.get(language)
            if given and _placeholders(given) != wanted:
                names = ", ".join(sorted(f"{{{one}}}" for one in wanted)) or "none"
                yield words.fault(language, f"has other placeholders than English: {names}")


def known(book: Book, rules: Rules) -> Iterator[str]:
    """Every placeholder is something that can be known where it is said."""
    knowable = _known_in_texts(book, rules)
    knowable |= {id_: _known_at(book, rules, id_) for id_ in book.screens}
    for words in all_words(book, rules):
        text_id = words.part.strip("'") if words.screen == "texts" else words.screen
        said = set(PLACEHOLDER.findall(words.text.get("en", "")))
        for unknown in sorted(said - knowable.get(text_id, said)):
            yield words.fault("en", f"says {{{unknown}}}, which nothing fills here")


def missing(book: Book, rules: Rules) -> Iterator[str]:
    """Every text that the code says by itself, or as a fact, is there."""
    for text_id in _known_in_texts(book, rules).keys() - book.texts.keys():
        yield f"texts: '{text_id}' is missing: it is said without a menu naming it"


def unused(book: Book, rules: Rules) -> Iterator[str]:
    """Every text is said somewhere."""
    for text_id in book.texts.keys() - _known_in_texts(book, rules).keys():
        yield f"{rules.files.get(text_id, '?')}: texts: nothing says '{text_id}', take it out"


def alphabets(book: Book, rules: Rules) -> Iterator[str]:
    """Latin screens are GSM-7 only; Khmer ones are in normal form, without hidden marks."""
    for words in all_words(book, rules):
        for language, text in words.text.items():
            faults = _khmer_faults(text) if language == "km" else _latin_faults(text)
            yield from (words.fault(language, fault) for fault in faults)


def _latin_faults(text: str) -> Iterator[str]:
    foreign = next((one for one in text if one not in gsm7.SEPTETS), None)
    if foreign is not None:
        yield f"holds {foreign!r}, which is not in GSM-7: it turns 160 characters into 70"


def _khmer_faults(text: str) -> Iterator[str]:
    for sentence, pattern in UNWANTED.items():
        if pattern.search(text):
            yield sentence
    visible = HIDDEN.sub("", text)
    foreign = NOT_KHMER.search(visible)
    if foreign:
        yield f"holds {foreign[0]!r}, which is neither Khmer nor on a keypad"
    if unicodedata.normalize("NFC", text) != text:
        yield "is not in Unicode form NFC"
    elif khnormal(visible) != visible:
        yield f"has its marks in another order than khnormal: {khnormal(visible)}"


def _placeholders(text: str) -> set[str]:
    return {ENDINGS_BY_LANGUAGE.sub("", name) for name in PLACEHOLDER.findall(text)}


def _known_at(book: Book, rules: Rules, screen_id: str) -> set[str]:
    """Return what may be known when a screen is shown: slots, and facts of calls before it."""
    screen = book.screens[screen_id]
    actions = {*called_before(book)[screen_id]}
    if screen.codes is not None and screen.kind == "list":
        actions.add(screen.codes.rows)
    told = {one for action in actions for one in _told(rules, action)}
    return {*rules.common, *filled_ever(book)[screen_id], *told}


def _known_in_texts(book: Book, rules: Rules) -> dict[str, set[str]]:
    """Return what may be known in each text: by whom it is said, all of that together."""
    known: dict[str, set[str]] = {name: set(filled) for name, filled in rules.said.items()}
    for one in (
        value for examples in rules.facts.values() for facts in examples for value in facts.values()
    ):
        for say in _sayings(one):
            known.setdefault(say.text_id, set()).update(say.facts)
    for screen in book.screens.values():
        if screen.sms_wrong:
            known.setdefault(screen.sms_wrong, set()).add("typed")
        for way in ways_of(screen):
            if way.say:
                here = _known_at(book, rules, screen.id) | _told(rules, screen.action)
                known.setdefault(way.say, set()).update(here)
    return known


def _told(rules: Rules, action: str) -> set[str]:
    return {name for facts in rules.facts.get(action, ()) for name in facts}


def _sayings(fact: object) -> Iterator[Say]:
    """Give every text that a fact says, however deep it lies."""
    if isinstance(fact, Say):
        yield fact
    for part in _parts(fact):
        yield from _sayings(part)


def _parts(fact: object) -> tuple[object, ...]:
    if isinstance(fact, Say):
        return tuple(fact.facts.values())
    if isinstance(fact, Joined):
        return fact.parts
    return fact if isinstance(fact, tuple) else ()
