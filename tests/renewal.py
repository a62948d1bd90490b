"""This file renews the contacts key of a stage under moto while its phones are used."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from chalicelib.capabilities.subscribers import Profile
from chalicelib.channels.delivery import Delivery
from chalicelib.duties import contacts as duties
from chalicelib.staff import Office
from chalicelib.storage.seals import opened_text, sealed_to_sender, unsealed
from chalicelib.telecom.messages import Party, SendResult
from tests.builders import KAMRIENG, a_party
from tests.sending import DisturbedQueue, PretendGateway, an_order, worker_of
from tests.world import World

COMMUNE = "021201"


@dataclass
class Renewed:
    """A stage with staff and phones; `oldest` is the key that it began with."""

    world: World
    gateway: PretendGateway = field(default_factory=PretendGateway)
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Its clock stands, as a rehearsal's may.
        rehearsal = replace(self.world.settings, clock_offset="1")
        self.office = Office(rehearsal, self.world.clock)
        # What is put on the queue is taken from nowhere: `works` names the chunks itself.
        self.office.sweeper = replace(self.office.sweeper, queue=DisturbedQueue(self.world.clock))
        self.oldest = self.world.keys.now()

    @property
    def desk(self) -> Any:
        """What the phone side writes to."""
        return self.world.desk

    def party(self, n: int) -> Party:
        """Return one of the people."""
        return a_party(number=f"+8551200{n:04}")

    def look(self, n: int) -> Profile:
        """Look somebody up as an SMS does, with what they wait for."""
        found: Profile = self.desk.look_sms(self.party(n), "1").profile
        return found

    def does(self, *writes: Any) -> None:
        """Commit what a phone asked for."""
        self.desk.commit(writes)

    def joins(self, n: int) -> None:
        """Let somebody join."""
        self.does(self.desk.joining(self.party(n), COMMUNE, channel="sms"))

    def stops(self, n: int, *, out: bool = True) -> None:
        """Let somebody say STOP, or START."""
        self.does(self.desk.opting(self.party(n), out=out, channel="sms"))

    def waits(self, n: int, number: str = KAMRIENG) -> None:
        """Let somebody ask for news of a ticket."""
        self.does(*self.desk.watching(self.party(n), number, "en"))

    def waits_no_more(self, n: int, number: str = KAMRIENG) -> None:
        """Let somebody end the news of a ticket."""
        self.does(*self.desk.unwatching(self.party(n), number))

    def answers(self, n: int, code: str, answer: str) -> None:
        """Let somebody say yes or no to a forum."""
        look = self.desk.look_at_forum(self.party(n), code)
        self.does(*self.desk.answering_forum(self.party(n), look, answer, "sms"))

    def answered(self, n: int, code: str) -> str:
        """Return what somebody said to a forum."""
        return str(self.desk.look_at_forum(self.party(n), code).answer)

    def asks(self, n: int, code: str) -> None:
        """Let somebody ask a forum something."""
        self.does(*self.desk.asking_forum(self.party(n), code, "When?")[1])

    def renews(self) -> None:
        """Make a second key."""
        duties.begun(self.office)

    def begins(self) -> None:
        """Make a second key, and let its time come."""
        self.renews()
        self.world.clock.forward(minutes=13)

    def moves(self) -> duties.Done:
        """Move everybody."""

        def wait(seconds: float) -> None:
            self.world.clock.forward(seconds=seconds)

        return duties.moved(self.office, wait, lambda _name, _rows: None)

    def drops(self, without: int = 0) -> None:
        """Drop the older key, which functions know for a while yet."""
        duties.retired(self.office, without)

    def retires(self, without: int = 0) -> None:
        """Drop the older key and, once no function knows it, what led from it."""
        self.drops(without)
        self.world.clock.forward(minutes=11)
        self.drops()

    def sends(self) -> list[str]:
        """Send a broadcast to the commune; return the numbers it went to, copies and all."""
        side, name = self.office, f"b{len(self.sent)}"
        self.sent.append(name)
        now = self.world.clock.now()
        until = now + timedelta(days=3)
        order = an_order(id_=name, text=f"Message {name}", not_before=now, not_after=until)
        side.ledger.draft(order)
        side.ledger.move(name, "DRAFT", "PLANNING")
        head = side.sweeper.advance(name)
        if head.state == "PLANNED":
            side.ledger.sign(name, "sok", head.seen)
            side.ledger.release(name)
        return self.works(name)

    def works(self, name: str) -> list[str]:
        """Let the minute's tick and a worker see to a message; return whom it went to."""
        self.office.sweeper.advance(name)
        head, worker = self.office.ledger.head(name), worker_of(self.office, self.gateway, count())
        for n in range(head.chunks):
            worker.send({"broadcast": name, "epoch": str(head.epoch), "chunk": str(n)})
        return [to for to, words, _ in self.gateway.log if words == f"Message {name}"]

    def unclear(self, number: str, whose: str) -> SendResult | None:
        """Answer nothing clear about one number, as a gateway may."""
        return SendResult("unknown", reason="told") if number == whose else None

    def reports(self, n: int, message_id: str = "") -> str:
        """Bring the report on the message that somebody got; return what came of it."""
        number, side, desk = self.party(n).id, self.office, self.desk
        ids = [one for to, _, one in self.gateway.log if to == number] or [message_id]
        marks = " ".join(one.person(self.party(n)) for one in desk.keys.now().both)
        report = {"gateway": self.gateway.name, "id": ids[0], "status": "delivered", "reason": ""}
        queue = DisturbedQueue(self.world.clock)
        delivery = Delivery(
            self.world.stores.recipients, side.sweeper.ledger.control, queue, self.world.observe
        )
        return delivery.settle({**report, "mark": marks, "waited": "9"})

    def sealed(self, n: int) -> bytes:
        """Return somebody's number as it is stored."""
        return sealed_to_sender(self.world.keys.now(), self.party(n).id)

    def dump(self) -> str:
        """Return every row of every table but that of keys, as a copy of the database has them."""
        client = self.world.database.client_of("dynamodb")
        names = [one for one in client.list_tables()["TableNames"] if not one.endswith("-keys")]
        pages = [client.scan(TableName=name)["Items"] for name in names]
        cells = [self._unpacked(row) for items in pages for row in items]
        return str(cells)

    def traces(self, people: int) -> list[str]:
        """Return what of some people whoever has the first key finds in a copy of the database."""
        dump = self.dump()
        ids = [self.oldest.person(self.party(n)) for n in range(people)]
        found = [one for one in ids if one in dump]
        found += [one for one in self._askers() if one in ids]
        return found + [one for one in self._waiting() if one in ids]

    def _askers(self) -> Iterator[str]:
        for forum in self.office.forums.all():
            for one in self.office.forums.questions(forum.code):
                yield opened_text(self.oldest.lasting("asker"), one.asker)

    def _waiting(self) -> Iterator[str]:
        key = self.oldest.lasting("watchers", KAMRIENG)
        rows = self.world.desk.watchers.rows
        for row in rows.scan(rows.id == f"watch#{KAMRIENG}"):
            yield from filter(None, (unsealed(key, one) for one in row.who or ()))

    def _unpacked(self, row: dict[str, Any]) -> object:
        data = row.get("data", {}).get("B")
        return {**row, "data": zlib.decompress(data)} if data else row


@contextmanager
def at_call(renewed: Renewed, nth: int, do: Callable[[], None], only: str = "") -> Iterator[None]:
    """Do something before the nth call that staff's side makes of the database, of one kind."""
    left, wire = [nth], renewed.office.database.wire
    call = wire.call

    def calling(operation: str, /, **asked: Any) -> dict[str, Any]:
        left[0] -= not only or operation == only
        if left[0] == 0:
            left[0] = -1
            do()
        return call(operation, **asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "call", calling)
        yield
