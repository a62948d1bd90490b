"""This file tests both channels while the database or the queue fails, and after."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.echo import Echo, signed
from chalicelib.dialog.book import LANGUAGES
from chalicelib.errors import Unavailable
from chalicelib.storage.keys import ECHO
from chalicelib.storage.memory.base import AFTER, BEFORE, FINE
from chalicelib.telecom.messages import UssdEnd
from tests.builders import KAMRIENG, SERVICE_CODE, a_hop, a_party
from tests.phone import Phone
from tests.storage.test_usage import counted
from tests.strategies import any_typing
from tests.world import World, a_memory_world

PLENTY = {"hops_a_number": 1_000_000, "hops_a_second": 1_000_000}
SUBMITS = {
    "send a service": ("1", "102", "5"),
    "send an office": ("1", "102", "4", "02", "0212", "1"),
    "send a ticket": ("2", KAMRIENG, "1"),
    "stop": ("6", "4"),
    "start": ("6", "5"),
}
THANKS = ("you will get an SMS soon.", "Stopped. No more SMS.", "Started. To end: STOP")
any_fault = st.sampled_from([FINE, FINE, BEFORE, AFTER])


def failing(faults: Sequence[str]) -> Callable[[str], str]:
    """Return an outage that deals out these faults, one a call, then none."""
    left = list(faults)
    return lambda _: left.pop(0) if left else FINE


def down(_call: str) -> str:
    """Fail every call."""
    return BEFORE


def a_world(**stage: object) -> World:
    """Return a world in which the number speaks English."""
    world = a_memory_world(**PLENTY, **stage)
    world.desk.set_language(a_party(), "en")
    return world


def is_recorded(world: World) -> bool:
    """Whether a submit was done: a message waits or was sent, or STOP or START is stored."""
    person = next(iter(world.database.tables["people"].values()))
    waiting = world.database.tables["outbox"]
    return bool(waiting or world.gateway.sent or "opted_at" in person)


@pytest.mark.law
@given(any_typing, st.lists(any_fault, max_size=30))
@settings(max_examples=150, deadline=None)
def test_whatever_fails_a_hop_is_answered(keys: list[str], faults: list[str]) -> None:
    world = a_world()
    world.shelf.catalogue()
    world.database.outage = failing(faults)
    phone = Phone(world).dials()
    for key in keys:
        assert phone.screen.strip()
        if phone.reply.end:
            break
        phone.types(key)


@pytest.mark.parametrize("keys", SUBMITS.values(), ids=SUBMITS)
def test_while_nothing_can_be_recorded_nobody_is_thanked(keys: tuple[str, ...]) -> None:
    world = a_world()
    phone = Phone(world).dials().types(*keys[:-1])
    world.database.outage = down
    phone.types(keys[-1]).ends()
    assert not any(thanks in phone.screen for thanks in THANKS)
    world.database.outage = failing([])
    assert not is_recorded(world)
    phone.again()
    assert any(thanks in phone.screen for thanks in THANKS)
    assert is_recorded(world)


@pytest.mark.law
@given(
    st.sampled_from(sorted(SUBMITS)),
    st.lists(st.lists(any_fault, max_size=5), min_size=1, max_size=4),
)
@settings(max_examples=200, deadline=None)
def test_a_submit_is_thanked_for_only_when_done_and_done_once(
    name: str, attempts: list[list[str]]
) -> None:
    world = a_world()
    phone = Phone(world).dials().types(*SUBMITS[name][:-1])
    phone.text += f"*{SUBMITS[name][-1]}"
    for faults in attempts:
        world.database.outage = failing(faults)
        phone.again().ends()
        if any(thanks in phone.screen for thanks in THANKS):
            assert is_recorded(world)
    world.database.outage = failing([])
    phone.again()
    assert any(thanks in phone.screen for thanks in THANKS)
    world.deliver()
    assert len(world.gateway.sent) == (1 if name.startswith("send") else 0)
    assert sum(row["n"] for row in world.database.tables["counters"].values()) <= 6


@pytest.mark.law
@given(
    st.sampled_from(["INFO 102", f"TICKET {KAMRIENG}", "STOP", "START", "LANG", "HELP", "seva"]),
    st.lists(st.lists(any_fault, max_size=6), min_size=1, max_size=4),
)
@settings(max_examples=200, deadline=None)
def test_a_message_that_comes_again_until_it_is_taken_is_answered_once(
    text: str, attempts: list[list[str]]
) -> None:
    world = a_world()
    phone = Phone(world)
    for faults in [*attempts, []]:
        world.database.outage = failing(faults)
        try:
            phone.texts(text, id_="the-same")
        except Unavailable:
            continue
    assert len(phone.inbox()) == 1
    opted = world.desk.profile(a_party()).opted_out
    assert opted is (text == "STOP")


def test_a_queue_that_fails_after_the_commit_is_woken_by_the_repeat(world: World) -> None:
    phone = Phone(world)
    world.database.outage = lambda call: BEFORE if call == "queue" else FINE
    with pytest.raises(Unavailable):
        phone.texts("INFO 102", id_="the-same")
    phone.receives_nothing()
    world.database.outage = failing([])
    phone.texts("INFO 102", id_="the-same").receives("102 ")
    phone.texts("INFO 102", id_="the-same").receives_nothing()


def test_a_message_without_an_id_is_woken_by_its_repeat_too(world: World) -> None:
    phone = Phone(world)
    world.database.outage = lambda call: BEFORE if call == "queue" else FINE
    with pytest.raises(Unavailable):
        phone.texts("INFO 102", id_="")
    world.database.outage = failing([])
    world.clock.forward(seconds=1)
    phone.texts("INFO 102", id_="").receives("102 ")


def test_not_understood_is_told_by_the_repeat_of_what_could_not_be_stored(world: World) -> None:
    phone = Phone(world)
    world.database.outage = lambda call: BEFORE if call == "commit" else FINE
    with pytest.raises(Unavailable):
        phone.texts("xyzzy", id_="the-same")
    world.database.outage = failing([])
    phone.texts("xyzzy", id_="the-same").receives("HELP")
    phone.texts("qwerty").receives_nothing()


def test_a_word_that_cannot_be_counted_costs_no_reply(world: World) -> None:
    phone = Phone(world).texts("HELP").receives("INFO")
    world.database.outage = lambda call: BEFORE if call == "write" else FINE
    phone.texts("jion").receives("HELP")
    assert ("count_lost", {"outcome": "unavailable"}) in world.events
    world.database.outage = failing([])
    assert world.desk.slips.counted("2026-11") == {}


def test_a_number_is_counted_though_the_queue_fails(world: World) -> None:
    world.database.outage = lambda call: BEFORE if call == "queue" else FINE
    with pytest.raises(Unavailable):
        Phone(world).texts("INFO 102", id_="the-same")
    world.database.outage = failing([])
    assert world.desk.look(a_party(), "sms").counted


def test_a_count_of_a_number_that_fails_costs_no_reply(world: World) -> None:
    world.database.outage = lambda call: BEFORE if call == "write" else FINE
    Phone(world).texts("INFO 102").receives("102 ")
    assert ("count_lost", {"outcome": "unavailable"}) in world.events
    world.database.outage = failing([])
    assert not world.desk.look(a_party(), "sms").counted


def test_a_reply_of_last_month_is_woken_by_its_repeat(world: World) -> None:
    world.clock.at = datetime(2026, 11, 30, 16, 59, 50, tzinfo=UTC)
    phone = Phone(world)
    world.database.outage = lambda call: BEFORE if call == "queue" else FINE
    with pytest.raises(Unavailable):
        phone.texts("INFO 102", id_="the-same")
    world.database.outage = failing([])
    world.clock.forward(seconds=20)
    phone.texts("INFO 102", id_="the-same").receives("102 ")


def test_a_failing_note_never_stands_in_the_way(world: World) -> None:
    phone = Phone(world).dials()
    world.database.outage = down
    phone.types("8").sees("Services")
    phone.types("1").sees("Kind of service")
    world.database.outage = failing([])
    assert world.desk.profile(a_party()).language is None


def test_a_ticket_that_cannot_be_read_ends_busy(world: World) -> None:
    phone = Phone(world).dials().types("8", "2")
    world.database.outage = down
    phone.types(KAMRIENG).ends("busy")


def test_a_guess_that_cannot_be_noted_is_not_answered(world: World) -> None:
    phone = Phone(world).dials().types("8", "2")
    world.database.outage = lambda call: BEFORE if call == "write" else FINE
    phone.types(KAMRIENG).ends("busy")


def test_a_known_person_keeps_the_language_while_the_count_fails(world: World) -> None:
    world.desk.set_language(a_party(), "en")
    world.database.outage = lambda call: BEFORE if call == "write" else FINE
    Phone(world).dials().sees("Services")


@pytest.mark.parametrize("at", range(3))
def test_the_end_of_a_session_that_cannot_be_counted_is_said_again_and_counted_once(
    world: World, at: int
) -> None:
    phone = Phone(world).dials().types("8", "2", KAMRIENG)
    end = UssdEnd(phone.party, phone.session, SERVICE_CODE, phone.text)
    world.database.outage = failing([*[FINE] * at, BEFORE])
    with pytest.raises(Unavailable):
        world.ussd.ended(end)
    assert counted(world) == {}
    world.ussd.ended(end)
    world.ussd.ended(end)
    assert sum(counted(world).values()) == 1


def test_a_count_that_fails_costs_no_screen(world: World) -> None:
    phone = Phone(world).dials().types("8", "1", "102")
    counting = iter([FINE, BEFORE])
    world.database.outage = lambda call: next(counting) if call == "commit" else FINE
    phone.types("5").ends("SMS soon")
    assert ("count_lost", {"outcome": "unavailable"}) in world.events


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cold_function_without_a_database_still_shows_home(language: str) -> None:
    world = a_memory_world(default_language=language)
    world.restart()
    world.database.outage = down
    phone = Phone(world).dials()
    assert not phone.reply.end
    assert phone.echo == ""
    phone.types("1").sees("1 ")


def test_a_list_that_was_never_read_is_busy_and_not_empty(world: World) -> None:
    world.restart()
    world.database.outage = down
    Phone(world).dials().types("1", "102").ends()
    world.database.outage = failing([])
    Phone(world).dials().types("8", "1", "102").sees("Replace a plate")


def test_what_was_typed_on_another_menu_has_no_effect_while_reads_fail(world: World) -> None:
    hop = a_hop(text="6*4")
    other = Echo("0000abcd", "en", known=True)
    echo = signed(other.fields, hop, world.keys.now().values[ECHO])
    world.database.outage = lambda call: BEFORE if call == "get" else FINE
    reply = world.ussd.answer(a_hop(text="6*4", echo=echo))
    assert not reply.end
    assert "menu is new" in reply.text
    world.database.outage = failing([])
    assert not world.desk.profile(a_party()).opted_out
    later = world.ussd.answer(a_hop(text="6*4*1", echo=reply.echo))
    assert "Kind of service" in later.text
