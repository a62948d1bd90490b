"""This file tests what only a real process shows: repeats of one transaction, and races."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.capabilities.delivery import Report
from chalicelib.capabilities.ledger_cells import Cell, Place
from chalicelib.capabilities.tickets import with_check_digit
from chalicelib.capabilities.usage_slips import Slip
from chalicelib.ports import Refused
from chalicelib.storage.cells import DynamoCells
from chalicelib.storage.memory.cells import MemoryCells
from tests.builders import KAMRIENG, a_count, a_hop, a_party, an_sms
from tests.storage.test_commits import stored
from tests.storage.test_limits import spend
from tests.storage.test_outbox import answers_lost
from tests.storage.test_slips import meeting
from tests.storage.test_usage import counted
from tests.world import StoppedClock, World, a_dynamo_world, a_memory_world

pytestmark = pytest.mark.stack
AT_ONCE = 10


@pytest.fixture
def emulated(emulator: str, request: pytest.FixtureRequest, clock: StoppedClock) -> World:
    """The phone side on the emulator, on a stage of its own."""
    stage = f"s{abs(hash(request.node.name)) % 10**8}"
    return a_dynamo_world(clock, endpoint=emulator, stage=stage)


@pytest.fixture(params=["memory", "emulator"])
def real(request: pytest.FixtureRequest, clock: StoppedClock) -> World:
    """The phone side on the emulator, or in memory."""
    if request.param == "memory":
        return a_memory_world(clock)
    world: World = request.getfixturevalue("emulated")
    return world


def at_once(do: Callable[[int], Any]) -> list[Any]:
    """Do the same ten times at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(do, range(AT_ONCE)))


def test_a_transaction_repeated_under_its_token_is_done_once(real: World) -> None:
    writes = real.desk.counting([a_count()])
    for _ in range(3):
        real.desk.commit(writes, token="the-same-token-of-36-letters-or-less")
    assert list(counted(real).values()) == [1]
    real.desk.commit(writes, token="another-token")
    assert list(counted(real).values()) == [2]


def test_of_ten_that_take_the_same_thing_at_once_one_does(real: World) -> None:
    def take(_: int) -> str:
        try:
            real.desk.commit(real.desk.mark_seen(a_party(), "id/1"))
        except Refused as refused:
            return refused.what
        return "done"

    answers = at_once(take)
    assert sorted(set(answers)) == ["done", "seen"]
    assert answers.count("done") == 1


def test_U6_the_same_submit_ten_times_at_once_is_done_once(real: World) -> None:
    real.desk.set_language(a_party(), "en")
    hop = a_hop(text=f"2*{KAMRIENG}*1")
    screens = {reply.text for reply in at_once(lambda _: real.ussd.answer(hop))}
    assert f"{KAMRIENG}: you will get an SMS soon." in screens
    assert real.ussd.answer(hop).text == f"{KAMRIENG}: you will get an SMS soon."
    real.deliver()
    assert len(real.gateway.sent) == 1


def test_S1_the_same_message_ten_times_at_once_is_answered_once(real: World) -> None:
    sms = an_sms(text="INFO 102")

    def receive(_: int) -> None:
        real.sms.receive(sms)

    at_once(receive)
    real.deliver()
    assert len(real.gateway.sent) == 1


def test_T3_ten_guesses_at_once_are_no_more_than_the_limit(real: World) -> None:
    real.desk.set_language(a_party(), "en")
    guesses = [with_check_digit(f"02122699{n:02}") for n in range(AT_ONCE)]

    def guess(at: int) -> str:
        return real.ussd.answer(a_hop(text=f"2*{guesses[at]}", session_id=f"ATUid_{at}")).text

    answered = [screen for screen in at_once(guess) if "not found" in screen]
    assert 1 <= len(answered) <= real.settings.guesses_an_hour
    misses = real.desk.look_at_ticket(a_party(), KAMRIENG).tried.misses
    assert sum(misses.values()) == len(answered)


