"""This file stores people: language, consent and a number that only the sender can open.

The network by prefix stands beside the sealed number: it is all that prices and routes need. The
index by commune holds what a message to many must know, and no number.

While two contacts keys are valid, a person has a row under one of them: the older until it moved.
Whoever asks reads both rows in the same call; whoever writes tries the older one first.
"""

from collections.abc import Callable
from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from chalicelib.capabilities.subscribers import STRANGER, Invitation, Member, Profile
from chalicelib.errors import Unavailable
from chalicelib.ports import Clock
from chalicelib.storage.base import Database, Item, Kind, Write, answering
from chalicelib.storage.keys import KeyRing, Keys
from chalicelib.storage.seals import sealed_to_sender
from chalicelib.storage.watchers import numbers_of, sealed_number
from chalicelib.telecom.messages import Party

Changes = Callable[[Keys], list[Any]]
# What a write of a person is refused as.
PERSON = "person"
BEHIND = "somebody moved to a contacts key that could not be read here yet"
# The people of a commune, and what their index has beside its keys: a write of anything else
# costs nothing there.
BY_COMMUNE, COMMUNE = "by-commune", "commune"
PROJECTED = ["language", "topics", "sex", "network", "consented_at", "opted_out"]


class PersonRow(Model):
    """One person. `id` is a keyed hash of the party; `number` is sealed to the sender.

    `consented_*` tell of the last JOIN or list, `opted_*` of the last STOP, START or JOIN. A row
    with `moved` holds nothing else: the person is there, under the newer contacts key.
    """

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "people"

    id = UnicodeAttribute(hash_key=True)
    language = UnicodeAttribute(null=True)
    commune = UnicodeAttribute(null=True)
    topics = UnicodeSetAttribute(null=True)
    sex = UnicodeAttribute(null=True)
    consented_at = UnicodeAttribute(null=True)
    consented_by = UnicodeAttribute(null=True)
    opted_out = BooleanAttribute(null=True)
    opted_at = UnicodeAttribute(null=True)
    opted_by = UnicodeAttribute(null=True)
    number = BinaryAttribute(null=True, legacy_encoding=False)
    network = UnicodeAttribute(null=True)
    watches = UnicodeSetAttribute(null=True)
    invited = UnicodeAttribute(null=True)
    invited_at = UnicodeAttribute(null=True)
    moved = UnicodeAttribute(null=True)


