"""This file keeps ballots in memory, sealed as they are in DynamoDB."""

from chalicelib.capabilities.ballots import Ballot
from chalicelib.storage.ballots import fresh_id, sealed_ballot, token_of
from chalicelib.storage.base import Kind
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.memory.base import MemoryDatabase, Write, is_absent, saved
from chalicelib.telecom.messages import Party

TOKENS, BOX = "ballot_tokens", "ballot_box"


class MemoryBallots:
    """See `storage.ballots.Ballots`."""

    def __init__(self, database: MemoryDatabase, keys: KeyRing) -> None:
        """Take the tables."""
        self.database, self.keys = database, keys

    def casting(self, party: Party, ballot: Ballot) -> list[Write]:
        """Return the writes of a ballot; refused as `token` where this phone cast one."""
        token = token_of(self.keys, party, ballot)
        sealed = {"sealed": sealed_ballot(self.keys, ballot)}
        return [
            Write("token", Kind.SAVE, TOKENS, token, saved({"month": ballot.month}), is_absent),
            Write("ballot", Kind.SAVE, BOX, fresh_id(), saved(sealed), is_absent),
        ]
