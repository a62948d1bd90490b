"""This file tests the check of the menus: the shipped ones are sound, and each rule can fire."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from chalicelib.acting import Context
from chalicelib.actions import ACTIONS
from chalicelib.capabilities.ballots import DIMENSIONS
from chalicelib.capabilities.complaints import code_of
from chalicelib.capabilities.subscribers import STRANGER
from chalicelib.cli.longest import examples
from chalicelib.cli.menus import check_menus, faults_under, rules
from chalicelib.dialog.book import LANGUAGES, EffectKind, Say
from chalicelib.dialog.lint import lint
from chalicelib.dialog.lint_keywords import keyword_faults
from chalicelib.dialog.lint_rules import Rules
from chalicelib.dialog.parse import parse
from chalicelib.dialog.tables import ALLOWED, EFFECTS, NEEDED, BookFaults
from chalicelib.shipped import menu_files, overlays
from chalicelib.telecom.budget import Profile, SmsBudget
from tests.builders import KAMRIENG, MONDAY, a_party
from tests.world import World

MENUS = Path(__file__).parent.parent / "ussd_menus"
SMALL = Path(__file__).parent / "menus"
SMALL_FILES = [*sorted(one.name for one in SMALL.glob("*.toml")), "km", "km-Latn"]

BOOK = """
[home]
kind = "menu"
text = "Welcome"
options = { offices = "Offices", complain = "Complain" }

[offices]
kind = "list"
text = "Choose:"
rows = "offices"
slot = "office"
next = "office"

[office]
kind = "call"
effect = "read"
action = "office"
with = ["office"]
exits = { found = "office_found", none = { to = "home", say = "no_office" } }

[office_found]
kind = "menu"
text = "{name}"
options = { complain = "Complain" }

[complain]
kind = "question"
text = "Write it:"
slot = "words"
free = true
limit = 100
next = "keep"

[keep]
kind = "call"
effect = "submit"
action = "keep"
with = ["words"]
exits = { done = "kept" }

[kept]
kind = "end"
text = "Thank you."

[expired]
kind = "end"
text = "Over. Dial {ussd}."

[too_long]
kind = "end"
text = "Over."

[busy]
kind = "end"
text = "Busy."

[not_recorded]
kind = "end"
text = "Not kept."

