"""This file tests the engine by its vectors: what a transcript shows, and what it does."""

from dataclasses import dataclass

import pytest

from chalicelib.dialog.book import Call
from chalicelib.dialog.steps import Start
from tests.dialog.host import TICKET, Host, drawn

T, BAD = TICKET, "02122600429"


@dataclass(frozen=True)
class Row:
    """One vector: a transcript, the screen it shows, whether with help, and its effect."""

    text: str
    screen: str
    helped: bool = False
    slots: tuple[tuple[str, str], ...] = ()
    effect: Call | None = None
    skip: int = 0


def watch(ticket: str) -> Call:
    return Call("watch", (("ticket", ticket),))


def cast(speed: str, manner: str, comment: str) -> Call:
    answers = (("speed", speed), ("manner", manner), ("comment", comment))
    return Call("cast", (("office", "0212"), *answers))


def filed(kind: str, text: str) -> Call:
    return Call("file", (("kind", kind), ("text", text)))


def service(code: str) -> tuple[tuple[str, str], ...]:
    return (("service", code),)


ROWS = [
    Row("", "home"),
    Row("*", "home", helped=True),
    Row("9", "home", helped=True),
    Row("0", "home", helped=True),
    Row("01", "home", helped=True),
    Row("00", "home"),
    Row("1*9*102", "service_menu", slots=service("102")),
    Row("1*102", "service_menu", slots=service("102")),
    Row("1**102", "service_menu", slots=service("102")),
    Row("1*2*102", "service_menu", slots=service("102")),
    Row("1*១០២", "service_menu", slots=service("102")),
    Row("1*１０２#", "service_menu", slots=service("102")),
    Row("1*102*0", "services"),
    Row("1*102*2*0*0", "services"),
    Row("1*102*2", "fee", slots=service("102")),
    Row("1*102*2*00", "home"),
    Row("1*", "services", helped=True),
    Row("1*77", "services", helped=True),
    Row("1*2*9", "services"),
    Row("2*0212-26-0042-8", "ticket_found", slots=(("ticket", "0212-26-0042-8"),)),
    Row(f"2*{BAD}*{T}", "ticket_found", slots=(("ticket", T),)),
    Row(f"2*{BAD}", "ticket"),
    Row(f"2*{T}*1", "watched", slots=(("ticket", T),), effect=watch(T)),
    Row(f"2*{T}*1*1", "expired"),
    Row(f"2*{T}*1*", "expired"),
    Row(f"2*{T}*1*00", "expired"),
    Row("3*0212*4*9*3*ok", "thanks", effect=cast("4", "3", "ok")),
    Row("3*0212*4*3*bus*stop*5", "thanks", effect=cast("4", "3", "bus*stop*5")),
    Row("3*0212*4*3*0", "thanks", effect=cast("4", "3", "")),
    Row("3*0212*4*3**ok", "thanks", effect=cast("4", "3", "ok")),
    Row("3*0212*4*3*", "rate_comment", helped=True),
    Row("3*0212*4*3*#*ok", "thanks", effect=cast("4", "3", "ok")),
    Row("3*0212*4*3*9", "thanks", effect=cast("4", "3", "9")),
    Row("3*0212*4*3*0*more", "expired"),
    Row("3*0212*4*3*00*1", "services"),
    Row("3*0212*4*0*3*3*x", "thanks", effect=cast("3", "3", "x")),
    Row("3*9999", "rate_office"),
    Row(
        "3*0212*4*3*one two three four five six",
        "thanks",
        effect=cast("4", "3", "one two three four"),
    ),
    Row("4*2*0*3*text", "filed", effect=filed("3", "text")),
    Row("4*2*they asked *50000*", "filed", effect=filed("2", "they asked *50000*")),
    Row("4*2*they said 00*00*1", "filed", effect=filed("2", "they said 00*00*1")),
    Row("4*2*00", "home"),
    Row("4*2*0", "complain"),
    Row("4*2*" + "x" * 200, "filed", effect=filed("2", "x" * 200)),
    Row("4*2*" + "*".join("x" * 80), "filed", effect=filed("2", "*".join("x" * 80))),
    Row("1*102*1*303", "service_menu", slots=service("303"), skip=5),
    Row("1*102*1", "services", skip=5),
    Row("1*102", "home", skip=5),
    Row("1*102*", "home", helped=True, skip=5),
    Row("1", "services", skip=5),
    Row("*".join(["9"] * 60), "home", helped=True),
    Row("*".join(["9"] * 61), "too_long"),
    Row("*".join(["00"] * 61), "too_long"),
    Row("*".join(["9"] * 60 + ["4", "2", "text"]), "too_long"),
    Row("1*" + "1" * 182, "services", helped=True),
    Row("1*" + "1" * 183, "too_long"),
    Row("2*" + "1" * 183, "too_long"),
    Row("6*1*3*1", "language"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text[:30] or "empty")
def test_a_transcript_shows_what_the_vector_says(row: Row) -> None:
    host = Host()
    show = host.hop(row.text, skip=row.skip)
    assert show.screen.id == row.screen
    assert ("Wrong choice." in drawn(show)) is row.helped
    assert set(row.slots) <= set(show.slots.items())
    assert host.submits == ([row.effect] if row.effect else [])
    assert host.notes == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text[:30] or "empty")
def test_the_same_hop_again_has_the_same_bytes_and_no_second_effect(row: Row) -> None:
    host = Host()
    first = drawn(host.hop(row.text, skip=row.skip))
    assert drawn(host.hop(row.text, skip=row.skip)) == first
    assert host.submits == ([row.effect] if row.effect else [])


