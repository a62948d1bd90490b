"""This file draws the menus as a Mermaid flowchart: a box a screen, an arrow a key."""

import re
from collections.abc import Mapping

from chalicelib.dialog.book import Book, Kind, Screen, in_language
from chalicelib.dialog.flow import Way, ways_of
from chalicelib.dialog.words import PLACEHOLDER

# What each kind looks like: the brackets around its words.
SHAPES: Mapping[Kind, tuple[str, str]] = {
    "menu": ("[", "]"),
    "choice": ("[/", "/]"),
    "question": ("[\\", "\\]"),
    "list": ("[[", "]]"),
    "call": ("{{", "}}"),
    "end": ("([", "])"),
}
_UNSAFE = re.compile(r"[^A-Za-z0-9_]")


def mermaid(book: Book, language: str = "en") -> str:
    """Return the flowchart of a book, one subgraph a file, with the labels of one language."""
    lines = ["flowchart TD"]
    for file in sorted({screen.file for screen in book.screens.values()}):
        lines.append(f"  subgraph {_id(file)} [{_quoted(file)}]")
        lines += [
            f"    {_node(screen, language)}"
            for screen in book.screens.values()
            if screen.file == file
        ]
        lines.append("  end")
    for screen in book.screens.values():
        lines += [f"  {one}" for one in _arrows(screen, language)]
    return "\n".join(lines) + "\n"


def _node(screen: Screen, language: str) -> str:
    left, right = SHAPES[screen.kind]
    return f"{_id(screen.id)}{left}{_quoted(_caption(screen, language))}{right}"


def _caption(screen: Screen, language: str) -> str:
    if screen.kind == "call":
        return f"{screen.effect} {screen.action}"
    first = in_language(screen.text, language).strip().split("\n")[0]
    words = PLACEHOLDER.sub(r"\1", first)
    return f"{screen.id}<br/>{words}" if words else screen.id


def _arrows(screen: Screen, language: str) -> list[str]:
    """Return the arrows that leave a screen; those that lead to one place are one arrow."""
    named: dict[str, list[str]] = {}
    labels = {option.key: in_language(option.label, language) for option in screen.options}
    for way in ways_of(screen):
        named.setdefault(way.target, []).append(_label(way, labels))
    return [
        f"{_id(screen.id)} -->|{_quoted('<br/>'.join(names))}| {_id(target)}"
        for target, names in named.items()
    ]


def _label(way: Way, labels: Mapping[str, str]) -> str:
    words = f"{way.by} {labels.get(way.by, '')}".strip()
    return f"{words} ({way.say})" if way.say else words


def _id(name: str) -> str:
    """Return a name Mermaid takes: some words, such as `end`, mean something to it."""
    return "s_" + _UNSAFE.sub("_", name)


def _quoted(words: str) -> str:
    return '"' + words.replace('"', "#quot;") + '"'
