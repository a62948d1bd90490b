"""This file tests that pages say every sentence of the code in their own language."""

import re
from string import Formatter

import pytest
from flask import g
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.capabilities import ledger_caps, ledger_planner
from chalicelib.capabilities.staff import Person
from chalicelib.console.sentences import TABLE, TOLD, known, said_on_page, sentences, told
from chalicelib.console.words import words
from chalicelib.gateways import africastalking_sender, answers
from chalicelib.settings import described
from tests.console import english
from tests.console.conftest import Console, hired
from tests.console.test_broadcasts import drafted, name_of, seen

# What no page brings about, by module, and why.
NOT_ON_PAGES = {
    "chalicelib.capabilities.catalogue_offices": "a file of offices is loaded by `owl` alone",
    "chalicelib.capabilities.catalogue_places_sheet": "a file of places is loaded by `owl` alone",
    "chalicelib.capabilities.subscribers_import": "a file of people is loaded by `owl` alone",
    "chalicelib.capabilities.subscribers_sheet": "a file of people is loaded by `owl` alone",
    "chalicelib.telecom.callbacks": "it answers a gateway",
    "chalicelib.console.roles": "the console does not start",
    "chalicelib.dialog.keyword_table": "the keywords are read before anything starts",
    "chalicelib.dialog.tables": "the menus are read before anything starts",
    "chalicelib.gateways.africastalking": "it answers a gateway",
    "chalicelib.gateways.bodies": "it answers a gateway",
    "chalicelib.gateways.made": "gateways are made before anything is sent",
    "chalicelib.gateways.mapped_sender": "gateways are made before anything is sent",
    "chalicelib.gateways.mapping_read": "files of gateways are read before anything starts",
    "chalicelib.reports.cards": "a file of scorecards is loaded by `owl` alone",
    "chalicelib.reports.every": "pages answer a table that is not there with 404",
    "chalicelib.reports.tables": "pages offer and take only what a table knows",
    "chalicelib.settings": "settings are read before anything starts",
    "chalicelib.sheets.write": "pages write no file to a disk",
    "chalicelib.storage.limits": "it is of phones",
    "chalicelib.storage.user_pool_client": "it is told before the console starts",
    "chalicelib.telecom.msisdn": "no number is typed on a page",
    "chalicelib.telecom.routes": "routes are read before anything starts",
}
SENTENCES_NOT_ON_PAGES = {
    "'{}' is no code of a place: it has {} digits": "a file of places is loaded by `owl` alone",
    "OWL_BLOCKED_DATES has '{}': write dates as 2026-04-14, by comma.": "read when wired",
    "OWL_FORUM_REMINDERS is '{}': write up to {} days, as 7 1 0": "read when wired",
    "OWL_USER_POOL is not set, so no staff are known here: give it the id of the pool "
    "owl-STAGE-staff (aws cognito-idp list-user-pools --max-results 60)": "read when wired",
}
# What is not followed further, and why nothing is lost.
NOT_FOLLOWED = {
    "'\\n'.join(faults)": "files of gateways are read before anything starts",
    "fault": "a fault of any kind, raised again",
    "(numbers, skipped)": "reasons of the ledger, tested below",
    "next(filter(None, [*grown, *(one.waits for one in messages)]), '')": "all of them are read",
    "{one.code: waits_of(office(), one) for one in coming if not one.approved_at}": "not shown",
    "self.faults": "the menus are read before anything starts",
    "type(fault).__name__": "a reason of one post, which is tried again",
    "[line for one in made for line in long_venue(side, one)]": "one sentence, listed below",
    "row.what": "a deed that was read where it was done",
    "write.what": "the name of a row, for the code alone",
}
# What the ledger keeps and commands hand in, in no call that is read above.
REASONS = {
    *africastalking_sender.NOT_TAKEN.values(),
    *answers.REFUSED_FOR_NOW.values(),
    answers.NOT_A_NUMBER.reason,
    *("http_{}", "refused"),
    *(ledger_caps.CAPPED, ledger_caps.TWICE, ledger_planner.NO_TEXT),
    *("opted_out", "no_consent", "forgotten", "unreadable_number", "same_number"),
    *("cancelled", "too_late"),
    *("by {}, by hand", "paused by hand", "cancelled by hand"),
    "{} {}: the venue '{}' makes each SMS take {} parts in {}, a shorter one {}",
}
COMMAND = re.compile(r"`|\bowl [a-z]|(?<!\w)--\w|\baws [a-z]|[Rr]un the ")


