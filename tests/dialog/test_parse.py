"""This file tests that a mistake in the menus is told by file, screen and a sentence."""

import pytest

from chalicelib.dialog.book import Codes, Exit
from chalicelib.dialog.parse import parse
from chalicelib.dialog.tables import BookFaults

SCREEN = "[home]\nkind = 'menu'\ntext = 'Hi'\n[home.options]\nhome = 'Again'\n"
END = "[bye]\nkind = 'end'\ntext = 'Bye'\n"
LIST = "[l]\nkind = 'list'\ntext = 'T'\nrows = 'r'\nslot = 's'\nnext = 'l'\n"
CHOICE = "[c]\nkind = 'choice'\ntext = 'T'\nslot = 's'\nnext = 'c'\noptions = { a = 'A' }\n"
QUESTION = "[q]\nkind = 'question'\ntext = 'T'\nslot = 's'\nnext = 'q'\n"
CALL = "[k]\nkind = 'call'\naction = 'a'\neffect = 'read'\n"
EXITS = "exits = { found = 'home' }\n"


def faults(text: str, overlay: str = "") -> list[str]:
    """Parse one file and one overlay that must be refused; return the faults."""
    with pytest.raises(BookFaults) as refused:
        parse({"m.toml": text}, {"km": overlay})
    assert str(refused.value) == "\n".join(refused.value.faults)
    return refused.value.faults


TABLE = "must be a table of texts"
MISTAKES = [
    ("home = 1", "m.toml: home: must be a table, write [home] above its fields"),
    (
        "[home]\nkind = 'page'",
        "m.toml: home: kind is 'page', write one of menu, choice, question, list, call, end",
    ),
    (
        "[home]\nkind = []",
        "m.toml: home: kind is [], write one of menu, choice, question, list, call, end",
    ),
    (
        "[home]\ntext = 'Hi'",
        "m.toml: home: kind is None, write one of menu, choice, question, list, call, end",
    ),
    (END + "slot = 'x'", "m.toml: bye: an end has no field 'slot'"),
    (END + "txet = 'x'", "m.toml: bye: an end has no field 'txet'"),
    ("[bye]\nkind = 'end'", "m.toml: bye: an end needs the field 'text'"),
    ("[bye]\nkind = 'end'\ntext = 5", "m.toml: bye: 'text' must be a text in quotes"),
    (QUESTION + "free = 1", "m.toml: q: 'free' must be true or false"),
    (QUESTION + "skip = 'yes'", "m.toml: q: 'skip' must be true or false"),
    (QUESTION + "limit = true", "m.toml: q: 'limit' must be a whole number over 0"),
    (QUESTION + "limit = 0", "m.toml: q: 'limit' must be a whole number over 0"),
    (LIST + "with = 's'", "m.toml: l: 'with' must be a list of slots in quotes"),
    (LIST + "with = [1]", "m.toml: l: 'with' must be a list of slots in quotes"),
    ("[m]\nkind = 'menu'\ntext = 'T'\noptions = 'A'", f"m.toml: m: 'options' {TABLE}"),
    ("[m]\nkind = 'menu'\ntext = 'T'\noptions = { a = 1 }", f"m.toml: m: 'options' {TABLE}"),
    (CHOICE + "keys = { a = 6 }", f"m.toml: c: 'keys' {TABLE}"),
    (CHOICE + "keys = { b = '6' }", "m.toml: c: keys: no option 'b' on this screen"),
    (CHOICE + "shown = { b = 'x' }", "m.toml: c: shown: no option 'b' on this screen"),
    (
        CHOICE + "codes = { rows = 'r', slot = 's' }",
        "m.toml: c: 'codes' must be a table of rows, slot and next, and maybe with",
    ),
    (
        CHOICE + "codes = { rows = 'r', slot = 's', next = 'c', with = 's' }",
        "m.toml: c: 'codes' must be a table of rows, slot and next, and maybe with",
    ),
    (
        CHOICE + "codes = { rows = 'r', slot = 's', next = 5 }",
        "m.toml: c: 'codes' must be a table of rows, slot and next, and maybe with",
    ),
    (
        CHOICE + "codes = 'r'",
        "m.toml: c: 'codes' must be a table of rows, slot and next, and maybe with",
    ),
    (CALL, "m.toml: k: a call needs the field 'exits'"),
    (
        CALL + "exits = { found = 5 }",
        "m.toml: k: 'exits' must be a table of screens, each a name or { to = name, say = text }",
    ),
    (
        CALL + "exits = { found = { say = 'x' } }",
        "m.toml: k: 'exits' must be a table of screens, each a name or { to = name, say = text }",
    ),
    (
        CALL + "exits = { found = { to = 'home', day = 'x' } }",
        "m.toml: k: 'exits' must be a table of screens, each a name or { to = name, say = text }",
    ),
    (
        CALL.replace("read", "write") + EXITS,
        "m.toml: k: effect must be one of read, note, submit",
    ),
    ("texts = 5", "m.toml: texts: must be a table, write [texts] above them"),
    ("[texts]\nback = 5", "m.toml: texts: 'back' must be one text in quotes"),
]


