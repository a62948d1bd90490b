"""This file tests a renewal of the contacts key where a function is behind, or a copy is put back.

A function reads its keys every ten minutes; while it cannot, it goes on with those it has.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from chalicelib.capabilities.subscribers_forget import forget
from chalicelib.errors import Unavailable
from chalicelib.telecom.messages import Party
from tests.builders import KAMRIENG
from tests.renewal import Renewed
from tests.world import World


@pytest.fixture
def stage(dynamo: World) -> Renewed:
    """A stage with three people who joined."""
    renewed = Renewed(dynamo)
    for n in range(3):
        renewed.joins(n)
    return renewed


@pytest.mark.parametrize(
    "does",
    [
        lambda stage: stage.stops(0),
        lambda stage: stage.joins(0),
        lambda stage: stage.waits(0),
        lambda stage: stage.desk.set_language(stage.party(0), "en"),
        lambda stage: stage.look(0),
    ],
    ids=["STOP", "JOIN", "news", "language", "look"],
)
def test_a_function_that_cannot_read_its_keys_takes_nothing_it_would_lose(
    stage: Renewed, does: Callable[[Renewed], None]
) -> None:
    def unread(_: Sequence[str]) -> dict[str, bytes]:
        raise Unavailable("the table of keys does not answer")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage.world.keys, "_values", unread)
        stage.begins()
        stage.moves()
        with pytest.raises(Unavailable):
            does(stage)
    stage.world.clock.forward(minutes=2)
    does(stage)
    stopped = stage.look(0).opted_out
    reached = [stage.party(n).id for n in range(stopped, 3)]
    assert sorted(stage.sends()) == reached


def test_a_copy_that_is_put_back_after_its_key_is_gone_names_nobody_who_is_written_to(
    stage: Renewed,
) -> None:
    rows = stage.desk.people.rows
    copied = [*rows.scan()]
    stage.begins()
    stage.moves()
    stage.retires()
    for row in [*rows.scan()]:
        row.delete()
    for row in copied:
        row.save()
    stage.stops(0)
    stage.joins(1)
    assert stage.sends() == [stage.party(1).id]


def test_who_asked_for_news_before_they_moved_is_forgotten_whole(stage: Renewed) -> None:
    stage.begins()
    stage.waits(0)
    done = forget(stage.party(0), stage.office.traces())
    assert sum(one.left for one in done) == 0
    assert stage.desk.watchers.of([KAMRIENG]).get(KAMRIENG, []) == []


def test_somebody_of_a_masked_number_moves_too(stage: Renewed) -> None:
    masked, desk = Party("vox", "a:b"), stage.desk
    desk.commit([desk.opting(masked, out=True, channel="sms")])
    stage.begins()
    assert stage.moves().unreadable == 0
    stage.retires()
    assert desk.profile(masked).opted_out


def test_who_moves_between_the_two_reads_of_one_look_is_found(
    stage: Renewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = stage.world.database
    stage.begins()
    new = stage.world.keys.now().person(stage.party(0))
    get, torn = database.get, iter([True])

    def read(wanted: Sequence[Any]) -> list[Any]:
        """Read the newer row, let everybody move, and read the others."""
        if not next(torn, False):
            return get(wanted)
        (at,) = (n for n, (_, key) in enumerate(wanted) if key == (new,))
        before = get([wanted[at]])
        stage.moves()
        found = get(wanted)
        return [*found[:at], *before, *found[at + 1 :]]

    monkeypatch.setattr(database, "get", read)
    assert stage.look(0).commune