def _shape(key: str) -> str:
    """Return a sentence with its fields nameless."""
    return key.format_map(_Nameless())


class _Nameless(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "{}"


def _fields(text: str) -> set[str]:
    return {name for _, name, *_ in Formatter().parse(text) if name}


def _groups(text: str) -> set[str]:
    specs = [spec for _, name, spec, _ in Formatter().parse(text) if name and spec]
    return {group for spec in specs for group in spec.split()}


@pytest.fixture(scope="module")
def in_code() -> dict[str, set[str]]:
    """Every sentence of the code that a page may show, with its modules."""
    found: dict[str, set[str]] = {}
    for module, here in english.sentences().items():
        if module not in NOT_ON_PAGES:
            for text in here.said - SENTENCES_NOT_ON_PAGES.keys():
                found.setdefault(text.replace("{{", "{").replace("}}", "}"), set()).add(module)
    return found


def test_every_sentence_of_the_code_that_a_page_may_show_has_words_for_pages(
    in_code: dict[str, set[str]],
) -> None:
    there = {_shape(one.key) for _, one in sentences()} | {"import forums", "import tickets"}
    missing = {text: sorted(where) for text, where in in_code.items() if text not in there}
    assert not missing, f"add them to console/words/sentences: {missing}"


def test_what_a_setting_means_has_words_for_pages() -> None:
    assert {meaning for _, _, meaning in described()} <= {one.key for _, one in sentences()}


def test_what_is_noted_of_a_deed_has_a_word_for_its_page() -> None:
    there = {key.removeprefix("detail.") for key in words("km") if key.startswith("detail.")}
    assert english.details() == there


def test_what_commands_note_in_the_log_of_deeds_has_words_for_pages_too() -> None:
    assert [
        one for one in english.deeds_of_commands() if known(one.replace("{}", "x")) is None
    ] == []


def test_no_words_are_kept_of_a_sentence_that_the_code_no_longer_says(
    in_code: dict[str, set[str]],
) -> None:
    said = {*in_code, *REASONS, *english.deeds_of_commands()}
    said |= {meaning for _, _, meaning in described()}
    assert [one.key for _, one in sentences() if _shape(one.key) not in said] == []


def test_every_sentence_is_followed_to_its_words_or_listed_with_a_reason() -> None:
    lost = {one for here in english.sentences().values() for one in here.lost}
    assert lost == set(NOT_FOLLOWED)


def test_lists_of_what_is_not_on_pages_hold_nothing_that_is_gone() -> None:
    found = english.sentences()
    assert [one for one in NOT_ON_PAGES if not found[one].said] == []
    assert SENTENCES_NOT_ON_PAGES.keys() <= {one for here in found.values() for one in here.said}


def test_each_sentence_has_khmer_with_the_fields_of_the_english() -> None:
    for _, one in sentences():
        on_page = one.said.get("en", one.key)
        assert set(one.said) <= {"en", "km"}
        assert _fields(one.said["km"]) == _fields(on_page), one.key
        assert _fields(on_page) <= _fields(one.key)
        assert not _groups(one.key)


def test_groups_that_fields_are_looked_up_in_are_there() -> None:
    there = {key.partition(".")[0] for key in words("km")} | {TOLD, TABLE}
    used = {
        group for _, one in sentences() for text in one.said.values() for group in _groups(text)
    }
    assert used <= there


def test_no_page_tells_anybody_to_run_a_command() -> None:
    on_pages = [one.said.get("en", one.key) for _, one in sentences()]
    on_pages += [*words("en").values(), *words("km").values()]
    on_pages += [one.said["km"] for _, one in sentences()]
    assert [
        one for one in on_pages if COMMAND.search(one.replace("`;`", ";").replace("`CON `", "CON"))
    ] == []


def test_every_reason_of_the_ledger_has_words_for_pages() -> None:
    there = {_shape(one.key) for _, one in sentences()}
    assert there >= REASONS


def test_khmer_has_its_marks_where_they_belong() -> None:
    texts = [one.said["km"] for _, one in sentences()]
    assert [one for one in texts if re.search(" [។៖]|[។៖](?=[^ ។៖])", one)] == []


@given(data=st.data())
def test_a_sentence_is_known_again_whatever_fills_its_fields(data: st.DataObject) -> None:
    filling = st.text(st.sampled_from("កខស្រុក0123456789x-"), max_size=12)
    _, one = data.draw(st.sampled_from(sentences()))
    fields = {name: data.draw(filling) for name in sorted(_fields(one.key))}
    found = known(one.key.format(**fields))
    assert found is not None
    assert found[0].key == one.key
    assert found[1] == fields


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        (
            "b1 is PLANNED: approve it first",
            "en",
            "b1: waits for a second person; it has to be approved first",
        ),
        ("b1 is PLANNED: approve it first", "km", "b1៖ រង់ចាំអ្នកទីពីរ។ ត្រូវយល់ព្រមជាមុន"),
        (
            "'no' is unknown: write ready, collected or rejected",
            "km",
            "មិនស្គាល់ 'no' ទេ៖ សូមសរសេរ ready, collected ឬ rejected",
        ),
        ("paused: insufficient_balance", "en", "paused: no money is left with the gateway"),
        (
            "too late after 5/12: waits for a second person to approve it: it would go to 7 people",
            "km",
            "យឺតពេកក្រោយ 5/12៖ រង់ចាំអ្នកទីពីរយល់ព្រម៖ វានឹងទៅ 7 នាក់",
        ),
        (
            "these are too few people for month and office at once: ask for one of them",
            "km",
            "មនុស្សតិចពេកសម្រាប់ ខែ និង ការិយាល័យ ក្នុងពេលតែមួយ៖ សូមសួរម្តងមួយ",
        ),
        ("out-of-remit complaint", "km", "បណ្តឹង៖ ក្រៅសមត្ថកិច្ច"),
        ("somebody's own reason", "km", None),
    ],
)
def test_fields_are_said_in_words_of_the_page_too(
    text: str, language: str, said: str | None
) -> None:
    assert said_on_page(text, language) == said