@pytest.mark.parametrize(("text", "fault"), MISTAKES, ids=[fault[8:] for _, fault in MISTAKES])
def test_a_mistake_is_told_by_file_screen_and_sentence(text: str, fault: str) -> None:
    assert faults(text) == [fault]


@pytest.mark.parametrize(
    ("overlay", "fault"),
    [
        ("[hmoe]\ntext = 'x'", "locales/km.toml: hmoe: no such screen in English"),
        ("[home]\nlabel = 'x'", "locales/km.toml: home: no field 'label' in English"),
        ("[home]\nsms = 'x'", "locales/km.toml: home: no field 'sms' in English"),
        ("[home]\ntext = 5", "locales/km.toml: home: 'text' must be a text in quotes"),
        ("[home]\noptions = 5", "locales/km.toml: home: 'options' must be a table of texts"),
        ("[home.options]\nx = 'x'", "locales/km.toml: home: no option 'x' in English"),
        ("[home.options]\nhome = 5", "locales/km.toml: home: 'home' must be a text in quotes"),
        ("[texts]\nx = 'x'", "locales/km.toml: texts: no text 'x' in English"),
        ("home = 5", "locales/km.toml: home: must be a table, write [home] above its fields"),
    ],
)
def test_a_translation_of_nothing_is_a_typing_mistake(overlay: str, fault: str) -> None:
    assert faults(SCREEN, overlay) == [fault]


def test_what_is_no_toml_is_told_with_its_line() -> None:
    (fault,) = faults("[home\n")
    assert fault.startswith("m.toml: not TOML: ")
    assert "line 1" in fault
    (fault,) = faults(SCREEN, "[home\n")
    assert fault.startswith("locales/km.toml: not TOML: ")


def test_a_screen_or_text_may_stand_in_one_file_only() -> None:
    texts = "[texts]\nback = 'Back'\n"
    with pytest.raises(BookFaults) as refused:
        parse({"a.toml": END + texts, "b.toml": END + texts}, {})
    assert refused.value.faults == [
        "b.toml: bye: also in a.toml, rename one",
        "b.toml: texts: 'back' is there twice, rename one",
    ]


def test_every_fault_is_told_and_none_that_only_follows_from_another() -> None:
    overlay = "[bye]\ntext = 'x'\n[other]\ntext = 'x'\n"
    assert faults("[bye]\nkind = 'end'\n[q]\nkind = 'ask'\n", overlay) == [
        "m.toml: bye: an end needs the field 'text'",
        "m.toml: q: kind is 'ask', write one of menu, choice, question, list, call, end",
        "locales/km.toml: other: no such screen in English",
    ]


def test_a_sound_file_becomes_a_book() -> None:
    call = CALL + "with = ['s']\nargs = { x = 'y' }\n"
    exits = "exits = { found = 'home', none = { to = 'bye', say = 'gone' } }\n"
    codes = "codes = { rows = 'r', slot = 's', next = 'c', with = ['s'] }\nkeys = { a = '6' }\n"
    text = SCREEN + END + LIST + CHOICE + codes + call + exits + "[texts]\ngone = 'Gone'\n"
    book = parse({"m.toml": text}, {"km": "[home]\ntext = 'x'\n[home.options]\nhome = 'y'\n"})
    assert book.screens["home"].text == {"en": "Hi", "km": "x"}
    assert book.screens["home"].options[0].label == {"en": "Again", "km": "y"}
    assert book.screens["c"].by_key["6"].target == "a"
    assert book.screens["c"].codes == Codes("r", "s", "c", ("s",))
    assert book.screens["l"].codes == Codes("r", "s", "l")
    assert book.screens["k"].exits == {"found": Exit("home"), "none": Exit("bye", "gone")}
    assert (book.screens["k"].passes, book.screens["k"].args) == (("s",), (("x", "y"),))
    assert book.screens["bye"].file == "m.toml"
    assert book.words("gone", "km") == "Gone"


def test_tables_of_others_are_left_to_them() -> None:
    assert parse({"m.toml": "alone = 5\n" + END}, {}, ("alone",)).screens.keys() == {"bye"}


def test_the_version_is_of_the_content_whatever_the_order_of_files() -> None:
    files = {"a.toml": END, "b.toml": SCREEN}
    version = parse(files, {}).version
    assert len(version) == 8
    assert parse(dict(reversed(files.items())), {}).version == version
    assert parse({**files, "a.toml": END.replace("Bye", "By")}, {}).version != version
    assert parse(files, {"km": "[bye]\ntext = 'x'"}).version != version
