"""This file reads people for the sender: the one place where sealed numbers are opened."""

from collections.abc import Callable, Mapping, Sequence

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from chalicelib.capabilities.ledger_people import Reached
from chalicelib.ports import Clock
from chalicelib.storage.base import Database, answering
from chalicelib.storage.keys import SENDER, KeyRing
from chalicelib.storage.seals import opener_of

AT_ONCE = 100
GATEWAY = "gateway"


class AddresseeRow(Model):
    """What the sender may change of a person; all else of the row is not its business."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "people"

    id = UnicodeAttribute(hash_key=True)
    opted_out = BooleanAttribute(null=True)
    opted_at = UnicodeAttribute(null=True)
    opted_by = UnicodeAttribute(null=True)
    invited = UnicodeAttribute(null=True)
    invited_at = UnicodeAttribute(null=True)


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
        for one in people:
            self._update(one, [self.rows.invited.set(question), self.rows.invited_at.set(now)])

    def stop(self, person: str) -> None:
        """Note that the gateway has somebody on its block list."""
        now = self.clock.now().isoformat(timespec="seconds")
        changes = [
            self.rows.opted_out.set(True),
            self.rows.opted_at.set(now),
            self.rows.opted_by.set(GATEWAY),
        ]
        self._update(person, changes)

    def _update(self, person: str, changes: Sequence[Action]) -> None:
        """Change somebody who is there: who was forgotten stays so."""
        try:
            with answering():
                self.rows(person).update(list(changes), condition=self.rows.id.exists())
        except UpdateError:
            return


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