[texts]
no_office = "No such office."
err_choice = "Wrong key."
back = "0 Back"
next = "9 More"
menu_renewed = "New."
hall = "{town} hall"
"""
KM = """
[home]
text = "សូមស្វាគមន៍"
options = { offices = "ការិយាល័យ", complain = "បណ្តឹង" }
[offices]
text = "សូមជ្រើស៖"
[office_found]
options = { complain = "បណ្តឹង" }
[complain]
text = "សូមសរសេរ៖"
[kept]
text = "សូមអរគុណ។"
[expired]
text = "ចប់។ ចុច {ussd}"
[too_long]
text = "ចប់។"
[busy]
text = "រវល់។"
[not_recorded]
text = "មិនបានកត់ទុក។"
[texts]
no_office = "រកមិនឃើញ។"
err_choice = "លេខខុស។"
back = "0 ថយក្រោយ"
next = "9 បន្ត"
menu_renewed = "ថ្មី។"
hall = "សាលា {town}"
"""
LATIN = """
[home]
text = "Svakom"
options = { offices = "Kariyalay", complain = "Bandeung" }
[offices]
text = "Som chroes:"
[office_found]
options = { complain = "Bandeung" }
[complain]
text = "Som sorser:"
[kept]
text = "Som orkun."
[expired]
text = "Chob. Choch {ussd}"
[too_long]
text = "Chob."
[busy]
text = "Roval."
[not_recorded]
text = "Min ban kot tuk."
[texts]
no_office = "Rok min kheunh."
err_choice = "Lek khos."
back = "0 Thoy kraoy"
next = "9 Bantor"
menu_renewed = "Thmei."
hall = "Sala {town}"
"""


@dataclass(frozen=True)
class AnAction:
    """An action as the check sees it."""

    kind: EffectKind = "read"
    exits: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    private: bool = False


@dataclass(frozen=True)
class Held:
    """What the book above is held to."""

    paths: Mapping[str, Mapping[str, str]] = field(
        default_factory=lambda: {"alone": {"COMPLAIN": "2"}, "with_rest": {"COMPLAIN": "2*{rest}"}}
    )
    name: object = field(default_factory=lambda: Say("hall", {"town": "Kamrieng"}))
    rows: Sequence[tuple[str, str]] = (("0212", "Kamrieng"),)
    rows_take: frozenset[str] = frozenset()
    screen: Profile = field(default_factory=Profile)
    unseen: bool = False

    def rules(self) -> Rules:
        """Return it as the check takes it."""
        return Rules(
            actions={
                "offices": AnAction(takes=self.rows_take),
                "office": AnAction("read", frozenset({"found", "none"}), frozenset({"office"})),
                "keep": AnAction(
                    "submit", frozenset({"done"}), frozenset({"words"}), private=self.unseen
                ),
            },
            facts={"offices": [{"rows": self.rows}], "office": [{"name": self.name}]},
            common={"ussd": "*1#"},
            said=dict.fromkeys(("err_choice", "back", "next", "menu_renewed"), ()),
            paths=self.paths,
            keywords={"COMPLAIN"},
            files=dict.fromkeys(("no_office", "err_choice", "back", "next", "hall"), "a.toml"),
            sent=SmsBudget(2),
            screen=self.screen,
        )


def faults(
    *changes: tuple[str, str],
    km: tuple[str, str] = ("", ""),
    latin: tuple[str, str] = ("", ""),
    held: Held | None = None,
    more: str = "",
) -> list[str]:
    """Return the faults of the book with some of its words replaced."""
    book = BOOK
    for old, new in changes:
        assert old in book
        book = book.replace(old, new, 1)
    assert km[0] in KM
    assert latin[0] in LATIN
    words = {"km": KM.replace(*km, 1), "km-Latn": LATIN.replace(*latin, 1)}
    return lint(parse({"a.toml": more + book}, words), (held or Held()).rules())


def test_the_shipped_menus_have_no_fault() -> None:
    assert check_menus(menu_files(), overlays()) == []


@pytest.mark.parametrize("name", sorted(menu_files()))
def test_every_fault_names_its_file(name: str) -> None:
    files = {**menu_files(), name: "[broken"}
    found = check_menus(files, overlays())
    assert found
    assert any(fault.startswith(f"{name}: ") for fault in found)


# The Citizens' Office advises and mediates; what it says binds nobody.
DECIDES = re.compile(
    r"decision|decid|ruling|verdict|judg|s[ao]m+rech|សម្រេច|សំរេច|វិនិច្ឆ័យ", re.IGNORECASE
)


def test_no_text_calls_what_the_ombudsperson_says_a_decision() -> None:
    assert DECIDES.search("the decision of the office")
    for name, whole in {**menu_files(), **overlays()}.items():
        words = [line for line in whole.splitlines() if not line.startswith("#")]
        assert [line for line in words if DECIDES.search(line)] == [], name


def test_the_book_of_these_tests_is_sound() -> None:
    assert faults() == []


def test_a_way_to_no_screen_is_a_fault() -> None:
    assert faults(('next = "keep"', 'next = "kep"')) == [
        "a.toml: complain: 'text' leads to 'kep': no such screen"
    ]


def test_a_text_that_is_not_there_is_a_fault() -> None:
    assert "a.toml: office: it says 'no_ofice': no such text under [texts]" in faults(
        ('say = "no_office"', 'say = "no_ofice"')
    )


@pytest.mark.parametrize("needed", ["expired", "too_long", "busy", "not_recorded"])
def test_a_missing_ending_is_a_fault(needed: str) -> None:
    other = (f"[{needed}]", "[other]")
    found = faults(other, km=other, latin=other)
    assert f"endings.toml: {needed}: this screen is needed, of kind end" in found


def test_an_unknown_action_is_a_fault() -> None:
    [fault] = faults(('action = "keep"', 'action = "kep"'))
    assert fault.startswith("a.toml: keep: no action 'kep'")


def test_an_effect_that_is_not_the_actions_is_a_fault() -> None:
    found = faults(('effect = "submit"', 'effect = "read"'))
    assert "a.toml: keep: 'keep' is a submit, write effect = \"submit\"" in found


def test_an_exit_that_leads_nowhere_is_a_fault() -> None:
    found = faults((', none = { to = "home", say = "no_office" }', ""))
    assert "a.toml: office: exit 'none' of 'office' leads nowhere, add it to exits" in found


def test_an_exit_that_is_never_taken_is_a_fault() -> None:
    [fault] = faults(('{ done = "kept" }', '{ done = "kept", lost = "busy" }'))
    assert fault == "a.toml: keep: 'keep' never takes the exit 'lost', take it out"


def test_an_action_that_is_not_given_what_it_needs_is_a_fault() -> None:
    found = faults(('with = ["words"]\n', ""))
    assert found == ["a.toml: keep: 'keep' needs 'words', add it to with or args"]


def test_rows_of_no_read_are_a_fault() -> None:
    [fault] = faults(('rows = "offices"', 'rows = "keep"'))
    assert fault == "a.toml: offices: rows is 'keep': no read of that name in actions.py"


def test_rows_that_are_not_given_what_they_need_are_a_fault() -> None:
    found = faults(held=Held(rows_take=frozenset({"town"})))
    assert found == ["a.toml: offices: 'offices' needs 'town', add it to with"]


def test_a_screen_that_no_key_leads_to_is_a_fault() -> None:
    lonely = '[lonely]\nkind = "end"\ntext = "{name}"\n'
    assert "a.toml: lonely: no key leads here from home" in faults(more=lonely)


def test_a_dead_end_is_a_fault() -> None:
    stuck = 'options = { complain = "Complain" }\n\n[complain]'
    found = faults(
        (stuck, 'options = { office_found = "Again" }\n\n[complain]'),
        km=("[office_found]\noptions = { complain", "[office_found]\noptions = { office_found"),
        latin=("[office_found]\noptions = { complain", "[office_found]\noptions = { office_found"),
    )
    assert found == ["a.toml: office_found: a dead end: nothing leads on from here"]


def test_calls_in_a_ring_are_a_fault() -> None:
    found = faults(('none = { to = "home", say = "no_office" }', 'none = "office"'))
    assert "a.toml: office: calls in a ring: office -> office" in found


def test_a_ring_of_two_calls_is_told_once() -> None:
    found = faults(
        ('say = "no_office"', 'say = "no_office" }, lost = { to = "keep"'),
        ('{ done = "kept" }', '{ done = "office" }'),
    )
    assert [one for one in found if "calls in a ring" in one] == [
        "a.toml: keep: calls in a ring: keep -> office -> keep"
    ]


def test_a_slot_that_one_path_leaves_empty_is_a_fault() -> None:
    found = faults(('with = ["words"]', 'with = ["words", "office"]'))
    assert found == ["a.toml: keep: slot 'office' is not filled on every path to here"]


@pytest.mark.parametrize("key", ["0", "00", "9"])
def test_a_reserved_key_is_a_fault(key: str) -> None:
    found = faults(("\n[offices]", f'keys = {{ complain = "{key}" }}\n\n[offices]'))
    reserved = "which is reserved: 0 back, 00 home, 9 more"
    assert f"a.toml: home: option 'complain' has the key '{key}', {reserved}" in found


def test_a_key_that_may_be_a_permanent_code_is_a_fault() -> None:
    found = faults(("\n[offices]", 'keys = { complain = "12" }\n\n[offices]'))
    wanted = "write one digit, longer ones are permanent codes"
    assert f"a.toml: home: option 'complain' has the key '12': {wanted}" in found


def test_a_key_given_twice_is_a_fault() -> None:
    found = faults(("\n[offices]", 'keys = { complain = "1" }\n\n[offices]'))
    twice = "a.toml: home: option 'complain' has the key '1', and so has an option before it"
    assert twice in found


def test_free_text_that_leads_on_is_a_fault() -> None:
    found = faults(('next = "keep"', 'next = "office_found"'))
    assert "a.toml: complain: free text takes all the rest: lead it to a submit at once" in found


def test_free_text_without_a_limit_is_a_fault() -> None:
    found = faults(("limit = 100\n", ""))
    assert found == ["a.toml: complain: free text needs a limit, the characters that are kept"]


def test_a_choice_to_skip_what_is_no_free_text_is_a_fault() -> None:
    found = faults(("free = true\nlimit = 100", "skip = true"))
    assert "a.toml: complain: only free text can be skipped with 0, take skip out" in found


def test_a_private_action_past_every_private_screen_is_a_fault() -> None:
    past = "a.toml: keep: keys lead here past every private screen: write private = true"
    assert past in faults(held=Held(unseen=True))
    behind = ('slot = "words"', 'slot = "words"\nprivate = true')
    assert faults(behind, held=Held(unseen=True)) == []


def test_a_private_screen_that_is_counted_is_a_fault() -> None:
    found = faults(('slot = "words"', 'slot = "words"\nprivate = true\ncounts = "complaints"'))
    assert found == ["a.toml: complain: a private screen is not counted, take counts out"]


def test_a_submit_that_leads_on_is_a_fault() -> None:
    found = faults(('{ done = "kept" }', '{ done = "home" }'))
    assert "a.toml: keep: exit 'done' of a submit leads on, lead it to an end" in found


def test_a_keyword_that_is_in_no_list_is_a_fault() -> None:
    held = Held(paths={"alone": {"COMPLANE": "2"}})
    assert faults(held=held) == ["sms.toml: alone: no keyword 'COMPLANE' in keywords.toml"]


@pytest.mark.parametrize("path", ["3", "1*{rest}*4"])
def test_a_keyword_for_keys_that_are_none_is_a_fault(path: str) -> None:
    [fault] = faults(held=Held(paths={"with_rest": {"COMPLAIN": path}}))
    assert fault == (
        f'sms.toml: with_rest: COMPLAIN = "{path}" holds a key that is none of its screen'
    )


@pytest.mark.parametrize("path", ["", "1", "1*{rest}", "1*{rest}*1", "2*{rest}", "2*{rest}*1"])
def test_a_keyword_for_keys_of_the_screens_is_none(path: str) -> None:
    assert faults(held=Held(paths={"with_rest": {"COMPLAIN": path}})) == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_text_without_its_translation_is_a_fault(language: str) -> None:
    gone = ("[complain]\ntext = ", "[complain]\n#")
    found = faults(**{"km" if language == "km" else "latin": gone})
    assert found == [f"locales/{language}.toml: complain: text is not translated to {language}"]


def test_an_option_without_its_translation_is_a_fault() -> None:
    [fault] = faults(km=('offices = "ការិយាល័យ", ', ""))
    assert fault == "locales/km.toml: home: option 'offices' is not translated to km"


def test_placeholders_that_differ_are_a_fault() -> None:
    [fault] = faults(km=("ចុច {ussd}", "ចុច"))
    assert fault == "locales/km.toml: expired: text has other placeholders than English: {ussd}"


def test_placeholders_that_differ_by_a_language_ending_are_none() -> None:
    held = Held(name=Say("hall", {"town": "x", "town_en": "x", "town_km": "x", "town_la": "x"}))
    assert (
        faults(
            ("{town} hall", "{town_en} hall"),
            km=("{town}", "{town_km}"),
            latin=("{town}", "{town_la}"),
            held=held,
        )
        == []
    )


def test_a_placeholder_that_nothing_fills_is_a_fault() -> None:
    found = faults(('text = "{name}"', 'text = "{name} {fee}"'))
    assert found == ["a.toml: office_found: text says {fee}, which nothing fills here"]


def test_a_placeholder_that_is_filled_elsewhere_only_is_a_fault() -> None:
    found = faults(
        ("Thank you.", "{name}"), km=("សូមអរគុណ។", "{name}"), latin=("Som orkun.", "{name}")
    )
    assert found == []
    found = faults(
        ("Welcome", "Welcome {name}"), km=("សូមស្វាគមន៍", "{name}"), latin=("Svakom", "{name}")
    )
    assert "a.toml: home: text says {name}, which nothing fills here" in found


def test_a_text_that_nothing_says_is_a_fault() -> None:
    [fault] = faults(held=Held(name="Kamrieng"))
    assert fault == "a.toml: texts: nothing says 'hall', take it out"


def test_a_text_that_the_code_misses_is_a_fault() -> None:
    gone = ("menu_renewed = ", "#")
    [fault] = faults(gone, km=gone, latin=gone)
    assert fault.startswith("texts: 'menu_renewed' is missing")


@pytest.mark.parametrize("foreign", ["ខ្មែរ", "’", "ê", "៛"])
def test_a_letter_outside_gsm7_on_a_latin_screen_is_a_fault(foreign: str) -> None:
    [fault] = faults(latin=("Som chroes:", f"Som chroes {foreign}:"))
    assert fault.startswith("locales/km-Latn.toml: offices: text holds ")
    assert "which is not in GSM-7" in fault
    assert faults(("Thank you.", f"Thank {foreign}"))[0].startswith("a.toml: kept: text holds ")


@pytest.mark.parametrize("mark", ["\u200b", "\u200c", "\u200d", "\ufeff", "\u00a0"])
def test_a_hidden_mark_in_khmer_is_a_fault(mark: str) -> None:
    [fault] = faults(km=("សូមជ្រើស៖", f"សូម{mark}ជ្រើស៖"))
    assert fault.startswith("locales/km.toml: offices: text holds a mark that nobody sees")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ចំនួន ៥", "holds a Khmer digit"),
        ("ចប់ ។", "has a space before"),
        ("ចប់ “ហើយ”", "neither Khmer nor on a keypad"),
        ("ក\u17dd\u17d2ក", "is not in Unicode form NFC"),
        ("សិទិ្ធ", "in another order than khnormal: សិទ្ធិ"),
        ("ចំា", "in another order than khnormal: ចាំ"),
    ],
)
def test_khmer_that_is_not_as_it_should_be_written_is_a_fault(text: str, sentence: str) -> None:
    [fault] = faults(km=("សូមជ្រើស៖", text))
    assert fault.startswith("locales/km.toml: offices: text ")
    assert sentence in fault


def test_an_end_that_is_longer_than_a_screen_is_a_fault() -> None:
    [fault] = faults(("Thank you.", "Thank you. " * 15))
    assert fault == "a.toml: kept: this end in en takes 169 of 160, shorten it"
    [fault] = faults(km=("សូមអរគុណ។", "សូមអរគុណ " * 8))
    assert fault == "a.toml: kept: this end in km takes 76 of 70, shorten it"


def test_help_that_leaves_no_room_for_its_screen_is_a_fault() -> None:
    found = faults(km=("លេខខុស។", "លេខមិនត្រឹមត្រូវ សូមជ្រើសម្តងទៀត " * 2))
    assert [fault for fault in found if "'err_choice' in km takes" in fault]


def test_what_is_said_on_the_way_and_does_not_fit_is_a_fault() -> None:
    found = faults(("No such office.", "No such office here or elsewhere. " * 5))
    assert found == ["a.toml: home: 'no_office' in en takes 174 of 160: no room for it here"]


def test_a_screen_whose_pages_cannot_be_turned_is_a_fault() -> None:
    long = Held(rows=[(f"{code}", "Kamrieng district") for code in range(100, 130)])
    assert faults(held=long) == []
    found = faults(('next = "9 More"', f'next = "9 {"More " * 40}"'), held=long)
    assert "a.toml: offices: not all of it is shown in en: too long to be turned by 9" in found


def test_a_page_that_the_network_cannot_show_is_a_fault() -> None:
    found = faults(held=Held(screen=Profile(septets=4, units=4)))
    assert "a.toml: complain: a page in en takes 13 of 4" in found


def test_a_list_of_more_pages_than_anybody_turns_is_a_fault() -> None:
    found = faults(held=Held(rows=[(f"{code}", "Kamrieng") for code in range(100, 600)]))
    assert "a.toml: offices: not all of it is shown in en: too long to be turned by 9" in found


def test_a_screen_with_nothing_to_say_is_a_fault() -> None:
    found = faults(
        ('text = "Write it:"', 'text = "{name}"'),
        km=("សូមសរសេរ៖", "{name}"),
        latin=("Som sorser:", "{name}"),
        held=Held(name=Say("hall", {"town": ""})),
    )
    assert "a.toml: complain: nothing is shown in en" in found


def test_what_the_code_says_by_sms_is_one_part() -> None:
    found = faults(("New.", "The menu is new. " * 10))
    assert [fault for fault in found if "'menu_renewed' in en takes 170 of 160" in fault]


def test_a_message_that_would_be_cut_is_a_fault() -> None:
    words = " ".join(["Kamrieng"] * 40)
    sms = ('text = "{name}"', 'text = "{name}"\nsms = "{name}"')
    [fault, *_] = faults(sms, held=Held(name=Say("hall", {"town": words})))
    assert fault == "a.toml: office_found: sms in en takes 364 of 306, it would be cut"


def test_faults_of_form_and_of_sense_are_all_told_at_once() -> None:
    found = faults(('with = ["words"]\n', ""), ("limit = 100\n", ""), km=("ចុច {ussd}", "ចុច"))
    assert len(found) == 3


def test_a_word_under_two_keywords_is_a_fault() -> None:
    files = {**menu_files(), "keywords.toml": '[FEE]\nen = ["price"]\n[INFO]\nen = ["price"]\n'}
    assert [one for one in check_menus(files, overlays()) if "'price' stands under FEE too" in one]


def keyword_faults_of(text: str) -> list[str]:
    return keyword_faults(tomllib.loads(text))


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (
            '[A]\nen = ["tickat"]',
            "'tickat' is one letter from 'ticket' of TICKET: a slip would mix",
        ),
        ('[A]\nen = ["tikcet"]', "'tikcet' is one letter from 'ticket' of TICKET"),
        ('[A]\nneeds_number = ["tikets"]', "'tikets' is one letter from 'tiket' of TICKET"),
        ('[A]\nkm = ["ticket"]', "'ticket' stands under TICKET too: leave it under one of them"),
        ('[A]\nen = ["!"]', "'!' holds no letter: drop it"),
        ('[A]\nen = "rate"', "'en' must be a list of words in quotes"),
        ('[A]\nlao = ["x"]', "no field 'lao', write one of courtesy, en,"),
        ('[A]\nfuzzy = "no"', "'fuzzy' must be true or false"),
        ('[A]\nvalues = ["x"]', "'values' must be a table of lists of words"),
    ],
)
def test_a_word_that_could_be_mixed_up_or_read_wrongly_is_a_fault(written: str, fault: str) -> None:
    table = f'[TICKET]\nen = ["ticket", "tiket", "lek"]\n{written}\n'
    assert any(one.startswith(f"keywords.toml: A: {fault}") for one in keyword_faults_of(table))


def test_an_action_that_is_no_table_is_a_fault() -> None:
    wanted = "must be a table of words, write its name in brackets above them"
    assert keyword_faults_of('A = ["x"]\n') == [f"keywords.toml: A: {wanted}"]


@pytest.mark.parametrize("other", ["lok", "bangkan", "tickets now"])
def test_short_words_and_words_two_letters_apart_are_no_fault(other: str) -> None:
    assert keyword_faults_of(f'[A]\nen = ["ticket", "lek"]\n[B]\nen = ["{other}"]\n') == []


def test_every_fault_of_the_keywords_is_told_in_one_pass() -> None:
    table = '[A]\nen = ["price", "!"]\nlao = ["x"]\n[B]\nen = ["price", "prices"]\n'
    assert len(keyword_faults_of(table)) == 4


def changed(file: str, old: str, new: str) -> list[str]:
    """Return the faults of the small menus with one change and a stray translation."""
    files, words = small_menus()
    into, key = (words, file) if file in words else (files, file)
    assert old in into[key]
    into[key] = into[key].replace(old, new, 1)
    words["km"] += '\n[stray]\ntext = "x"\n'
    return faults_of_small(files, words)


STRAY = "locales/km.toml: stray: no such screen in English"


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("tickets.toml", 'next = "ticket_status"', 'next = "x"', "tickets.toml: ticket: 'answer'"),
        ("tickets.toml", "[ticket]\n", "[x]\nkind='end'\ntext='1'\n[ticket]\n", "tickets.toml: x:"),
        ("km-Latn", 'ticket = "Bangkan dai"\n', "", "locales/km-Latn.toml: home: option 'ticket'"),
        ("km-Latn", "Bangkan", "ស", "locales/km-Latn.toml: home: option 'ticket' holds"),
        ("home.toml", 'settings = "6"', 'settings = "9"', "home.toml: home: option 'settings'"),
        ("tickets.toml", 'action = "ticket"', 'action = "x"', "tickets.toml: ticket_status: no "),
        ("keywords.toml", '["lang"', '["ticket"', "keywords.toml: LANG: 'ticket' stands under"),
    ],
)
def test_a_stray_translation_hides_no_other_fault(
    file: str, old: str, new: str, fault: str
) -> None:
    found = changed(file, old, new)
    assert STRAY in found
    assert any(one.startswith(fault) for one in found), found


def test_a_broken_screen_hides_no_fault_of_another() -> None:
    found = changed("tickets.toml", 'kind = "question"', 'kind = "x"\nfoo = 1')
    assert [one for one in found if one != STRAY] == [
        "tickets.toml: ticket: kind is 'x', write one of menu, choice, question, list, call, end"
    ]
    files, words = small_menus()
    files["endings.toml"] = files["endings.toml"].replace("[busy]\n", "[busy]\nslot = 'x'\n")
    files["home.toml"] = files["home.toml"].replace('ticket = "Ticket"', 'tikcet = "Ticket"')
    found = faults_of_small(files, words)
    assert "endings.toml: busy: an end has no field 'slot'" in found
    assert "home.toml: home: '1' leads to 'tikcet': no such screen" in found


@pytest.mark.parametrize("file", SMALL_FILES)
def test_a_file_that_is_no_toml_makes_no_other_fault(file: str) -> None:
    first, *others = sorted(changed(file, "[", "[[x\n["), key=lambda one: one == STRAY)
    name = f"locales/{file}.toml" if file in overlays() else file
    assert first.startswith(f"{name}: not TOML: ")
    # The stray table is not told where it may be a screen of the broken file.
    assert others in ([], [STRAY])


def test_paths_that_are_no_table_of_keys_are_a_fault() -> None:
    files = menu_files()
    files["sms.toml"] = files["sms.toml"].replace('INFO = "1"', "INFO = 1", 1)
    found = check_menus(files, overlays())
    assert any(fault.startswith("sms.toml: alone: must be a table of keys") for fault in found)


def test_the_longest_facts_are_those_of_every_action_that_tells_some() -> None:
    told = {
        name for name, action in ACTIONS.items() if action.kind == "read" or "here" in action.exits
    }
    assert told <= examples().keys() <= ACTIONS.keys()


class Watched(dict[str, str]):
    """Arguments that note which of them are asked for."""

    def __init__(self) -> None:
        super().__init__(
            sector="transport",
            service="102",
            office="0212",
            ticket=KAMRIENG,
            language="en",
            place="Trang",
            forum="001",
            answer="yes",
            question="How?",
            number="101",
            topic="fees",
            sex="women",
            comment="Slow.",
            kind="extra_fee",
            when="this_week",
            words="They asked 50000 riel.",
            code=code_of(1),
            **dict.fromkeys(DIMENSIONS, "3"),
        )
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_takes_the_arguments_it_says_and_no_others(name: str, world: World) -> None:
    context = Context(
        desk=world.desk,
        catalogue=world.shelf.catalogue(),
        settings=world.settings,
        party=a_party(),
        channel="ussd",
        session="1",
        transcript="",
        now=world.clock.now(),
        today=MONDAY,
        language="en",
        compose=lambda screen, _facts: screen,
        profile=lambda: STRANGER,
    )
    given = Watched()
    ACTIONS[name].run(context, given)
    assert given.asked == ACTIONS[name].takes


def test_the_editors_schema_says_what_the_parser_allows() -> None:
    schema = json.loads((MENUS / "menu.schema.json").read_text("utf-8"))
    kinds = schema["$defs"]
    assert {kind: set(kinds[kind]["properties"]) for kind in ALLOWED} == ALLOWED
    assert {kind: set(kinds[kind]["required"]) - {"kind"} for kind in NEEDED} == NEEDED
    assert all(kinds[kind]["additionalProperties"] is False for kind in ALLOWED)
    assert kinds["call"]["properties"]["effect"]["enum"] == list(EFFECTS)


def test_a_broken_book_raises_its_faults() -> None:
    with pytest.raises(BookFaults, match=r"a\.toml: x: kind is 'box'"):
        parse({"a.toml": '[x]\nkind = "box"\n'}, {})


def test_the_rules_of_the_shipped_menus_know_the_file_of_each_text() -> None:
    assert rules(menu_files()).files["st_ready"] == "tickets.toml"


GUIDE = (MENUS / "README.md").read_text("utf-8")
EXAMPLE = re.compile(r"```toml\n# (?P<file>\S+)\n(?P<toml>.*?)```", re.DOTALL)


def section(title: str) -> list[tuple[str, str]]:
    """Return the examples under one title of the menu guide, by the file they go to."""
    text = GUIDE.split(f"### {title}\n")[1].split("\n### ")[0]
    return [(found["file"], found["toml"]) for found in EXAMPLE.finditer(text)]


def small_menus() -> tuple[dict[str, str], dict[str, str]]:
    """Return menus that never change, whatever the guide was followed to."""
    files = {one.name: one.read_text("utf-8") for one in SMALL.glob("*.toml")}
    words = {one.stem: one.read_text("utf-8") for one in SMALL.glob("locales/*.toml")}
    return files, words


def faults_of_small(files: dict[str, str], words: dict[str, str]) -> list[str]:
    """Check such menus against actions that never change either."""
    actions = {
        "set_language": AnAction("note", frozenset({"done"}), frozenset({"language"})),
        "stop": AnAction("submit", frozenset({"done"})),
        "ticket": AnAction("read", frozenset({"found", "none"}), frozenset({"ticket"})),
    }
    facts = {"ticket": [{"stage": "In process"}]}
    return faults_under(replace(rules(files), actions=actions, facts=facts), files, words)


def with_examples(*titles: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the small menus and translations with examples of the guide laid over them."""
    files, words = small_menus()
    for file, toml in (one for title in titles for one in section(title)):
        folder, _, name = file.rpartition("/")
        into, key = (words, name.removesuffix(".toml")) if folder else (files, name)
        into[key] = laid_over(into[key], toml)
    return files, words