class People:
    """The people of a stage."""

    def __init__(self, database: Database, keys: KeyRing, clock: Clock) -> None:
        """Bind the table."""
        self.database, self.keys, self.clock = database, keys, clock
        self.rows = database.bound(PersonRow)

    def key(self, party: Party) -> tuple[type[Model], tuple[str, ...]]:
        """Return what `Database.get` needs to read a person."""
        return self.rows, (self.keys.now().person(party),)

    def also(self, party: Party) -> list[tuple[type[Model], tuple[str, ...]]]:
        """Return what to read beside it: a second row while two contacts keys are valid."""
        beside = self.keys.now().beside
        return [] if beside is None else [(self.rows, (beside.person(party),))]

    def live(self, row: PersonRow | None, other: PersonRow | None = None) -> PersonRow | None:
        """Return the row that holds of a person's two, the older while it has not moved.

        Raises:
            Unavailable: they stand under a contacts key that is not known here yet.
        """
        if self.keys.now().beside is None:
            if row is not None and row.moved is not None:
                raise Unavailable(BEHIND)
            return row
        older, newer = (row, other) if self.keys.now().before is None else (other, row)
        if older is None or older.moved is None:
            return older or newer
        if newer is None:
            # A call that reads both is no snapshot: the move came between its two reads.
            (newer,) = self.database.get([(self.rows, (older.moved,))])
        return newer

    def profile(self, row: PersonRow | None, *, watched: bool = False) -> Profile:
        """Return what a row says; a stranger where there is none."""
        if row is None:
            return STRANGER
        return Profile(
            row.language,
            bool(row.opted_out),
            row.commune or "",
            Invitation.read(row.invited, row.invited_at),
            self._watched(row) if watched else (),
            row.sex or "",
        )

    def set_language(self, party: Party, language: str) -> None:
        """Store a language; the same again changes nothing."""
        keys, changes = self.keys.now(), [self.rows.language.set(language)]
        if keys.beside is not None:
            self.database.commit([self._writing(party, lambda _: changes)])
            return
        here = self.rows.moved.does_not_exist()
        try:
            with answering():
                self.rows(keys.person(party)).update([*changes, *self._known(party)], here)
        except UpdateError:
            raise Unavailable(BEHIND) from None

    def opting(self, party: Party, *, out: bool, channel: str) -> Write:
        """Return the write of STOP or START with its time and channel."""
        changes = self._opted(out=out, channel=channel)
        return self._writing(party, lambda _: changes)

    def joining(self, party: Party, commune: str, *, channel: str) -> Write:
        """Return the write of JOIN: the commune, and a consent that takes a STOP back."""
        changes = [
            self.rows.commune.set(commune),
            self.rows.consented_at.set(self._now()),
            self.rows.consented_by.set(channel),
            *self._opted(out=False, channel=channel),
        ]
        return self._writing(party, lambda _: changes)

    def preferring(
        self, party: Party, *, topics: frozenset[str] | None = None, sex: str | None = None
    ) -> Write:
        """Return the write of topics or sex; what is empty is taken out, None stays as it is."""
        changes = []
        if topics is not None:
            changes.append(
                self.rows.topics.set(set(topics)) if topics else self.rows.topics.remove()
            )
        if sex is not None:
            changes.append(self.rows.sex.set(sex) if sex else self.rows.sex.remove())
        return self._writing(party, lambda _: changes)

    def watching(self, party: Party, number: str, language: str, *, on: bool) -> Write:
        """Return the write that keeps, at a person, a ticket they wait for, or drops it.

        Whoever asks for news hears in the language they asked in, unless they chose one.
        """
        watches, spoken = self.rows.watches, self.rows.language

        def entry(keys: Keys) -> set[str]:
            return {sealed_number(keys, keys.person(party), number)}

        if on:
            return self._writing(
                party, lambda keys: [watches.add(entry(keys)), spoken.set(spoken | language)]
            )
        return self._updating(party, lambda keys: [watches.delete(entry(keys))])

    def answering(self, party: Party) -> Write:
        """Return the write that takes a forum's question as answered; the forum stays known."""
        return self._updating(party, lambda _: [self.rows.invited_at.remove()])

    def _watched(self, row: PersonRow) -> tuple[str, ...]:
        return tuple(numbers_of(self.keys.now(), row.id, row.watches or ()))

    def _opted(self, *, out: bool, channel: str) -> list[Any]:
        return [
            self.rows.opted_out.set(out),
            self.rows.opted_at.set(self._now()),
            self.rows.opted_by.set(channel),
        ]

    def _writing(self, party: Party, changes: Changes) -> Write:
        """Return the write of changes with what every write keeps: the number, its network."""
        known = self._known(party)
        return self._updating(party, lambda keys: [*changes(keys), *known])

    def _known(self, party: Party) -> list[Any]:
        sealed = sealed_to_sender(self.keys.now(), party.address)
        kept = self.rows.number.set(self.rows.number | sealed)
        return [kept, self.rows.network.set(party.network)]

    def _updating(self, party: Party, changes: Changes) -> Write:
        keys, here = self.keys.now(), self.rows.moved.does_not_exist()
        if keys.beside is None:
            # A function that could not read its keys for long would write where nobody looks.
            return self._under(keys, party, changes, here)
        older, newer = keys.both
        if keys.before is not None:
            here &= self.rows.id.exists()
        there = self._under(newer, party, changes), self._way(newer, older, party)
        return self._under(older, party, changes, here).or_else(*there)

    def _way(self, newer: Keys, older: Keys, party: Party) -> Write:
        """Return the write that leads from where somebody could stand to where they do.

        What they asked or answered before anybody knew their number is found by it.
        """
        rows, row = self.rows, self.rows(older.person(party))
        free = rows.id.does_not_exist() | rows.moved.exists()
        changes: list[Any] = [rows.moved.set(newer.person(party))]
        return Write("way", Kind.UPDATE, lambda t: t.update(row, changes, free), rows)

    def _under(
        self, keys: Keys, party: Party, changes: Changes, condition: Condition | None = None
    ) -> Write:
        row, every = self.rows(keys.person(party)), changes(keys)
        return Write(PERSON, Kind.UPDATE, lambda t: t.update(row, every, condition), self.rows)

    def _now(self) -> str:
        return self.clock.now().isoformat(timespec="seconds")


def member_of(item: Item) -> Member:
    """Return a person of a stored row, or of the index, as a message to many sees them."""

    def said(name: str) -> str:
        return str(item.get(name, {}).get("S", ""))

    return Member(
        id=said("id"),
        commune=said("commune"),
        language=said("language") or None,
        topics=frozenset(item.get("topics", {}).get("SS", ())),
        sex=said("sex"),
        network=said("network"),
        consented=bool(said("consented_at")),
        opted_out=bool(item.get("opted_out", {}).get("BOOL")),
    )