@pytest.mark.parametrize("text", ["1*9*102", "1*102", "1**102", "1*2*102", "1*១០២"])
def test_ways_that_mean_the_same_show_the_same(text: str) -> None:
    assert drawn(Host().hop(text)) == drawn(Host().hop("1*102"))


@pytest.mark.parametrize(
    "typed", ["01", "١", "-1", "1e0", "None", "77", "0x1", "+1"], ids=lambda typed: typed
)
def test_U5_what_is_no_key_of_the_screen_is_a_wrong_choice(typed: str) -> None:
    show = Host().hop(typed)
    assert (show.screen.id, show.wrong) == ("home", typed)


@pytest.mark.parametrize("typed", [" 1 ", "１", "១", "1.", "1#", "1)"])
def test_U5_what_folds_to_a_key_is_that_key(typed: str) -> None:
    assert Host().hop(typed).screen.id == "services"


@pytest.mark.parametrize("text", ["*", "**", "1**2", "1*", "*" * 10_000, "1*" * 500, "x" * 10_000])
def test_U3_odd_transcripts_are_answered_by_a_screen(text: str) -> None:
    assert drawn(Host().hop(text))


def test_U4_a_separator_in_free_text_belongs_to_the_text() -> None:
    host = Host()
    host.hop("4*2*my text*5")
    assert host.submits == [filed("2", "my text*5")]


def test_pages_of_a_list_may_be_turned_and_hold_every_row() -> None:
    pages = [drawn(Host().hop("*".join(["1", *"9" * n]))) for n in range(4)]
    assert [any(f"{code} " in page for page in pages) for code in ("101", "102", "303")] == [
        True
    ] * 3
    assert "9 More" in pages[0]
    assert "9 More" in pages[1]
    assert "9 More" not in pages[2]
    assert pages[3].startswith("Wrong choice.")


def test_a_bad_check_digit_costs_one_read_more_and_no_other() -> None:
    host = Host()
    host.hop(f"2*{BAD}*{T}")
    assert [dict(call.args)["ticket"] for call in host.reads] == [BAD, T]


def test_the_same_argument_is_read_once_a_hop() -> None:
    host = Host()
    host.hop(f"2*{T}*0*{T}*0*{T}")
    assert len(host.reads) == 1


def test_a_note_runs_once_and_changes_words_only() -> None:
    host = Host()
    assert host.hop("7").language == "km"
    assert drawn(host.hop("7")).startswith("ក្រុងសាកល្បង")
    assert (host.language, host.known) == ("km", True)
    notes = len(host.notes)
    show = host.hop("7*1")
    assert (show.screen.id, show.language) == ("services", "km")
    assert len(host.notes) == notes


def test_the_keys_for_languages_are_hidden_once_a_language_is_known() -> None:
    assert "7 Khmer" in drawn(Host().hop(""))
    assert "7 Khmer" not in drawn(Host(known=True).hop(""))
    assert Host(known=True).hop("7").language == "km"


@pytest.mark.parametrize("text", ["7*00", "7*1*0", "7*1*00"])
def test_neither_back_nor_home_undoes_a_language(text: str) -> None:
    show = Host().hop(text)
    assert (show.screen.id, show.language, show.known) == ("home", "km", True)


def test_a_note_that_fails_is_ignored() -> None:
    show = Host(down=True).hop("7")
    assert (show.screen.id, show.language) == ("home", "km")


def test_the_settings_say_which_language_was_chosen() -> None:
    show = Host().hop("6*1*2")
    assert drawn(show).startswith("ភាសា៖ ខ្មែរ\n")
    assert show.screen.id == "settings"


def test_a_code_that_has_vanished_is_a_wrong_key() -> None:
    host = Host()
    assert host.hop("5*041*1").screen.id == "forums"
    assert host.hop("5*041").screen.id == "forum_menu"
    host.forums = ()
    show = host.hop("5*041*1")
    assert (show.screen.id, show.wrong) == ("forums", "1")


def test_arriving_at_a_screen_behind_is_going_back_to_it() -> None:
    show = Host().hop("5*041*1*0")
    assert show.screen.id == "home"
    assert Host().hop("1*102*1*1*1*0").screen.id == "service_menu"


@pytest.mark.parametrize("text", ["1", "1*102", f"2*{T}", "5"])
def test_a_read_that_fails_ends_busy(text: str) -> None:
    assert Host(down=True).hop(text).screen.id == "busy"


@pytest.mark.parametrize("text", ["3*0212*4*3*ok", "4*2*text", f"2*{T}*1"])
def test_a_submit_that_fails_is_never_thanked_for_and_may_be_tried_again(text: str) -> None:
    host = Host()
    host.hop(text.rpartition("*")[0])
    start = Start("en", results={call: host._read(call) for call in host.reads})
    host.down = True
    assert host.hop(text, start=start).screen.id == "not_recorded"
    assert host.submits == []
    host.down = False
    assert host.hop(text).screen.id in ("thanks", "filed", "watched")
    assert drawn(host.hop(text)) == drawn(host.hop(text))
    assert len(host.submits) == 1


def test_inputs_after_the_end_of_a_session_are_expired() -> None:
    host = Host(limited=True)
    assert host.hop(f"2*{T}").screen.id == "guess_limit"
    assert host.hop(f"2*{T}*1").screen.id == "expired"
    assert not host.submits