def laid_over(text: str, example: str) -> str:
    """Put the lines of an example at the end of the tables that are there, new tables last."""
    tables = re.split(r"\n(?=\[)", text.strip())
    for table in re.split(r"\n(?=\[)", example.strip()):
        header, _, lines = table.partition("\n")
        at = next((n for n, one in enumerate(tables) if one.startswith(f"{header}\n")), None)
        if at is None:
            tables.append(table)
        else:
            tables[at] = f"{tables[at].rstrip()}\n{lines}\n"
    return "\n".join(tables)


def test_the_small_menus_are_sound() -> None:
    assert faults_of_small(*small_menus()) == []


def test_the_guides_example_of_a_screen_and_a_keyword_has_no_fault() -> None:
    assert faults_of_small(*with_examples("…add a screen", "…add a keyword")) == []


def headers(text: str) -> set[str]:
    """Return the tables of a file."""
    return set(re.findall(r"^\[.+\]$", text, re.MULTILINE))


@pytest.mark.parametrize("title", ["…add a screen", "…change or add a text", "…add a keyword"])
def test_the_tables_that_the_guide_adds_to_are_in_the_shipped_menus(title: str) -> None:
    small, shipped = ({**files, **words} for files, words in (small_menus(), shipped_menus()))
    for file, toml in section(title):
        key = file.removeprefix("locales/").removesuffix(".toml") if "/" in file else file
        assert headers(toml) & headers(small[key]) <= headers(shipped[key])


