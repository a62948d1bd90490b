"""This file puts people into a stage of the console's tests, and lets them say and get things."""

from chalicelib.storage.desk import DynamoDesk
from chalicelib.storage.keys import WEBHOOK_KEYS, KeyRing
from tests.builders import TRANG, a_catalogue, a_party
from tests.console.conftest import Console


class People:
    """The phone side of a stage, whose catalogue knows Trang."""

    def __init__(self, console: Console) -> None:
        self.side = console.office
        catalogue = a_catalogue()
        places = {**catalogue.places, TRANG.code: TRANG}
        self.side.catalogue.publish(catalogue._replace(places=places))
        keys = KeyRing(self.side.database, self.side.clock, WEBHOOK_KEYS)
        self.desk = DynamoDesk(self.side.database, keys, self.side.clock)

    def join(self, wanted: int, *, language: str = "en", commune: str = TRANG.code) -> None:
        """Let people join the news of a commune."""
        for n in range(wanted):
            party = a_party(number=f"+8551200{n:04}")
            self.desk.commit([self.desk.joining(party, commune, channel="sms")])
            self.desk.set_language(party, language)

    def say(self, n: int, answer: str, code: str = "001") -> None:
        """Let somebody answer a forum."""
        party = a_party(number=f"+8551200{n:04}")
        look = self.desk.look_at_forum(party, code)
        self.desk.commit(self.desk.answering_forum(party, look, answer, "sms"))  # type: ignore[arg-type]

    def ask(self, n: int, text: str, code: str = "001") -> None:
        """Let somebody ask something."""
        self.desk.commit(self.desk.asking_forum(a_party(number=f"+8551200{n:04}"), code, text)[1])

    def tick(self) -> None:
        """Take up and order what is due, as every minute does."""
        self.side.announcer.fire(self.side.ledger, self.side.clock.now())
        for name in self.side.ledger.open_ids():
            self.side.sweeper.advance(name)
