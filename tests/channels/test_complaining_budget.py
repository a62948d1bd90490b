"""This file tests that no complaint is kept whose code cannot be told, whatever budget is spent."""

from collections.abc import Iterator

import pytest

from chalicelib.errors import Unavailable
from chalicelib.storage.memory.base import BEFORE, FINE
from tests.builders import a_party, an_sms
from tests.channels.test_complaining import CODE, KAMRIENG, WORDS, complained, says, told
from tests.phone import Phone
from tests.world import World, a_memory_world, on_moto

OTHER = "+85512000002"
# Four messages lead to the text, and the last reply of a day is kept back.
MENU, KEPT_BACK = ("COMPLAIN", "2", KAMRIENG, "1"), 1
SPENT = {
    "of the number": {"replies_a_day": len(MENU) + KEPT_BACK},
    "of its block": {"replies_a_block": len(MENU)},
}


def kept(world: World) -> int:
    """Count complaints."""
    return len(list(world.desk.complaints.every()))


@pytest.fixture(params=["memory", "moto"])
def tight(request: pytest.FixtureRequest) -> Iterator[World]:
    """A phone side on either twin that answers four SMS of a number, and tells it once more."""
    few = SPENT["of the number"]
    if request.param == "memory":
        yield a_memory_world(**few)
        return
    with on_moto(**few) as world:
        yield world


def test_a_complaint_whose_code_is_over_the_days_replies_is_not_kept_and_that_is_told(
    tight: World,
) -> None:
    phone = Phone(tight).texts("LANG english")
    tight.clock.forward(days=1)
    phone.texts(*MENU, WORDS)
    assert "Not kept: too many messages today. Dial *384*55#" in phone.inbox()[-1]
    assert kept(tight) == 0
    # On a screen there is always room for a code.
    complained(Phone(tight))
    assert kept(tight) == 1


@pytest.mark.parametrize("spent", SPENT)
def test_a_complaint_by_sms_is_never_kept_without_its_code(spent: str) -> None:
    world = a_memory_world(**SPENT[spent])
    phone = Phone(world).texts(*MENU, WORDS, *MENU, WORDS)
    assert [CODE.findall(one) for one in phone.inbox() if CODE.search(one)] == []
    assert kept(world) == 0


def test_the_code_takes_the_last_reply_but_one_and_comes() -> None:
    world = a_memory_world(replies_a_day=len(MENU) + 1 + KEPT_BACK)
    phone = Phone(world).texts(*MENU, WORDS, "INFO 102")
    *_, answer, capped = phone.inbox()
    assert CODE.search(answer)
    assert "Too many messages today" in capped
    assert told(world) == [WORDS]


def test_a_code_costs_one_reply_as_any_other_answer() -> None:
    world = a_memory_world()
    Phone(world).texts(*MENU, WORDS)
    replies = [row["replies"] for row in world.database.tables["limits"].values()]
    assert replies == [len(MENU) + 1] * 2


def test_no_complaint_is_kept_where_replies_are_switched_off() -> None:
    world = a_memory_world(replies=False)
    Phone(world).texts(*MENU, WORDS)
    assert kept(world) == 0


def test_no_complaint_is_kept_where_the_days_money_is_gone() -> None:
    world = a_memory_world(spend_a_day="0")
    Phone(world).texts(*MENU, WORDS)
    assert kept(world) == 0


def test_a_code_that_was_kept_but_not_told_comes_with_the_last_reply_of_the_day() -> None:
    world = a_memory_world(replies_a_day=len(MENU) + 1 + KEPT_BACK)
    phone = Phone(world).texts(*MENU)
    commits = iter([FINE, BEFORE])
    world.database.outage = lambda call: next(commits) if call == "commit" else FINE
    message = an_sms(text=WORDS, id_="sms-last", party=a_party())
    with pytest.raises(Unavailable):
        world.sms.receive(message)
    assert kept(world) == 1
    world.database.outage = lambda _: FINE
    world.sms.receive(message)
    assert CODE.search(phone.inbox()[-1])
    assert kept(world) == 1


def test_an_answer_by_sms_over_the_days_replies_is_not_kept_either() -> None:
    world = a_memory_world(replies_a_day=2 + KEPT_BACK)
    code = complained(Phone(world))
    says(world, "ask", {"en": "Which day?"})
    phone = Phone(world, OTHER).texts(f"COMPLAIN {code}", "1", "On Monday")
    assert "Not kept" in phone.inbox()[-1]
    assert told(world) == [WORDS]
