"""This file keeps people in memory; the number beside a profile is for the sender only."""

from chalicelib.capabilities.subscribers import STRANGER, Invitation, Member, Profile
from chalicelib.ports import Clock
from chalicelib.storage.base import Kind
from chalicelib.storage.keys import KeyRing, Keys
from chalicelib.storage.memory.base import Change, MemoryDatabase, Row, Write, updated
from chalicelib.storage.seals import sealed_to_sender
from chalicelib.storage.watchers import numbers_of, sealed_number
from chalicelib.telecom.messages import Party

TABLE = "people"


class MemoryPeople:
    """See `storage.people.People`."""

    def __init__(self, database: MemoryDatabase, keys: KeyRing, clock: Clock) -> None:
        """Take the tables."""
        self.database, self.keys, self.clock = database, keys, clock

    def profile(self, party: Party, *, watched: bool = False) -> Profile:
        """Return a party's profile, as part of a call."""
        keys = self.keys.now()
        person = self._live(keys, party)
        row = self.database.row(TABLE, person)
        if row is None:
            return STRANGER
        return Profile(
            row.get("language"),
            bool(row.get("opted_out")),
            row.get("commune", ""),
            Invitation.read(row.get("invited"), row.get("invited_at")),
            tuple(numbers_of(keys, person, row.get("watches", ()) if watched else ())),
            row.get("sex", ""),
        )

    def set_language(self, party: Party, language: str) -> None:
        """Store a language; one call."""
        self.database.write(self._writing(party, language=language))

    def opting(self, party: Party, *, out: bool, channel: str) -> Write:
        """Return the write of STOP or START with its time and channel."""
        return self._writing(party, **self._opted(out=out, channel=channel))

    def joining(self, party: Party, commune: str, *, channel: str) -> Write:
        """Return the write of JOIN: the commune, and a consent that takes a STOP back."""
        consent = {"consented_at": self._now(), "consented_by": channel}
        opted = self._opted(out=False, channel=channel)
        return self._writing(party, commune=commune, **consent, **opted)

    def preferring(
        self, party: Party, *, topics: frozenset[str] | None = None, sex: str | None = None
    ) -> Write:
        """Return the write of topics or sex; None stays as it is."""
        said = {"topics": topics, "sex": sex}
        return self._writing(party, **{k: v for k, v in said.items() if v is not None})

    def watching(self, party: Party, number: str, language: str, *, on: bool) -> Write:
        """Return the write that keeps, at a person, a ticket they wait for, or drops it."""
        keys = self.keys.now()
        person = self._live(keys, party)
        entry = sealed_number(keys, person, number)
        known = self._writing(party).change

        def change(row: Row | None) -> Row:
            there = row or {}
            others = there.get("watches", frozenset()) - {entry}
            if not on:
                return {**there, "watches": others}
            spoken = there.get("language") or language
            return {**(known(row) or {}), "watches": others | {entry}, "language": spoken}

        return Write("person", Kind.UPDATE, TABLE, person, change)

    def answering(self, party: Party) -> Write:
        """Return the write that takes a forum's question as answered."""
        person = self._live(self.keys.now(), party)
        return Write("person", Kind.UPDATE, TABLE, person, updated(invited_at=None))

    def _opted(self, *, out: bool, channel: str) -> dict[str, object]:
        return {"opted_out": out, "opted_at": self._now(), "opted_by": channel}

    def _now(self) -> str:
        return self.clock.now().isoformat(timespec="seconds")

    def _writing(self, party: Party, **values: object) -> Write:
        keys = self.keys.now()
        number = sealed_to_sender(keys, party.address)
        values["network"] = party.network
        person = self._live(keys, party)
        return Write("person", Kind.UPDATE, TABLE, person, _known(number, values))

    def _live(self, keys: Keys, party: Party) -> str:
        """Return the id that somebody stands under: by the key before while they have not moved.

        Here nothing moves between a look and a write, so nobody has to try both.
        """
        older = keys.before or keys
        row = self.database.row(TABLE, older.person(party))
        return (older if row is not None and "moved" not in row else keys).person(party)


def member_of(key: str, row: Row) -> Member:
    """Return a person of a row as a message to many sees them."""
    return Member(
        id=key,
        commune=row.get("commune", ""),
        language=row.get("language"),
        topics=row.get("topics", frozenset()),
        sex=row.get("sex", ""),
        network=row.get("network", ""),
        consented="consented_at" in row,
        opted_out=bool(row.get("opted_out")),
    )


def _known(number: bytes, values: Row) -> Change:
    return lambda row: {"number": number, **(row or {}), **values}