def test_a_refusal_on_a_khmer_page_is_khmer_and_on_an_english_one_names_no_command(
    console: Console,
) -> None:
    browser = console.enters("organizer")
    browser.opens("/broadcasts/new")
    wrong = {"text": "Hello", "communes": "Atlantis"}
    text = browser.sends("/broadcasts/new", **wrong)
    assert "no place has the code or name 'Atlantis': write its code" in text
    browser.client.set_cookie("owl-language", "km", domain="console.example")
    text = browser.sends("/broadcasts/new", **wrong)
    assert browser.status == 422
    assert "គ្មានទីកន្លែងលេខកូដ ឬឈ្មោះ 'Atlantis' ទេ" in text
    assert "no place" not in text


def test_english_without_words_for_pages_says_that_it_is_english(console: Console) -> None:
    typed = "<b>the</b> mayor asked for it"
    with console.app.test_request_context():
        g.language = "km"
        assert told(typed) == '<span lang="en">&lt;b&gt;the&lt;/b&gt; mayor asked for it</span>'
        assert told("សូមសរសេរអ្វីមួយ owl") == "សូមសរសេរអ្វីមួយ owl"
        g.language = "en"
        assert told(typed) == typed


def test_who_paused_a_message_is_told_to_each_in_their_language(console: Console) -> None:
    hired(console.pool, Person("second", frozenset({"organizer"})))
    browser, path = drafted(console)
    second = console.enters("second")
    second.opens(path)
    second.sends("/broadcast/approve", name=name_of(path), seen=seen(second))
    second.sends("/broadcast/send", name=name_of(path))
    console.office.sweeper.advance(name_of(path))
    second.client.set_cookie("owl-language", "km", domain="console.example")
    assert "ដោយ second" in second.sends("/broadcast/pause", name=name_of(path))
    assert "paused · by second, by hand" in browser.opens(path)
