"""This file reads people for the sender: the one place where sealed numbers are opened."""

from collections.abc import Callable, Mapping, Sequence

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from chalicelib.capabilities.ledger_people import Reached
from chalicelib.ports import Clock
from chalicelib.storage.base import Database
from chalicelib.storage.keys import SENDER, KeyRing
from chalicelib.storage.seals import opener_of
from chalicelib.storage.statements import Value, change, executed

AT_ONCE = 100
GATEWAY = "gateway"


class AddresseeRow(Model):
    """A person as the sender sees one, which reads and changes some values and knows no others."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "people"

    id = UnicodeAttribute(hash_key=True)


class DynamoAddressees:
    """See `capabilities.ledger_people.Addressees`."""

    def __init__(self, database: Database, keys: KeyRing, clock: Clock) -> None:
        """Bind the table; `keys` holds the sender's private half."""
        self.database, self.keys, self.clock = database, keys, clock
        self.rows = database.bound(AddresseeRow)

    def reach(self, people: Sequence[str]) -> Mapping[str, Reached]:
        """Read people as they are now; one call for 100."""
        found, opened = {}, opening(self.keys)
        for begin in range(0, len(people), AT_ONCE):
            some = people[begin : begin + AT_ONCE]
            items = self.database.items([(self.rows, (one,)) for one in some])
            for one, item in zip(some, items, strict=True):
                if item is not None:
                    number, stopped = item.get("number", {}), item.get("opted_out", {})
                    found[one] = Reached(opened(number.get("B")), bool(stopped.get("BOOL")))
        return found

    def invite(self, people: Sequence[str], question: str) -> None:
        """Say of people which forum's question is open for them."""
        now = self.clock.now().isoformat(timespec="seconds")
        told = {"invited": {"S": question}, "invited_at": {"S": now}}
        # Who was forgotten stays so: what is not there is not changed.
        executed(self.database, [change(self.rows, {"id": {"S": one}}, told) for one in people])

    def stop(self, person: str) -> None:
        """Note that the gateway has somebody on its block list."""
        now = self.clock.now().isoformat(timespec="seconds")
        told: dict[str, Value] = {"opted_at": {"S": now}, "opted_by": {"S": GATEWAY}}
        told["opted_out"] = {"BOOL": True}
        executed(self.database, [change(self.rows, {"id": {"S": person}}, told)])


def opening(keys: KeyRing) -> Callable[[bytes | None], str]:
    """Return what opens numbers; one sealed to another pair is empty, so that it harms no other."""
    from nacl.exceptions import CryptoError  # noqa: PLC0415 - as `storage.seals` does

    opener = opener_of(keys.now().values[SENDER])

    def opened(sealed: bytes | None) -> str:
        try:
            return opener(sealed).decode() if sealed else ""
        except CryptoError:
            return ""

    return opened
