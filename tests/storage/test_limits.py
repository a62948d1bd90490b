"""This file tests what is limited: guesses, replies by number and block, and a day's money."""

from collections.abc import Callable, Iterator, Sequence

import pytest

from chalicelib.capabilities.guesses import Tried
from chalicelib.capabilities.subscribers import CONFIRM, REPLY
from chalicelib.ports import Refused
from chalicelib.telecom.messages import Party
from tests.builders import KAMRIENG, NUMBER, a_party, a_ticket
from tests.world import StoppedClock, World, a_memory_world, on_moto


@pytest.fixture(params=["memory", "moto"])
def tight(request: pytest.FixtureRequest, clock: StoppedClock) -> Iterator[World]:
    """A stage of few replies, on either twin."""
    few = {"replies_a_day": 3, "replies_a_block": 4}
    if request.param == "memory":
        yield a_memory_world(clock, **few)
        return
    with on_moto(clock, **few) as world:
        yield world


def put(
    world: World,
    party: Party,
    *,
    kind: str = REPLY,
    last: bool = False,
    text: str = "words",
    beside: Sequence[object] = (),
) -> str:
    """Put one message; return what refused it, or nothing."""
    try:
        writes = world.desk.outbox.put(
            kind,
            party,
            text,
            dedupe_id=world.desk.outbox.dedupe_id("test", str(next(world.ids))),
            not_after=world.clock.now(),
            last=last,
        )
        world.desk.commit([*beside, *writes])
    except Refused as refused:
        return refused.what
    return ""


def test_a_number_gets_so_many_replies_a_day_the_last_one_kept_back(tight: World) -> None:
    assert [put(tight, a_party()) for _ in range(3)] == ["", "", "budget"]
    assert put(tight, a_party(), last=True) == ""
    assert put(tight, a_party(), last=True) == "budget"
    tight.clock.forward(hours=24)
    assert put(tight, a_party()) == ""


def test_a_block_of_numbers_gets_so_many_replies_an_hour(tight: World) -> None:
    answers = [put(tight, a_party(number=f"+8551200000{n}")) for n in range(6)]
    assert answers == ["", "", "", "", "block", "block"]
    assert put(tight, a_party(number="+85512001000")) == ""
    tight.clock.forward(hours=1)
    assert put(tight, a_party(number="+85512000005")) == ""


def test_a_masked_party_has_a_budget_of_its_own_and_no_block(tight: World) -> None:
    masked = [a_party(number=None, id_=f"masked-{n}") for n in range(6)]
    assert [put(tight, one) for one in masked] == [""] * 6
    assert [put(tight, masked[0]) for _ in range(2)] == ["", "budget"]


def test_confirmations_are_two_a_day_and_cost_no_reply(tight: World) -> None:
    kinds = [put(tight, a_party(), kind=CONFIRM) for _ in range(3)]
    assert kinds == ["", "", "confirms"]
    assert put(tight, a_party()) == ""


def spend(world: World, parts: int, *, capped: bool = True) -> bool:
    """Pay for a message of so many parts; False where that is refused."""
    purse = world.stores.purse
    try:
        world.database.commit([purse.spending(purse.purse(), parts, capped=capped)])
    except Refused:
        return False
    return True


@pytest.fixture(params=["memory", "moto"])
def poor(request: pytest.FixtureRequest, clock: StoppedClock) -> Iterator[World]:
    """A stage whose day may cost ten parts of a message and a bit, on either twin."""
    little = {"spend_a_day": "0.74", "reply_price": "0.07"}
    if request.param == "memory":
        yield a_memory_world(clock, **little)
        return
    with on_moto(clock, **little) as world:
        yield world


def test_nothing_is_let_through_where_the_limit_is_nothing() -> None:
    with on_moto(spend_a_day="0") as dynamo:
        for world in (a_memory_world(spend_a_day="0"), dynamo):
            assert not spend(world, 1)
            assert put(world, a_party()) == "budget"
            assert spend(world, 1, capped=False)


def test_a_message_dearer_than_the_day_is_refused_at_once(poor: World) -> None:
    assert not spend(poor, 11)
    assert spend(poor, 10)


def test_the_money_of_a_day_is_never_passed(both: World) -> None:
    assert [spend(both, 400) for _ in range(3)] == [True, True, False]
    assert spend(both, 200)
    assert not spend(both, 1)
    both.clock.forward(hours=24)
    assert spend(both, 1000)


