"""This file tests two contacts keys that are valid at once: when each is used, who is found."""

from datetime import datetime, timedelta

import pytest

from chalicelib.capabilities.delivery import Report
from chalicelib.capabilities.subscribers import mark_in
from chalicelib.errors import NotAcceptable
from chalicelib.storage import contacts
from chalicelib.storage.contacts import Contacts
from chalicelib.storage.enrolment import enrolled_as
from chalicelib.storage.keys import CONTACTS, FRESH, KeyRow
from chalicelib.storage.memory.base import MemoryDatabase
from chalicelib.storage.memory.keys import TABLE
from chalicelib.telecom.messages import Party
from tests.builders import KAMRIENG, a_forum, a_party
from tests.world import World

OLD, NEW = b"o" * contacts.KEY_BYTES, b"n" * contacts.KEY_BYTES
BROTHER = a_party(number="+85512000009")


def put(world: World, item: Contacts) -> None:
    """Put an item of keys in the place of the one there."""
    if isinstance(world.database, MemoryDatabase):
        world.database.tables[TABLE][CONTACTS] = {"value": item.written()}
    else:
        world.database.bound(KeyRow)(CONTACTS, value=item.written()).save()


def begin(world: World) -> datetime:
    """Make a second key as `owl keys contacts renew` does; return when it is written under."""
    first = (contacts.FIRST, world.keys.now().values[CONTACTS])
    turns = world.clock.now() + timedelta(minutes=12)
    put(world, Contacts((first, (2, NEW)), int(turns.timestamp())))
    return turns


@pytest.mark.parametrize(
    "item",
    [
        Contacts(((1, OLD),)),
        Contacts(((2, NEW),)),
        Contacts(((1, OLD), (2, NEW)), turns=1_700_000_000),
        Contacts(((2, NEW),), clears=1_700_000_000),
        Contacts(((9, OLD), (10, NEW)), turns=1_700_000_000, moved=True),
    ],
    ids=["the first", "a later one", "two", "to be cleared", "two, all moved"],
)
def test_an_item_is_read_as_it_was_written(item: Contacts) -> None:
    assert contacts.read(item.written()) == item


def test_the_key_that_every_stage_has_is_stored_as_it_always_was() -> None:
    assert Contacts(((1, OLD),)).written() == OLD


def test_an_id_tells_whose_key_it_is_by_without_any_key(both: World) -> None:
    first = both.keys.now().person(a_party())
    assert mark_in(first) == ""
    put(both, Contacts(((2, NEW),)))
    both.clock.at += FRESH + timedelta(seconds=1)
    assert mark_in(both.keys.now().person(a_party())) == "v2:"
    assert both.keys.now().beside is None


def test_a_warm_function_reads_by_both_keys_in_time_and_writes_by_the_newer_from_the_moment(
    both: World,
) -> None:
    old = both.keys.now()
    turns = begin(both)
    assert both.keys.now() is old
    both.clock.at += FRESH + timedelta(seconds=1)
    learnt = both.keys.now()
    assert learnt.person(a_party()) == old.person(a_party())
    assert learnt.before is None
    assert learnt.beside is not None
    assert learnt.monthly("x") == old.monthly("x")
    both.clock.at = turns - timedelta(seconds=1)
    assert both.keys.now().person(a_party()) == old.person(a_party())
    both.clock.at = turns
    turned = both.keys.now()
    assert turned.person(a_party()) == learnt.beside.person(a_party())
    assert turned.before is not None
    assert turned.before.person(a_party()) == old.person(a_party())
    assert turned.monthly("x") == old.monthly("x")