def test_ten_senders_woken_at_once_post_a_message_once(real: World) -> None:
    real.sms.receive(an_sms(text="INFO 102"))
    (woken,) = real.stores.woken()
    outcomes = at_once(lambda _: real.sender.send(woken))
    assert sorted(set(outcomes)) == ["accepted", "gone"]
    assert len(real.gateway.sent) == 1


def test_ten_that_follow_the_same_messages_at_once_reset_none(real: World) -> None:
    store, marks = real.stores.recipients, {f"m{n}": "mark" for n in range(60)}
    store.follow("africastalking", {"m3": "mark"})
    report = Report("africastalking", "m3", "delivered", "", "mark")
    assert store.settle(report) == "settled"
    at_once(lambda _: store.follow("africastalking", marks, "b1/1/0"))
    found = store.statuses("africastalking", [*marks])
    assert found == dict.fromkeys(marks, "sent") | {"m3": "delivered"}


def test_of_ten_that_write_the_same_rows_at_once_each_row_takes_one(real: World) -> None:
    memory = hasattr(real.database, "tables")
    cells = MemoryCells(real.database) if memory else DynamoCells(real.database)
    places = [Place("caps", f"p{n}") for n in range(60)]
    known = [cells.write(Cell(one), {"by": -1}) for one in places[:30]]
    read = [*[one for one in known if one], *map(Cell, places[30:])]
    written = at_once(lambda by: cells.write_each([(one, {"by": by}) for one in read]))
    each = [[by for by in range(AT_ONCE) if written[by][n]] for n in range(60)]
    assert [[one.value["by"]] for one in cells.read(places)] == each
    assert [one.version for one in cells.read(places)] == [2] * 30 + [1] * 30


def test_who_was_forgotten_is_not_made_by_an_invitation(real: World) -> None:
    real.desk.set_language(a_party(), "en")
    known, gone = real.keys.now().person(a_party()), "somebody-who-was-forgotten"
    real.stores.addressees.invite([gone, known], "001 2026-12-05")
    real.stores.addressees.stop(gone)
    assert stored(real, "people") == 1
    assert real.desk.profile(a_party()).invitation is not None


def test_a_message_whose_taking_was_not_answered_is_posted(emulated: World) -> None:
    emulated.sms.receive(an_sms(text="HELP"))
    (woken,) = emulated.stores.woken()
    tokens = answers_lost(emulated)
    assert emulated.sender.send(woken) == "accepted"
    assert emulated.sender.send(woken) == "gone"
    assert len(emulated.gateway.sent) == 1
    assert len(tokens) == 2
    assert not spend(emulated, 1000)
    assert spend(emulated, 999)


def test_the_money_of_a_day_is_never_passed_by_a_race(real: World) -> None:
    taken = at_once(lambda _: spend(real, 300))
    assert taken.count(True) == 3


def test_first_call_on_the_emulator(emulated: World) -> None:
    """The walk that the twins are tested with holds on a real process too."""
    emulated.desk.set_language(a_party(), "en")
    assert "30,000 riel" in emulated.ussd.answer(a_hop(text="1*102*2")).text
    assert "in process" in emulated.ussd.answer(a_hop(text=f"2*{KAMRIENG}")).text


def test_questions_at_once_never_pass_the_day(real: World) -> None:
    limits, left = real.desk.limits, real.settings.questions_a_day - 3
    for _ in range(left):
        real.desk.commit([limits.asking(a_party())])

    def asks(_: int) -> bool:
        try:
            real.desk.commit([limits.asking(a_party())])
        except Refused:
            return False
        return True

    assert sum(at_once(asks)) == 3


def test_of_two_words_that_come_to_one_place_at_once_one_is_kept_and_counted_whole(
    real: World,
) -> None:
    slips = [Slip(one, "JOIN") for one in ("jion", meeting("2026-11", "jion"))]
    at_once(lambda n: real.desk.count_slip(slips[n % 2]))
    assert real.desk.slips.counted("2026-11") in [{one: AT_ONCE // 2} for one in slips]
