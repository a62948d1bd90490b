"""This file checks the menus: every fault of a book, each as `file: screen: sentence`."""

from collections.abc import Callable, Iterator

from chalicelib.dialog import lint_paths, lint_sizes, lint_words
from chalicelib.dialog.book import Book
from chalicelib.dialog.lint_rules import Rules

Check = Callable[[Book, Rules], Iterator[str]]
# These look at one screen or text at a time, so they are told whatever else is broken.
EACH: tuple[Check, ...] = (
    lint_paths.calls,
    lint_paths.keys,
    lint_words.translated,
    lint_words.alike,
    lint_words.alphabets,
)
# These need every name; without them the last would stumble, so those wait until these hold.
FIRST: tuple[Check, ...] = (lint_paths.targets, lint_words.missing)
THEN: tuple[Check, ...] = (
    lint_paths.reached,
    lint_paths.dead_ends,
    lint_paths.cycles,
    lint_paths.slots,
    lint_paths.free_texts,
    lint_paths.submits,
    lint_paths.unseen,
    lint_paths.sms_paths,
    lint_words.unused,
    lint_words.known,
    lint_sizes.screens,
    lint_sizes.ends,
    lint_sizes.helps,
    lint_sizes.messages,
)


def lint(book: Book, rules: Rules, *, whole: bool = True, named: bool = True) -> list[str]:
    """Return every fault of a book, in the order of its files; none where it is sound.

    Where a screen is broken it is not `whole`, and where a file is, its names are not known: then
    what depends on them is left out.
    """
    first = _of(FIRST, book, rules) if named else []
    then = _of(THEN, book, rules) if whole and named and not first else []
    return sorted({*_of(EACH, book, rules), *first, *then})


def _of(checks: tuple[Check, ...], book: Book, rules: Rules) -> list[str]:
    return [fault for check in checks for fault in check(book, rules)]