def shipped_menus() -> tuple[dict[str, str], dict[str, str]]:
    """Return what citizens meet."""
    return menu_files(), overlays()


def test_the_guides_example_of_a_text_has_no_fault_once_an_exit_says_it() -> None:
    files, words = with_examples("…change or add a text")
    assert faults_of_small(files, words) == [
        "tickets.toml: texts: nothing says 'ticket_asked', take it out"
    ]
    old, new = 'say = "ticket_notfound" }', 'say = "ticket_asked" }'
    assert old in files["tickets.toml"]
    files["tickets.toml"] = files["tickets.toml"].replace(old, new)
    assert faults_of_small(files, words) == [
        "tickets.toml: texts: nothing says 'ticket_notfound', take it out"
    ]


def test_a_screen_of_the_guide_without_its_translation_is_named() -> None:
    files, words = with_examples("…add a screen")
    found = faults_of_small(files, {**words, "km": small_menus()[1]["km"]})
    assert found == [
        "locales/km.toml: about: text is not translated to km",
        "locales/km.toml: settings: option 'about' is not translated to km",
    ]


def test_the_guide_tells_the_fields_of_every_kind() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]*) \| ([^|]*) \|$", GUIDE, re.MULTILINE)
    told = {
        kind: (set(re.findall(r"`(\w+)`", needed)), set(re.findall(r"`(\w+)`", free)))
        for kind, needed, free in rows
    }
    assert told == {
        kind: (NEEDED[kind], ALLOWED[kind] - NEEDED[kind] - {"kind"}) for kind in ALLOWED
    }