def test_who_stood_under_the_older_key_is_found_and_changed_there(both: World) -> None:
    desk = both.desk
    desk.commit([desk.joining(a_party(), "021201", channel="sms")])
    desk.commit(desk.watching(a_party(), KAMRIENG, "en"))
    both.clock.at = begin(both)
    desk.set_language(a_party(), "km")
    desk.commit([desk.preferring(a_party(), topics=frozenset({"land"}))])
    desk.commit([desk.opting(a_party(), out=True, channel="sms")])
    seen = desk.look_sms(a_party(), "1").profile
    assert (seen.commune, seen.language, seen.opted_out) == ("021201", "km", True)
    assert seen.watched == (KAMRIENG,)
    assert desk.profile(a_party()) == desk.look(a_party(), "ussd", "s").profile
    desk.commit(desk.unwatching(a_party(), KAMRIENG))
    assert desk.look_sms(a_party(), "1").profile.watched == ()
    assert desk.watchers.of([KAMRIENG]).get(KAMRIENG, []) == []


def test_who_is_new_stands_under_the_newer_key_at_once(both: World) -> None:
    desk = both.desk
    both.clock.at = begin(both)
    desk.commit([desk.joining(BROTHER, "021201", channel="sms")])
    desk.commit(desk.watching(BROTHER, KAMRIENG, "en"))
    assert desk.look_at_forums(BROTHER).commune == "021201"
    assert desk.look_sms(BROTHER, "1").profile.watched == (KAMRIENG,)
    assert desk.watchers.of([KAMRIENG]) == {KAMRIENG: [both.keys.now().person(BROTHER)]}


def test_an_answer_to_a_forum_counts_once_under_whichever_key(both: World) -> None:
    desk = both.desk
    forum = desk.forums.add(a_forum(at=both.clock.now() + timedelta(days=2)))

    def answers(party: Party, answer: str) -> None:
        look = desk.look_at_forum(party, forum.code)
        desk.commit(desk.answering_forum(party, look, answer, "sms"))

    answers(a_party(), "yes")
    both.clock.at = begin(both)
    assert desk.look_at_forum(a_party(), forum.code).answer == "yes"
    answers(a_party(), "no")
    answers(BROTHER, "yes")
    assert desk.look_at_forum(a_party(), forum.code).answer == "no"
    assert sorted(desk.forums.answers(forum.code).values()) == ["no", "yes"]


def test_the_same_looks_cost_the_same_calls_with_two_keys(world: World) -> None:
    desk, calls = world.desk, world.database.calls

    def looks() -> list[str]:
        world.keys.now()
        calls.clear()
        desk.look(a_party(), "ussd", "s")
        desk.look_sms(a_party(), "1")
        desk.look_at_forums(a_party())
        desk.look_at_forum(a_party(), "001")
        desk.profile(a_party())
        return list(calls)

    one = looks()
    world.clock.at = begin(world)
    assert looks() == one == ["get"] * 5


def test_a_list_waits_until_everybody_has_moved(both: World) -> None:
    old = enrolled_as(both.keys.now(), a_party())
    both.clock.at = begin(both) - timedelta(seconds=1)
    assert enrolled_as(both.keys.now(), a_party()) == old
    both.clock.at += timedelta(seconds=1)
    with pytest.raises(NotAcceptable, match="import again ten minutes after"):
        enrolled_as(both.keys.now(), a_party())


def test_a_report_that_names_a_number_is_known_by_either_key(both: World) -> None:
    both.stores.recipients.follow("g", {"1": both.keys.now().person(a_party())})
    both.clock.at = begin(both)
    keys = both.keys.now()
    both.stores.recipients.follow("g", {"2": keys.person(a_party())})
    for id_ in ("1", "2"):
        marks = " ".join(one.person(a_party()) for one in keys.both)
        report = {"gateway": "g", "message_id": id_, "status": "delivered", "reason": ""}
        assert both.stores.recipients.settle(Report(mark=marks, **report)) == "settled"
        other = " ".join(one.person(BROTHER) for one in keys.both)
        report["status"] = "failed"
        assert both.stores.recipients.settle(Report(mark=other, **report)) == "other_number"
