"""This file stores what became of messages, under the gateway's own ids."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.models import Model

from chalicelib.capabilities.delivery import ANYBODY, RANKS, Report, Settled, is_of
from chalicelib.ports import Clock
from chalicelib.storage.base import Database, answering
from chalicelib.storage.statements import executed, insertion

FOLLOWED_FOR = timedelta(days=30)
AT_ONCE = 100


class RecipientRow(Model):
    """One message at one gateway. `party` is the keyed hash of its number, `chunk` its place."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "recipients"

    id = UnicodeAttribute(hash_key=True)
    party = UnicodeAttribute()
    chunk = UnicodeAttribute(null=True)
    status = UnicodeAttribute()
    rank = NumberAttribute()
    reason = UnicodeAttribute(null=True)
    expires = NumberAttribute()


class DynamoRecipients:
    """See `capabilities.delivery.RecipientStore`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Bind the table."""
        self.database, self.clock = database, clock
        self.rows = database.bound(RecipientRow)

    def follow(self, gateway: str, marks: Mapping[str, str], chunk: str = "") -> None:
        """Start following messages; one that is followed stays as it is."""
        expires = int((self.clock.now() + FOLLOWED_FOR).timestamp())
        # Made as it is stored: a model for each of fifty is a third of what filing a chunk takes.
        told = {"status": {"S": "sent"}, "rank": {"N": "0"}, "expires": {"N": str(expires)}}
        told |= {"chunk": {"S": chunk}} if chunk else {}
        rows = (
            {"id": {"S": _id(gateway, one)}, "party": {"S": mark}, **told}
            for one, mark in marks.items()
        )
        executed(self.database, [insertion(self.rows, row) for row in rows])

    def settle(self, report: Report) -> Settled:
        """Apply one report in one conditional update; read only to say why it changed nothing."""
        if report.status not in RANKS:
            return "unknown_status"
        row, rows = self.rows(_id(report.gateway, report.message_id)), self.rows
        rank = RANKS[report.status]
        moves = rows.rank < rank
        named = moves & rows.party.is_in(*(report.marks or [""]))
        try:
            with answering():
                row.update(
                    [
                        rows.status.set(report.status),
                        rows.rank.set(rank),
                        rows.reason.set(report.reason),
                    ],
                    condition=moves if report.mark == ANYBODY else named,
                )
        except UpdateError:
            why = self._why_not(report)
            # The sender wrote the row between the update and the look: the report still counts.
            return why if why is not None else self.settle(report)
        return "settled"

    def status(self, gateway: str, message_id: str) -> str | None:
        """Return the state of a followed message."""
        return self.statuses(gateway, [message_id]).get(message_id)

    def statuses(self, gateway: str, message_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the states of those messages that are followed; one call for 100."""
        found: dict[str, str] = {}
        for begin in range(0, len(message_ids), AT_ONCE):
            some = message_ids[begin : begin + AT_ONCE]
            rows = self.database.get([(self.rows, (_id(gateway, one),)) for one in some])
            found |= {one: row.status for one, row in zip(some, rows, strict=True) if row}
        return found

    def row(self, gateway: str, message_id: str) -> RecipientRow | None:
        """Return the row of a message, for who forgets somebody."""
        found: list[RecipientRow | None]
        found = self.database.get([(self.rows, (_id(gateway, message_id),))])
        return found[0]

    def _why_not(self, report: Report) -> Settled | None:
        """Say why a report changed nothing; None where it would change the row by now."""
        (row,) = self.database.get([(self.rows, (_id(report.gateway, report.message_id),))])
        if row is None:
            return "unknown_id"
        if not is_of(report, row.party):
            return "other_number"
        return None if row.rank < RANKS[report.status] else "unchanged"


def _id(gateway: str, message_id: str) -> str:
    return f"{gateway}#{message_id}"
