"""This file tests the laws of the fold: total, the same every time, display apart from keys."""

import sys
from time import perf_counter
from types import FrameType

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.dialog.book import MORE, Call, Outcome
from chalicelib.dialog.engine import inputs_of, play
from chalicelib.dialog.fold import MAX_INPUTS, Fold
from chalicelib.dialog.parse import parse
from chalicelib.dialog.render import Medium
from chalicelib.dialog.steps import Effect, Show, Start
from chalicelib.telecom.budget import Profile, SmsBudget
from tests.dialog.host import BOOK, TICKET, Host, drawn, state
from tests.strategies import any_text, any_typing

MEDIA = [
    Medium(Profile()),
    Medium(Profile(unicode=False)),
    Medium(Profile(septets=182, units=80)),
    Medium(SmsBudget(), is_sms=True),
]
LANGUAGES = ["en", "km", "km-Latn"]
any_medium = st.sampled_from(MEDIA)
any_language = st.sampled_from(LANGUAGES)


def walk(host: Host, typing: list[str]) -> tuple[list[str], Show]:
    """Type as a phone does: hop by hop, until the session ends."""
    typed: list[str] = []
    show = host.types(typed)
    for one in typing:
        if show.end:
            break
        typed.append(one)
        show = host.types(typed)
    return typed, show


@pytest.mark.law
@given(
    any_typing,
    any_language,
    any_medium,
    st.sampled_from([Host(), Host(down=True), Host(limited=True)]),
)
def test_any_typing_gives_a_screen_that_fits(
    typing: list[str], language: str, medium: Medium, host: Host
) -> None:
    words = drawn(host.types(typing, Start(language)), medium)
    assert words.strip()
    assert medium.budget.fits(words)


@pytest.mark.law
@given(any_typing, any_language, st.sampled_from([{}, {"down": True}, {"limited": True}]))
def test_calls_performed_on_the_way_come_to_what_folding_again_for_each_does(
    typing: list[str], language: str, trouble: dict[str, bool]
) -> None:
    on_the_way, again = (Host(language, **trouble) for _ in range(2))
    assert state(on_the_way.types(typing)) == state(again.replays(typing))
    assert on_the_way == again


@pytest.mark.law
@given(any_text, any_language)
def test_any_transcript_at_all_gives_a_screen(text: str, language: str) -> None:
    words = drawn(Host(language).hop(text))
    assert words.strip()
    assert MEDIA[0].budget.fits(words)


@pytest.mark.law
@given(any_typing)
def test_the_same_hop_twice_has_the_same_bytes_and_no_second_effect(typing: list[str]) -> None:
    host = Host()
    typed, show = walk(host, typing)
    submits = list(host.submits)
    assert drawn(host.types(typed)) == drawn(host.types(typed))
    assert state(host.types(typed)) == state(show)
    assert host.submits == submits
    assert len(submits) <= 1


@pytest.mark.law
@given(any_typing, any_language)
def test_what_is_stored_on_the_way_changes_no_screen(typing: list[str], language: str) -> None:
    host = Host(language)
    typed, _ = walk(host, ["7", *typing])
    kept = Start(language)
    with_echo, without = host.types(typed, kept), host.types(typed)
    assert state(with_echo) == state(without)
    assert drawn(with_echo) == drawn(without)


@pytest.mark.law
@given(any_typing)
def test_skipping_the_past_changes_no_screen(typing: list[str]) -> None:
    host = Host()
    typed, show = walk(host, typing)
    whole = host.types(typed, Start("en", skip_past=False))
    assert state(whole) == state(show)
    assert (whole.language, whole.known) == (show.language, show.known)
    assert drawn(whole) == drawn(show)


@pytest.mark.law
@given(any_typing, st.sampled_from(["9", "", "01", "999"]), any_typing)
def test_a_page_turned_or_a_wrong_key_changes_no_later_key(
    typing: list[str], stray: str, after: list[str]
) -> None:
    host = Host()
    typed, show = walk(host, typing)
    assume(not show.end)
    assume(show.screen.kind != "question" or not (show.screen.free or stray))
    assume(len(typed) + len(after) < MAX_INPUTS)
    strayed, straight = host.types([*typed, stray, *after]), host.types([*typed, *after])
    assert state(strayed) == state(straight)


