"""This file plays every transcript through every USSD shape, and attacks each of them."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.cli.player import Player
from chalicelib.cli.transcripts import parse
from infra.local.demo import load
from tests.gateways.shapes import SHAPES, Phones, Shape, a_world_of_all, files
from tests.world import MORNING, World

__all__ = ["files"]
TRANSCRIPTS = sorted((Path(__file__).parents[1] / "transcripts").glob("*.txt"))
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=[one.name for one in SHAPES])


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
