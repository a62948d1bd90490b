"""This file tests who belongs to an audience, read without a number, each once, in one order."""

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.capabilities.broadcasts import Audience
from chalicelib.capabilities.subscribers import Member
from chalicelib.storage.audience import DynamoAudience
from chalicelib.storage.memory.audience import MemoryAudience
from chalicelib.storage.memory.base import MemoryDatabase
from chalicelib.storage.stores_audience import StoresAudience
from tests.builders import a_party
from tests.world import World

PEOPLE = {
    1: ("021204", "km", "fees"),
    2: ("021204", None, ""),
    3: ("021201", "en", "forums"),
    4: ("020204", "km", ""),
    5: ("020605", "km-Latn", ""),
}


def reader(world: World, answers: Mapping[str, str] | None = None) -> StoresAudience:
    kind: Any = MemoryAudience if isinstance(world.database, MemoryDatabase) else DynamoAudience
    return kind(world.database, lambda _forum: answers or {})  # type: ignore[no-any-return]


def key(world: World, n: int) -> str:
    return world.keys.now().person(a_party(number=f"+8551200000{n}"))


def joined(world: World) -> World:
    """Let everybody join; the sixth never did."""
    for n, (commune, language, topic) in PEOPLE.items():
        party = a_party(number=f"+8551200000{n}")
        world.desk.commit([world.desk.joining(party, commune, channel="sms")])
        if language:
            world.desk.set_language(party, language)
        if topic:
            world.desk.commit([world.desk.preferring(party, topics=frozenset({topic}))])
    world.desk.set_language(a_party(number="+85512000006"), "en")
    return world


def found(world: World, said: Mapping[str, str] | None = None, **audience: Any) -> set[int]:
    """Return the numbers of those who belong."""
    names = {key(world, n): n for n in range(1, 7)}
    members = list(reader(world, said).members(Audience(**audience)))
    assert len({one.id for one in members}) == len(members)
    return {names[one.id] for one in members}


@pytest.mark.parametrize(
    ("communes", "who"),
    [
        (("021204",), {1, 2}),
        (("0212",), {1, 2, 3}),
        (("02",), {1, 2, 3, 4, 5}),
        (("0212", "021204", "02"), {1, 2, 3, 4, 5}),
        (("0202", "020605"), {4, 5}),
        (("01",), set()),
        ((), set()),
    ],
)
def test_places_of_every_level_stand_for_their_communes(
    both: World, communes: tuple[str, ...], who: set[int]
) -> None:
    assert found(joined(both), communes=communes) == who


def test_people_are_read_by_id_in_place_of_communes(both: World) -> None:
    joined(both)
    ids = tuple(key(both, n) for n in (6, 1, 1, 3))
    assert found(both, people=(*ids, "nobody"), communes=("02",)) == {1, 3, 6}


def test_more_people_than_one_read_takes_are_all_there(both: World) -> None:
    joined(both)
    ids = (*(f"nobody-{n}" for n in range(150)), key(both, 1), key(both, 5))
    assert found(both, people=ids) == {1, 5}


def test_who_chose_no_topic_hears_of_all(both: World) -> None:
    joined(both)
    fees, both_topics = frozenset({"fees"}), frozenset({"fees", "forums"})
    assert found(both, communes=("0212",), topics=fees) == {1, 2}
    assert found(both, communes=("0212",), topics=both_topics) == {1, 2, 3}


def test_who_chose_no_language_is_written_to_in_the_stages_own(both: World) -> None:
    joined(both)
    assert found(both, communes=("02",), languages=frozenset({"km-Latn"})) == {2, 5}
    assert found(both, communes=("02",), languages=frozenset({"km", "en"})) == {1, 3, 4}


def test_answers_to_a_forum_choose_and_who_said_nothing_is_silent(both: World) -> None:
    joined(both)
    said = {key(both, 1): "yes", key(both, 3): "no", key(both, 4): "no", "gone": "yes"}
    coming = {"forum": "041", "answers": frozenset({"yes", "silent"})}
    assert found(both, said, communes=("0212",), **coming) == {1, 2}
    assert found(both, said, communes=("0212",), forum="041", answers=frozenset({"no"})) == {3, 4}
    assert found(both, said, communes=("0212",), forum="041") == {1, 2, 3, 4}
    assert found(both, said, people=(key(both, 3), key(both, 5)), **coming) == {5}
    assert found(both, said, forum="041", answers=frozenset({"yes"})) == {1}
    assert found(both, said, forum="041") == {1, 3, 4}


def test_everybody_comes_once_in_the_same_order(both: World) -> None:
    read = reader(joined(both))
    audience = Audience(communes=("02", "0212", "021204"))
    members = list(read.members(audience))
    assert members == list(read.members(audience))
    assert [(one.commune, one.id) for one in members] == sorted(
        (one.commune, one.id) for one in members
    )


def test_a_member_says_what_a_message_must_know_and_no_number(both: World) -> None:
    joined(both)
    both.desk.commit([both.desk.preferring(a_party(), sex="women")])
    (member, *_) = [
        one
        for one in reader(both).members(Audience(communes=("021204",)))
        if one.id == key(both, 1)
    ]
    wanted = Member(
        id=key(both, 1),
        commune="021204",
        language="km",
        topics=frozenset({"fees"}),
        sex="women",
        network="cellcard",
        consented=True,
    )
    assert member == wanted
    assert member.reachable


def test_who_said_stop_is_there_and_not_reachable(both: World) -> None:
    joined(both)
    both.desk.commit([both.desk.opting(a_party(), out=True, channel="gateway")])
    (one, other) = sorted(
        reader(both).members(Audience(communes=("021204",))), key=lambda member: member.opted_out
    )
    assert (one.reachable, other.reachable) == (True, False)
    assert (other.consented, other.opted_out) == (True, True)


def test_who_moves_is_in_one_commune_only(both: World) -> None:
    joined(both)
    both.desk.commit([both.desk.joining(a_party(), "020204", channel="ussd")])
    assert found(both, communes=("021204",)) == {2}
    assert found(both, communes=("020204",)) == {1, 4}


def test_no_table_is_scanned_and_a_long_commune_is_read_page_by_page(dynamo: World) -> None:
    joined(dynamo)
    calls: list[str] = []
    events = dynamo.database.wire.events
    events.register("before-send.dynamodb", lambda operation, **_: calls.append(operation))
    assert found(dynamo, communes=("0212",)) == {1, 2, 3}
    assert set(calls) <= {"Query", "BatchGetItem"}
