"""This file changes the secrets of callbacks: a second beside the first, then the first away."""

import secrets
from collections.abc import Sequence

from pynamodb.exceptions import PutError

from chalicelib.errors import NotAcceptable, NotFound, Unavailable
from chalicelib.storage.base import Database, answering
from chalicelib.storage.key_maker import WEBHOOK_KINDS
from chalicelib.storage.keys import WEBHOOKS, KeyRow

Secrets = Sequence[tuple[str, str]]
BYTES = 32
KINDS = frozenset({*WEBHOOK_KINDS, "*"})


class WebhookSecrets:
    """The secrets of a gateway's callbacks, the older of a kind first; who runs the stage may.

    A gateway that is a file has a row of its own, in which the keys of its signatures stand too:
    these stay as they are.
    """

    def __init__(self, database: Database, row: str = WEBHOOKS) -> None:
        """Bind the table of keys, and take the row of the gateway."""
        self.database, self.rows, self.row = database, database.bound(KeyRow), row

    def valid(self) -> list[tuple[str, str]]:
        """Return every valid secret as (kind, secret).

        Raises:
            NotFound: the stage has none yet.
            Unavailable: the database did not answer.
        """
        return [pair for pair in self._lines() if pair[0] in KINDS]

    def keep(self, name: str, value: str) -> None:
        """Keep what a gateway's signatures are made with, in place of what was there."""
        lines = self._lines()
        others = [pair for pair in lines if pair[0] != name]
        self._replace(lines, [(name, value), *others])

    def _lines(self) -> list[tuple[str, str]]:
        (row,) = self.database.get([(self.rows, (self.row,))])
        if row is None:
            raise NotFound("the stage has no keys yet: run its function tally once")
        pairs = (line.partition(":") for line in row.value.decode().split("\n"))
        return [(kind, secret) for kind, _, secret in pairs]

    def begin(self) -> list[tuple[str, str]]:
        """Make a second secret for every kind, valid beside the first; return the new ones.

        Raises:
            NotAcceptable: two are valid already.
        """
        lines, there = self._lines(), self.valid()
        if len(there) > len({kind for kind, _ in there}):
            raise NotAcceptable(
                "two secrets of a kind are valid already: put the newer ones into the gateway's "
                "dashboard (`owl keys callbacks`), then `owl keys retire`"
            )
        new = [(kind, secrets.token_hex(BYTES)) for kind in WEBHOOK_KINDS]
        self._replace(lines, [*lines, *new])
        return new

    def retire(self) -> int:
        """Let only the newest secret of each kind be valid; return how many are not any more.

        Raises:
            NotAcceptable: there is one of each kind only.
        """
        lines, there = self._lines(), self.valid()
        newest = dict(there)
        kept = [one for one in newest.items() if one[0] in WEBHOOK_KINDS] or list(newest.items())
        if len(kept) == len(there):
            raise NotAcceptable("there is no older secret to retire: `owl keys renew` makes newer")
        beside = [pair for pair in lines if pair[0] not in KINDS]
        self._replace(lines, [*beside, *kept])
        return len(there) - len(kept)

    def _replace(self, before: Secrets, after: Secrets) -> None:
        same = self.rows.value == _text(before)
        try:
            with answering():
                self.rows(self.row, value=_text(after)).save(same)
        except PutError:
            raise Unavailable("somebody else changed them at this moment: look again") from None


def _text(pairs: Secrets) -> bytes:
    return "\n".join(f"{kind}:{secret}" for kind, secret in pairs).encode()
