"""This file stores ratings: a one-way token that there was one, and apart from it what it says.

The webhooks put both at once and read neither. A token is a keyed hash of phone, office and form;
its month's key is destroyed with it. The ballot is sealed to the tally, all ballots are as long,
and its id is chance, so that nothing leads from one to the other.
"""

import secrets

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.capabilities.ballots import Ballot
from chalicelib.storage.base import Database, Kind, Write
from chalicelib.storage.keys import BOX_PUBLIC, KeyRing
from chalicelib.storage.seals import sealed_to
from chalicelib.telecom.messages import Party

VERSION, ID_OCTETS = "v1", 16


class TokenRow(Model):
    """That some phone rated some office in a month, told by nobody without that month's key."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "ballot_tokens"

    id = UnicodeAttribute(hash_key=True)
    month = UnicodeAttribute()


class BallotRow(Model):
    """One sealed ballot."""

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "ballot_box"

    id = UnicodeAttribute(hash_key=True)
    sealed = BinaryAttribute(legacy_encoding=False)


class Ballots:
    """The ballot box, for who puts ballots in."""

    def __init__(self, database: Database, keys: KeyRing) -> None:
        """Bind the tables."""
        self.keys = keys
        self.tokens, self.box = database.bound(TokenRow), database.bound(BallotRow)

    def casting(self, party: Party, ballot: Ballot) -> list[Write]:
        """Return the writes of a ballot; refused as `token` where this phone cast one."""
        token = self.tokens(token_of(self.keys, party, ballot), month=ballot.month)
        sealed = self.box(fresh_id(), sealed=sealed_ballot(self.keys, ballot))
        absent, free = self.tokens.id.does_not_exist(), self.box.id.does_not_exist()
        return [
            Write("token", Kind.SAVE, lambda t: t.save(token, absent), self.tokens),
            Write("ballot", Kind.SAVE, lambda t: t.save(sealed, free), self.box),
        ]


def token_of(keys: KeyRing, party: Party, ballot: Ballot) -> str:
    """Return what says that a phone rated an office this month, whatever gateway it came by."""
    phone = party.msisdn or f"{party.gateway}/{party.id}"
    return keys.now().monthly("ballot", VERSION, ballot.form, ballot.office, phone)[0]


def sealed_ballot(keys: KeyRing, ballot: Ballot) -> bytes:
    """Seal a ballot so that only the tally opens it."""
    return sealed_to(keys.now().values[BOX_PUBLIC], ballot.written)


def fresh_id() -> str:
    """Return an id that nothing can be told from."""
    return secrets.token_hex(ID_OCTETS)