LOOKS: dict[str, Callable[[World], object]] = {
    "look": lambda world: world.desk.look(a_party(), "ussd"),
    "look_sms": lambda world: world.desk.look_sms(a_party(), "id"),
    "look_at_ticket": lambda world: world.desk.look_at_ticket(a_party(), "99999999"),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_reply_is_accepted_while_a_look_saw_that_the_day_can_still_pay_for_it(
    poor: World, look: Callable[[World], object]
) -> None:
    spend(poor, 9)
    look(poor)
    assert put(poor, a_party(), text="words " * 40) == "budget"
    assert put(poor, a_party()) == ""
    spend(poor, 1)
    look(poor)
    assert put(poor, a_party()) == "budget"
    assert put(poor, a_party(number=None), last=True) == "budget"
    assert put(poor, a_party(), kind=CONFIRM) == ""
    poor.clock.forward(hours=24)
    assert put(poor, a_party()) == ""


def test_no_two_replies_wait_for_one_row(poor: World) -> None:
    first, second = (
        poor.desk.outbox.put(REPLY, party, "words", dedupe_id=party.id, not_after=poor.clock.now())
        for party in (a_party(), a_party(number="+85512999999"))
    )
    assert {write.what for write in first} == {"outbox", "budget", "block"}
    assert len(first) == len(second) == 3


def test_to_accept_a_reply_takes_no_money(poor: World) -> None:
    assert [put(poor, a_party()) for _ in range(20)] == [""] * 20
    assert spend(poor, 10)


def test_a_refund_goes_to_the_day_that_paid(both: World) -> None:
    purse = both.stores.purse
    day = purse.purse()
    assert spend(both, 1000)
    both.clock.forward(hours=24)
    both.database.commit([purse.refunding(day, 600)])
    assert spend(both, 1000)
    assert not spend(both, 1)
    both.clock.forward(hours=-24)
    assert [spend(both, 600), spend(both, 1)] == [True, False]


def tries(world: World) -> Tried:
    return world.desk.look_at_ticket(a_party(), "99999999").tried


def note(world: World, mark: str, *, missed: bool) -> None:
    assert world.desk.note_try(a_party(), mark, tries(world), missed=missed)


def test_tries_are_marks_and_misses_by_hour(both: World) -> None:
    note(both, "mark-a", missed=True)
    note(both, "mark-b", missed=False)
    both.clock.forward(hours=1)
    note(both, "mark-c", missed=True)
    assert tries(both) == Tried(frozenset({"mark-a", "mark-b", "mark-c"}), {10: 1, 11: 1}, 3)
    assert both.desk.hour() == 11


def test_the_same_try_again_adds_nothing(both: World) -> None:
    for _ in range(3):
        note(both, "mark-a", missed=True)
    assert tries(both).misses == {10: 1}


def test_tries_are_forgotten_with_the_day(both: World) -> None:
    note(both, "mark-a", missed=True)
    both.clock.forward(hours=14)
    assert tries(both) == Tried()


def test_an_alias_and_its_number_are_one_try(both: World) -> None:
    both.desk.tickets.save_many([a_ticket(aliases=("PAY77",))])
    looks = [both.desk.look_at_ticket(a_party(), one) for one in (KAMRIENG, "PAY77")]
    assert looks[0].mark == looks[1].mark
    assert looks[0].ticket == looks[1].ticket is not None


def test_a_mark_tells_nothing_and_is_the_askers_own(both: World) -> None:
    mine = both.desk.look_at_ticket(a_party(), KAMRIENG).mark
    theirs = both.desk.look_at_ticket(a_party(number="+85512000002"), KAMRIENG).mark
    assert mine != theirs
    assert KAMRIENG not in mine


def test_of_two_tries_decided_by_the_same_look_one_is_noted(both: World) -> None:
    before = tries(both)
    noted = [
        both.desk.note_try(a_party(), mark, before, missed=True) for mark in ("mark-a", "mark-b")
    ]
    assert noted == [True, False]
    assert tries(both) == Tried(frozenset({"mark-a"}), {10: 1}, 1)


def is_puzzled(world: World, number: str = NUMBER) -> bool:
    """Take a number's one `not understood` of the day; False where it is taken."""
    try:
        world.desk.commit([world.desk.puzzling(a_party(number=number))])
    except Refused as refused:
        return refused.what != "puzzled"
    return True


def test_not_understood_is_said_once_a_day(both: World) -> None:
    assert [is_puzzled(both) for _ in range(3)] == [True, False, False]
    assert is_puzzled(both, "+85512000002")
    both.clock.forward(hours=24)
    assert is_puzzled(both)


def test_not_understood_and_its_reply_are_taken_together(both: World) -> None:
    assert put(both, a_party(), beside=[both.desk.puzzling(a_party())]) == ""
    assert put(both, a_party(), beside=[both.desk.puzzling(a_party())]) == "puzzled"
