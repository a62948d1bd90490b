"""This file tests how screens are drawn: every line is shown, every page fits, keys are told."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.dialog.book import Book, Option, Say, Screen
from chalicelib.dialog.render import Medium, render
from chalicelib.dialog.steps import Show
from chalicelib.telecom import clusters, gsm7
from chalicelib.telecom.budget import Profile, SmsBudget
from tests.dialog.host import TICKET, Host, drawn
from tests.strategies import any_plain_text

HELP, MORE, BACK = "Wrong choice.", "9 More", "0 Back"
WHITE = " \n\u200b"
TEXTS = {
    "err_choice": {"en": HELP},
    "next": {"en": MORE},
    "back": {"en": BACK},
    "said": {"en": "{what} is said."},
    "no_service": {"en": "No service {typed}."},
}
BOOK = Book("0" * 8, {}, TEXTS)
AFRICAS_TALKING = Medium(Profile(unicode=False))
LOCAL = Medium(Profile())
SMS = Medium(SmsBudget(1), is_sms=True)
any_budget = st.builds(
    Profile,
    septets=st.integers(80, 182),
    units=st.integers(40, 80),
    unicode=st.booleans(),
    prefix=st.integers(0, 4),
)


def show_of(screen: Screen, **fields: object) -> Show:
    """Build what is shown of a screen; every field has a default."""
    defaults = {"language": "en", "known": False, "slots": {}, "facts": {}}
    return Show(screen=screen, **{**defaults, **fields})  # type: ignore[arg-type]


def page(screen: Screen, medium: Medium = LOCAL, **fields: object) -> str:
    return render(BOOK, show_of(screen, **fields), medium, {})


def menu(text: str = "Title", *, options: tuple[Option, ...] = (), **fields: object) -> Screen:
    return Screen("menu", "menu", text={"en": text}, options=options, **fields)  # type: ignore[arg-type]


def option(key: str, label: str, shown: str = "") -> Option:
    return Option(key, "there", {"en": label}, shown)


FACTS_SCREEN = menu("{body}")


def pages(body: str, medium: Medium, *, deep: bool, first: str = "") -> list[list[str]]:
    """Turn pages until the last, and return the lines of each without its feet and help."""
    found = []
    for turns in range(500):
        facts: Mapping[str, object] = {"body": body}
        drawn_ = page(FACTS_SCREEN, medium, facts=facts, turns=first + "9" * turns, deep=deep)
        assert medium.budget.fits(drawn_)
        lines = drawn_.split("\n")
        if turns and lines[0] == HELP:
            return found
        while lines and lines[-1] in (MORE, BACK):
            lines.pop()
        found.append(lines[1:] if lines and lines[0] == HELP else lines)
    raise AssertionError("the pages have no end")


def pieces(text: str) -> list[str]:
    return [one for one in clusters.clusters(text) if one not in WHITE]


def seen_in(body: str, medium: Medium) -> str:
    return body if medium.budget.unicode else "\n".join(map(gsm7.downgraded, body.split("\n")))


@pytest.mark.law
@given(any_plain_text, any_budget, st.booleans(), st.sampled_from(["", "w", "9w", "ww9"]))
def test_no_line_is_lost_and_every_page_fits(
    text: str,
    budget: Profile,
    deep: bool,  # noqa: FBT001 - drawn by the law
    first: str,
) -> None:
    medium = Medium(budget)
    whole = pieces(seen_in(text, medium))
    read = [
        one for lines in pages(text, medium, deep=deep) for line in lines for one in pieces(line)
    ]
    assert read == whole
    rest = [
        one
        for lines in pages(text, medium, deep=deep, first=first)
        for line in lines
        for one in pieces(line)
    ]
    assert rest == whole[len(whole) - len(rest) :]
    assert len(rest) == len(whole) or "9" in first


@pytest.mark.law
@given(any_plain_text, any_budget, st.text("9w", max_size=12))
def test_any_turning_of_pages_gives_a_page_that_fits(
    text: str, budget: Profile, turns: str
) -> None:
    medium = Medium(budget)
    assert budget.fits(page(FACTS_SCREEN, medium, facts={"body": text}, turns=turns, deep=True))


@pytest.mark.law
@given(any_plain_text, any_budget)
def test_a_last_screen_fits_and_is_cut_at_a_cluster(text: str, budget: Profile) -> None:
    medium = Medium(budget)
    end = Screen("end", "end", text={"en": "{body}"})
    words = page(end, medium, facts={"body": text}, say=Say("said", {"what": "It"}))
    assert budget.fits(words)
    whole = pieces(seen_in(f"It is said.\n{text}" if text else "It is said.", medium))
    assert pieces(words) == whole[: len(pieces(words))]


def test_help_gives_way_to_a_picture_that_has_no_room_beside_it() -> None:
    pictures = "👨\u200d👩\u200d👧" * 3
    narrow = Medium(Profile(units=30))
    assert page(FACTS_SCREEN, narrow, facts={"body": pictures}, turns="w") == pictures


def test_a_flood_of_marks_still_fits() -> None:
    flood = "ក" + "\u17c6" * 500
    for turns in ("", "9", "99", "w"):
        assert LOCAL.budget.fits(page(FACTS_SCREEN, facts={"body": flood}, turns=turns, deep=True))


def test_a_page_that_holds_nothing_but_its_feet_is_no_error() -> None:
    assert page(menu("{nothing}"), deep=True) == BACK
    assert page(menu("{nothing}"), deep=True, turns="9") == f"{HELP}\n{BACK}"


def test_what_does_not_fit_at_all_is_left_out_rather_than_sent_too_long() -> None:
    tiny = Medium(Profile(septets=10))
    assert page(menu("abcdefghijk"), tiny, turns="w", deep=True) == "abcdef"
    assert page(menu("{nothing}"), tiny, turns="w", deep=True) == BACK


@pytest.mark.parametrize("turns", ["", "w", "9", "w9"])
def test_an_empty_line_needs_no_room_of_its_own(turns: str) -> None:
    tiny = Medium(Profile(septets=14))
    assert tiny.budget.fits(page(menu("\n\nabcdefgh\n"), tiny, turns=turns, deep=True))


def test_a_network_without_a_letter_to_spare_gets_the_line_as_it_is() -> None:
    assert page(menu("abc"), Medium(Profile(septets=3))) == "abc"


def test_options_are_numbered_and_the_way_back_is_told() -> None:
    screen = menu(options=(option("1", "One"), option("6", "Six")))
    assert page(screen, deep=True) == f"Title\n1 One\n6 Six\n{BACK}"


def test_home_has_no_way_back() -> None:
    assert page(menu()) == "Title"


def test_where_0_skips_a_question_it_is_not_called_the_way_back() -> None:
    skippable = Screen("ask", "question", text={"en": "More? 0 = skip"}, free=True, skip=True)
    assert page(skippable, deep=True) == "More? 0 = skip"
    assert BACK not in drawn(Host().hop("3*0212*4*3"))
    assert BACK in drawn(Host().hop("4*2"))


def test_an_sms_tells_no_way_back() -> None:
    assert page(menu(), SMS, deep=True) == "Title"


@pytest.mark.parametrize(
    ("facts", "known", "line"),
    [({}, False, True), ({}, True, False), ({"unknown": "yes"}, True, False)],
)
def test_an_option_is_drawn_for_who_is_unknown_only(
    facts: Mapping[str, object], *, known: bool, line: bool
) -> None:
    screen = menu(options=(option("7", "Khmer", "unknown"),))
    assert ("7 Khmer" in page(screen, facts=facts, known=known)) is line


@pytest.mark.parametrize(("value", "line"), [("+85512000001", True), ("", False), (None, False)])
def test_an_option_is_drawn_where_its_fact_is_there(value: object, *, line: bool) -> None:
    screen = menu(options=(option("1", "Call", "phone"),))
    assert ("1 Call" in page(screen, facts={"phone": value})) is line


def test_an_option_without_a_word_is_left_out() -> None:
    screen = menu(options=(option("1", "{invitation}"), option("2", "Two")))
    assert page(screen) == "Title\n2 Two"


def test_rows_of_a_list_come_with_their_codes() -> None:
    rows = (("101", {"en": "One", "km": "មួយ"}), ("102", "Two"))
    screen = Screen("list", "list", text={"en": "Choose:"})
    assert page(screen, facts={"rows": rows}) == "Choose:\n101 One\n102 Two"
    assert page(screen, facts={"rows": rows}, language="km") == "Choose:\n101 មួយ\n102 Two"
    assert page(screen) == "Choose:"


def test_help_stands_above_the_same_page() -> None:
    assert page(menu(), turns="w") == f"{HELP}\nTitle"
    assert page(menu(), turns="ww") == f"{HELP}\nTitle"


def test_what_is_said_stands_above_the_first_page_until_a_key_is_pressed() -> None:
    say = Say("said", {"what": "It"})
    assert page(menu(), say=say) == "It is said.\nTitle"
    assert page(menu(), say=say, turns="w") == f"{HELP}\nTitle"


def test_what_is_said_is_put_into_letters_the_network_has() -> None:
    say = Say("said", {"what": "“ខ”"})
    assert page(menu(), AFRICAS_TALKING, say=say) == '"?" is said.\nTitle'
    end = Screen("end", "end", text={"en": "Bye"})
    assert page(end, AFRICAS_TALKING, say=say) == '"?" is said.\nBye'


def test_a_network_without_khmer_letters_gets_latin_ones() -> None:
    screen = Screen("menu", "menu", text={"en": "Hi", "km": "សួស្តី", "km-Latn": "Suosdey"})
    assert page(screen, AFRICAS_TALKING, language="km") == "Suosdey"
    assert page(screen, AFRICAS_TALKING, language="en") == "Hi"
    assert page(screen, LOCAL, language="km") == "សួស្តី"


def test_an_sms_has_its_own_words_where_a_screen_has_them() -> None:
    screen = menu(sms={"en": "As an SMS"}, options=(option("1", "One"),))
    assert page(screen, SMS) == "As an SMS"
    assert page(screen, LOCAL) == "Title\n1 One"


def test_an_sms_with_an_unknown_code_is_told_so() -> None:
    screen = menu(sms_wrong="no_service")
    assert page(screen, SMS, turns="w", wrong="999") == "No service 999.\nTitle"
    assert page(screen, SMS, turns="w", wrong="abc") == f"{HELP}\nTitle"
    assert page(screen, LOCAL, turns="w", wrong="999") == f"{HELP}\nTitle"


def test_facts_of_the_stage_fill_every_screen() -> None:
    show = show_of(menu("Dial {ussd}"), slots={"a": "b"})
    assert render(BOOK, show, LOCAL, {"ussd": "*384*55#"}) == "Dial *384*55#"


def test_a_fact_is_told_before_what_was_typed() -> None:
    screen = menu("{ticket}")
    fields = {"slots": {"ticket": "0212-26-0042-8"}, "facts": {"ticket": TICKET}}
    assert page(screen, **fields) == TICKET
