"""This file turns the tables of `ussd_menus/` into a book, collecting every fault on the way."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from chalicelib.dialog.book import Book, Codes, Exit, Kind, Option, Screen, Text
from chalicelib.dialog.overlays import TEXTS, of_those_read, overlay_faults
from chalicelib.dialog.shapes import misshapen
from chalicelib.errors import NotAcceptable

# What stands in one file: each screen under its name.
Table = Mapping[str, Any]
_SHARED = {"kind", "text", "counts", "private"}
_WAITING = _SHARED | {"sms", "sms_wrong"}
_PICKING = _WAITING | {"options", "keys", "shown"}
ALLOWED: Mapping[str, set[str]] = {
    "menu": _PICKING,
    "choice": _PICKING | {"slot", "next", "codes"},
    "question": _WAITING | {"slot", "next", "free", "skip", "limit"},
    "list": _WAITING | {"rows", "with", "slot", "next"},
    "call": {"kind", "action", "effect", "with", "args", "exits", "counts"},
    "end": _SHARED,
}
NEEDED: Mapping[str, set[str]] = {
    "menu": {"text", "options"},
    "choice": {"text", "options", "slot", "next"},
    "question": {"text", "slot", "next"},
    "list": {"text", "rows", "slot", "next"},
    "call": {"action", "effect", "exits"},
    "end": {"text"},
}
EFFECTS = ("read", "note", "submit")
OVERLAY = "locales/{}.toml"


class BookFaults(NotAcceptable):
    """The menus cannot be used; `faults` lists every reason as `file: screen: sentence`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Reading(NamedTuple):
    """What could be read: a book for the check, with a bare screen for each that is broken.

    `whole` where no screen is broken, `named` where every English file is TOML, so that each
    name in them is known; `languages` are those whose files are TOML.
    """

    book: Book
    faults: list[str]
    whole: bool
    named: bool
    languages: frozenset[str]

    def sound(self) -> Book:
        """Return the book.

        Raises:
            BookFaults: with every fault found, not only the first.
        """
        if self.faults:
            raise BookFaults(self.faults)
        return self.book


def book_of(
    files: Mapping[str, Table], overlays: Mapping[str, Table], not_screens: Collection[str] = ()
) -> Book:
    """Return the book of tables by file name, and of one overlay by language.

    Tables named in `not_screens` are left to whoever knows them.

    Raises:
        BookFaults: with every fault found, not only the first.
    """
    return read(files, overlays, not_screens).sound()


def read(
    files: Mapping[str, Table],
    overlays: Mapping[str, Table],
    not_screens: Collection[str] = (),
    unread: Sequence[str] = (),
    *,
    named: bool = True,
) -> Reading:
    """Read as much as `book_of` can, and return it with every fault.

    `unread` are the faults of files that are not here, `named` is false where one of them is in
    English.
    """
    faults = [*unread]
    words = dict(sorted(overlays.items()))
    draft = _Draft(words, faults)
    for name, table in files.items():
        for screen_id, raw in table.items():
            if screen_id not in not_screens:
                draft.add(name, screen_id, raw)
    there = {screen_id for table in files.values() for screen_id in table}
    named = named and TEXTS not in draft.broken
    for language, overlay in words.items():
        known = overlay if named else of_those_read(overlay, there, draft.texts)
        where = OVERLAY.format(language)
        faults.extend(overlay_faults(where, known, there, draft.sure(), draft.texts))
    book = Book(_version(files, words), draft.screens, draft.texts)
    return Reading(book, faults, not draft.broken, named, frozenset({"en", *words}))


@dataclass(slots=True)
class _Draft:
    """A book being read. A broken screen is there without its fields; a doubtful one had more."""

    words: Mapping[str, Any]
    faults: list[str]
    screens: dict[str, Screen] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)

    def add(self, name: str, screen_id: str, raw: Any) -> None:
        """Add one table of a file."""
        before = len(self.faults)
        if screen_id == TEXTS and not isinstance(raw, dict):
            self.faults.append(f"{name}: texts: must be a table, write [texts] above them")
            self.broken.add(TEXTS)
        elif screen_id == TEXTS:
            self._add_texts(name, raw)
        elif screen_id in self.screens:
            other = self.screens[screen_id].file
            self.faults.append(f"{name}: {screen_id}: also in {other}, rename one")
            self.broken.add(screen_id)
        elif _is_sound(name, screen_id, raw, self.faults):
            of_kind = {one: value for one, value in raw.items() if one in ALLOWED[raw["kind"]]}
            self.screens[screen_id] = _screen(name, screen_id, of_kind, self.words)
        else:
            self.screens[screen_id] = _bare(name, screen_id, raw)
            self.broken.add(screen_id)
        if len(self.faults) > before:
            self.doubtful.add(screen_id)

    def _add_texts(self, name: str, raw: Mapping[str, Any]) -> None:
        for text_id, english in raw.items():
            if text_id in self.texts:
                self.faults.append(f"{name}: texts: '{text_id}' is there twice, rename one")
            elif isinstance(english, str):
                self.texts[text_id] = _text(english, self.words, TEXTS, text_id)
            else:
                self.faults.append(f"{name}: texts: '{text_id}' must be one text in quotes")
                self.texts[text_id] = {}

    def sure(self) -> dict[str, Screen]:
        """Return the screens whose translation can be judged."""
        return {one: screen for one, screen in self.screens.items() if one not in self.doubtful}