@pytest.mark.law
@given(any_typing, any_typing)
def test_home_is_where_everything_begins_again(typing: list[str], after: list[str]) -> None:
    host = Host(known=True)
    typed, show = walk(host, typing)
    assume(not show.end)
    again, fresh = host.types([*typed, "00", *after]), host.types(after)
    assert state(again) == state(fresh)


@pytest.mark.law
@given(any_typing, st.sampled_from(["1", "2", "4", "5", "6", "102", "041", "0212", TICKET]))
def test_back_undoes_one_step_forward(typing: list[str], key: str) -> None:
    host = Host()
    typed, show = walk(host, typing)
    visited = {host.types(typed[:at]).screen.id for at in range(len(typed) + 1)}
    forward = host.types([*typed, key])
    assume(not forward.end and forward.screen.id not in visited and not show.end)
    assume(not forward.screen.skip)
    assert state(host.types([*typed, key, "0"])) == state(show)


@pytest.mark.law
@given(any_typing)
def test_a_prefix_of_a_transcript_is_what_was_shown_then(typing: list[str]) -> None:
    host = Host()
    for at in range(len(typing) + 1):
        shown = host.types(typing[:at])
        if shown.end:
            break
        assert state(host.types(typing[:at])) == state(shown)
    typed, show = walk(Host(), typing)
    assert state(Host().types(typed)) == state(show)


def test_a_row_with_a_code_of_one_digit_is_never_chosen() -> None:
    host = Host(services=("5", "102"))
    assert host.hop("1*5").screen.id == "services"
    assert host.hop("1*102").screen.id == "service_menu"


READS_BEFORE_HOME = [
    (f"2*{TICKET}*00*1", "services", ["services"]),
    (f"2*{TICKET}*00*1*102", "service_menu", ["services", "service"]),
    (f"2*{TICKET}*00*2*{TICKET}*00", "home", []),
    (f"2*02122600429*{TICKET}*00*9", "home", []),
    (f"1*102*00*2*{TICKET}", "ticket_found", ["ticket"]),
    (f"5*041*00*1*77*00*2*{TICKET}", "ticket_found", ["ticket"]),
    (f"2*{TICKET}*7*00*4*2", "complain_text", []),
    (f"2*{TICKET}*00*4*2*a*00*b", "filed", []),
    ("1*102*00*4*00*6", "settings", []),
]


@pytest.mark.parametrize(("text", "screen", "reads"), READS_BEFORE_HOME)
def test_what_was_read_before_home_is_not_read_again(
    text: str, screen: str, reads: list[str]
) -> None:
    host = Host()
    assert host.hop(text).screen.id == screen
    assert [call.action for call in host.reads] == reads


def test_home_typed_into_a_free_text_is_no_way_home() -> None:
    host = Host()
    host.hop("4*2*a*00*b")
    assert host.submits == [Call("file", (("kind", "2"), ("text", "a*00*b")))]


def test_the_language_chosen_before_home_stays_though_nothing_is_folded_again() -> None:
    host = Host()
    show = host.hop(f"7*2*{TICKET}*00*1")
    assert (show.language, show.known) == ("km", True)
    assert [call.action for call in host.reads] == ["services"]
    assert host.hop("6*1*2*1*1*00*6").language == "en"


def test_a_language_that_depends_on_what_was_read_keeps_its_read() -> None:
    """In the world where 041 has gone, 0 leads home and 7 is a key; else it is a wrong one."""
    host = Host()
    show = host.hop("5*041*0*7*00*1")
    assert (show.screen.id, show.language) == ("services", "en")
    assert "forums" in [call.action for call in host.reads]
    host.forums = ()
    assert host.hop("5*041*0*7*00*1").language == "km"


def test_a_pause_met_in_this_hop_is_told_even_if_the_past_holds_the_same_ticket() -> None:
    assert Host(limited=True).hop(f"2*{TICKET}*00*2*{TICKET}").screen.id == "guess_limit"


def test_a_submit_before_home_stays_the_end_of_its_session() -> None:
    host = Host()
    for text in (f"2*{TICKET}*1*00", f"2*{TICKET}*1*00*1", "4*2*text*00", "3*0212*4*3*0*00"):
        assert host.hop(text).screen.id in ("expired", "filed")
    assert [dict(call.args).get("text") for call in host.submits] == ["text*00"]


