"""This file plays every transcript on the phone side in memory, with the demo data in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from chalicelib.capabilities.catalogue import EMPTY
from chalicelib.cli.player import Mismatch, Player
from chalicelib.cli.transcripts import parse
from infra.local.demo import load
from tests.builders import a_hop, a_party, an_sms
from tests.world import MORNING, World, a_memory_world

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@dataclass
class _Session:
    """What a gateway keeps of one session."""

    id: str
    echo: str = ""
    sent_echo: str = ""
    text: str | None = None


class WorldDriver:
    """The phones of a world, in the hands of people who take three seconds a key."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sessions: dict[str, _Session] = {}

    def fresh(self) -> str:
        """Return a number of this world."""
        return f"+85512{next(self.world.ids):06}"

    def dial(self, number: str, text: str) -> str:
        """Open a session."""
        self.sessions[number] = _Session(f"ATUid_{next(self.world.ids)}")
        return self.hop(number, text)

    def hop(self, number: str, text: str) -> str:
        """Answer one hop, with the echo of the hop before it."""
        self.world.clock.forward(seconds=3)
        session = self.sessions[number]
        if text != session.text:
            session.sent_echo, session.text = session.echo, text
        party = a_party(number=number)
        hop = a_hop(text=text, party=party, session_id=session.id, echo=session.sent_echo)
        reply = self.world.ussd.answer(hop)
        session.echo = reply.echo
        return f"{'END' if reply.end else 'CON'} {reply.text}"

    def text(self, number: str, text: str) -> None:
        """Answer one SMS."""
        self.world.clock.forward(seconds=3)
        sms = an_sms(text=text, id_=f"sms-{next(self.world.ids)}", party=a_party(number=number))
        self.world.sms.receive(sms)

    def inbox(self, number: str, wanted: int) -> Sequence[str]:  # noqa: ARG002 - the driver's shape
        """Return what was sent; nothing is worth waiting for, it is all there."""
        self.world.deliver()
        return self.world.inbox(number)


@pytest.fixture(scope="module")
def demo_world() -> Iterator[World]:
    """A world with everything that `make run` loads."""
    world = a_memory_world()
    noted: list[object] = []
    audit = SimpleNamespace(note=noted.append)
    desk = world.desk
    office = SimpleNamespace(
        settings=world.settings,
        catalogue=desk.catalogue,
        tickets=desk.tickets,
        audit=audit,
        today=MORNING.date,
    )
    desk.catalogue.publish(EMPTY)
    world.database.tables["tickets"].clear()
    load(office, MORNING.date(), noted.append)
    world.restart()
    return world


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_every_transcript_comes_true(path: Path, demo_world: World) -> None:
    Player(WorldDriver(demo_world), path.name).play(parse(path.read_text("utf-8"), path.name))


def test_a_transcript_that_is_wrong_fails_at_its_line(demo_world: World) -> None:
    steps = parse("# wrong\ndial Vanna\n> 1\n~ Kind of service\n", "wrong.txt")
    with pytest.raises(Mismatch, match=r"wrong\.txt:4: 'Kind of service' is not there"):
        Player(WorldDriver(demo_world), "wrong.txt").play(steps)