def _bare(name: str, screen_id: str, raw: Any) -> Screen:
    """Return a screen that stands for a broken one, so that what leads to it is no fault."""
    kind = raw.get("kind") if isinstance(raw, dict) else None
    known = isinstance(kind, str) and kind in ALLOWED
    return Screen(screen_id, cast("Kind", kind) if known else "end", name)


def _version(*tables: Mapping[str, Any]) -> str:
    return hashlib.sha256(repr(tables).encode()).hexdigest()[:8]


def _is_sound(name: str, screen_id: str, raw: Any, faults: list[str]) -> bool:
    """Whether a screen can be built; a field it cannot have is a fault, and is left out."""
    where = f"{name}: {screen_id}"
    if not isinstance(raw, dict):
        faults.append(f"{where}: must be a table, write [{screen_id}] above its fields")
        return False
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in ALLOWED:
        faults.append(f"{where}: kind is {kind!r}, write one of {', '.join(ALLOWED)}")
        return False
    a_kind = f"{'an' if kind == 'end' else 'a'} {kind}"
    faults.extend(
        f"{where}: {a_kind} has no field '{extra}'" for extra in sorted(raw.keys() - ALLOWED[kind])
    )
    before = len(faults)
    faults.extend(
        f"{where}: {a_kind} needs the field '{missing}'"
        for missing in sorted(NEEDED[kind] - raw.keys())
    )
    faults.extend(f"{where}: {fault}" for fault in misshapen(raw))
    if kind == "call" and raw.get("effect") not in EFFECTS:
        faults.append(f"{where}: effect must be one of {', '.join(EFFECTS)}")
    return len(faults) == before


def _text(english: str, words: Mapping[str, Any], *path: str) -> Text:
    text = {"en": english}
    for language, overlay in words.items():
        found: Any = overlay
        for step in path:
            found = found.get(step, {}) if isinstance(found, dict) else {}
        if isinstance(found, str):
            text[language] = found
    return text


def _screen(name: str, screen_id: str, raw: Mapping[str, Any], words: Mapping[str, Any]) -> Screen:
    options = _options(screen_id, raw, words)
    return Screen(
        id=screen_id,
        kind=raw["kind"],
        file=name,
        text=_text(raw.get("text", ""), words, screen_id, "text"),
        sms=_text(raw["sms"], words, screen_id, "sms") if "sms" in raw else {},
        options=options,
        by_key={option.key: option for option in options},
        slot=raw.get("slot", ""),
        next=raw.get("next", ""),
        codes=_codes(raw),
        sms_wrong=raw.get("sms_wrong", ""),
        free=raw.get("free", False),
        skip=raw.get("skip", False),
        limit=raw.get("limit", 0),
        effect=raw.get("effect", "read"),
        action=raw.get("action", ""),
        passes=tuple(raw.get("with", ())),
        args=tuple(raw.get("args", {}).items()),
        exits={exit_: _exit(way) for exit_, way in raw.get("exits", {}).items()},
        counts=raw.get("counts", ""),
        private=raw.get("private", False),
    )


def _options(
    screen_id: str, raw: Mapping[str, Any], words: Mapping[str, Any]
) -> tuple[Option, ...]:
    keys, shown = raw.get("keys", {}), raw.get("shown", {})
    return tuple(
        Option(
            key=keys.get(target, str(at)),
            target=target,
            label=_text(label, words, screen_id, "options", target),
            shown=shown.get(target, ""),
        )
        for at, (target, label) in enumerate(raw.get("options", {}).items(), start=1)
    )


def _codes(raw: Mapping[str, Any]) -> Codes | None:
    if raw["kind"] == "list":
        return Codes(raw["rows"], raw["slot"], raw["next"], tuple(raw.get("with", ())))
    codes = raw.get("codes")
    if codes is None:
        return None
    return Codes(codes["rows"], codes["slot"], codes["next"], tuple(codes.get("with", ())))


def _exit(way: Any) -> Exit:
    return Exit(way) if isinstance(way, str) else Exit(way["to"], way.get("say", ""))