def test_a_past_with_too_many_turns_is_read_again_rather_than_guessed() -> None:
    host = Host()
    wrong = "*".join(f"{at:07d}" for at in range(20))
    assert host.hop(f"2*{wrong}*00*1").screen.id == "services"
    assert len(host.reads) == 21


@pytest.mark.parametrize(
    ("text", "skip", "inputs"),
    [
        ("", 0, []),
        ("1", 0, ["1"]),
        ("*", 0, ["", ""]),
        ("1*2", 0, ["1", "2"]),
        ("1*102*1", 5, ["1"]),
        ("1*102", 5, []),
        ("1*102*", 5, [""]),
        ("1*102**1", 5, ["", "1"]),
        ("1*1", 5, ["1", "1"]),
        ("12*3", 1, ["2", "3"]),
    ],
)
def test_a_transcript_is_split_after_what_came_before_the_renewed_menu(
    text: str, skip: int, inputs: list[str]
) -> None:
    assert inputs_of(text, skip) == inputs


def test_counted_is_what_was_looked_at_even_before_home() -> None:
    host = Host()
    whole = host.hop(f"1*102*00*2*{TICKET}", start=Start("en", skip_past=False))
    assert [tag for tag, _ in whole.counted] == ["information.all", "tracking"]
    assert whole.counted[1][1]["outcome"] == "found"


CALLS = """
[home]
kind = "menu"
text = "Home"
[home.options]
again = "Again"
seen = "Seen"
[again]
kind = "call"
action = "again"
effect = "read"
exits = { found = "again" }
[seen]
kind = "call"
action = "seen"
effect = "note"
exits = { done = "home" }
[busy]
kind = "end"
text = "Busy."
"""


def test_calls_that_lead_in_a_circle_end_busy() -> None:
    book = parse({"m.toml": CALLS}, {})
    start = Start("en").knowing(Call("again"), Outcome("found"))
    assert play(book, ["1"], start).screen.id == "busy"


TELLING = """
[home]
kind = "menu"
text = "Home"
[home.options]
ask = "Ask"
[ask]
kind = "question"
text = "What?"
slot = "what"
next = "tell"
free = true
[tell]
kind = "call"
action = "tell"
effect = "submit"
with = ["what"]
exits = { done = "home" }
"""


def test_a_text_that_holds_00_is_submitted_wherever_that_leads() -> None:
    effect = play(parse({"m.toml": TELLING}, {}), ["1", "one", "00"], Start("en"))
    assert isinstance(effect, Effect)
    assert effect.call == Call("tell", (("what", "one*00"),))


def test_a_note_that_is_no_language_changes_no_word() -> None:
    book = parse({"m.toml": CALLS}, {})
    effect = play(book, ["2"], Start("km"))
    assert isinstance(effect, Effect)
    assert effect.kind == "note"
    show = play(book, ["2"], Start("km").knowing(effect.call, Outcome("done")))
    assert isinstance(show, Show)
    assert (show.screen.id, show.language, show.known) == ("home", "km", False)


def test_a_note_that_was_typed_before_is_not_run_again() -> None:
    book = parse({"m.toml": CALLS}, {})
    assert isinstance(play(book, ["2", "x"], Start("km")), Show)


def work(count: int) -> int:
    """Count the inputs that are folded to answer a hop of so many, its past and replays too."""
    folded, each = 0, {Fold._turn.__code__, Fold._choose.__code__}

    def watch(frame: FrameType, event: str, _arg: object) -> None:
        nonlocal folded
        folded += event == "call" and frame.f_code in each

    inputs = (["1", "102", "1", "2", "00"] * 12)[:count]
    sys.setprofile(watch)
    Host().types(inputs)
    sys.setprofile(None)
    return folded


def test_a_session_twice_as_long_is_twice_the_work() -> None:
    assert 0 < work(60) <= 2 * work(30) <= 4 * work(15)


def test_the_longest_session_is_answered_at_once() -> None:
    began = perf_counter()
    show = Host().types(["2", *(f"{at:07d}" for at in range(MAX_INPUTS - 1))])
    assert show.screen.id == "ticket"
    assert perf_counter() - began < 2


def test_more_is_the_key_that_turns_pages() -> None:
    assert BOOK.texts["next"]["en"].startswith(MORE)
