"""This file plays every transcript through every USSD shape, and two presses at once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.cli.player import Player
from chalicelib.cli.transcripts import parse
from infra.local.demo import load
from tests.builders import NUMBER
from tests.gateways.shapes import SHAPES, Phones, Shape, a_world_of_all, files
from tests.world import MORNING, World

__all__ = ["files"]
TRANSCRIPTS = sorted((Path(__file__).parents[1] / "transcripts").glob("*.txt"))
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=[one.name for one in SHAPES])
# Whose transcript OWL keeps; where a gateway tells it whole, it is its word.
KEPT = [one for one in SHAPES if one.name in {"xml-ussd", "ideamart", "naga"}]
each_kept = pytest.mark.parametrize("shape", KEPT, ids=[one.name for one in KEPT])


@pytest.fixture
def world(files: object) -> World:
    """A world with every gateway."""
    return a_world_of_all()


@pytest.fixture(scope="module")
def demo_world(files: object) -> Iterator[World]:
    """A world with every gateway and everything that `make run` loads."""
    world = a_world_of_all()
    noted: list[object] = []
    office = SimpleNamespace(
        settings=world.settings,
        catalogue=world.desk.catalogue,
        tickets=world.desk.tickets,
        audit=SimpleNamespace(note=noted.append),
        today=MORNING.date,
    )
    world.desk.catalogue.publish(EMPTY)
    world.database.tables["tickets"].clear()
    load(office, MORNING.date(), noted.append)
    world.restart()
    for edge in world.edges.by_name.values():
        edge.hops.medium = world.ussd.medium
    return world


@each_shape
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_every_transcript_comes_true_on_every_shape(
    path: Path, shape: Shape, demo_world: World
) -> None:
    played = Player(Phones(demo_world, shape), f"{path.name} ({shape.name})")
    played.play(parse(path.read_text("utf-8"), path.name))


@each_kept
def test_keys_of_another_book_are_never_played_on_this_one(
    shape: Shape, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones = Phones(world, shape)
    home = phones.dial(NUMBER, "")
    assert phones.hop(NUMBER, "1") != home
    book = world.conversation.book._replace(version="another")
    monkeypatch.setattr(world.conversation, "book", book)
    assert phones.hop(NUMBER, "1*1") == home
    assert phones.hop(NUMBER, "1*1*1") != home


@each_kept
def test_of_two_presses_at_once_one_is_played(shape: Shape, world: World) -> None:
    """The second finds that the first wrote what was typed, and is played behind it."""
    phones = Phones(world, shape)
    phones.dial(NUMBER, "")
    edge = world.edges.by_name[shape.name]
    assert edge.turns is not None
    first = phones.sessions[NUMBER]
    press = replace(first, whole="1", last="1", n=1)
    other = replace(first, whole="1*2", last="2", n=2)
    look, looks = edge.turns.desk.look_session, list[object]()

    def slow(*told: Any) -> Any:
        found = look(*told)
        if not looks:
            looks.append(found)
            world.clock.forward(seconds=1)
            edge.ussd(shape.ask(press))
        return found

    world.desk.look_session = slow
    edge.ussd(shape.ask(other))
    world.desk.look_session = look
    world.deliver()
    found = look(shape.party(NUMBER), f"{shape.name}/{first.session}")
    assert found.typed[3:] == ("1", "2")
