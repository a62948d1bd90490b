"""This file keeps limits in memory: guesses, replies, and the money of a day."""

from zoneinfo import ZoneInfo

from chalicelib.capabilities.guesses import Tried
from chalicelib.ports import Clock, Refused
from chalicelib.storage.base import Kind
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.limits import CONFIRMS_A_DAY, MARK_LENGTH
from chalicelib.storage.memory.base import MemoryDatabase, Row, Write, is_absent, updated
from chalicelib.storage.purse import Seen, cap, price
from chalicelib.telecom import msisdn
from chalicelib.telecom.messages import Party

TABLE = "limits"


class MemoryLimits:
    """See `storage.limits.Limits`."""

    def __init__(self, database: MemoryDatabase, keys: KeyRing, clock: Clock) -> None:
        """Take the tables."""
        self.database, self.keys, self.clock = database, keys, clock
        self.settings = database.settings
        self.zone = ZoneInfo(self.settings.timezone)
        self.seen = Seen("", 0)

    def hour(self) -> int:
        """Return the hour of the day in the stage's time zone."""
        return self.clock.now().astimezone(self.zone).hour

    def mark(self, party: Party, value: str) -> str:
        """Return the mark under which a value that a party asks for is remembered."""
        return self.keys.now().monthly("try", party.gateway, party.id, value)[0][:MARK_LENGTH]

    def tried(self, party: Party) -> Tried:
        """Return what a party tried today, as part of a call."""
        row = self.database.row(TABLE, self._of_party(party)) or {}
        tries = row.get("tries", frozenset())
        misses: dict[int, int] = {}
        for hour in (hour for hour, missed, _ in tries if missed):
            misses[hour] = misses.get(hour, 0) + 1
        return Tried(frozenset(mark for _, _, mark in tries), misses, _used(row, "asked"))

    def note_try(self, party: Party, mark: str, tried: Tried, *, missed: bool) -> bool:
        """Remember one try; False where something was noted since; one call."""
        entry, key = (self.hour(), missed, mark), self._of_party(party)

        def change(row: Row | None) -> Row:
            there = row or {}
            tries = there.get("tries", frozenset()) | {entry}
            return {**there, "tries": tries, "asked": tried.asked + 1}

        def same(row: Row | None) -> bool:
            return _used(row, "asked") == tried.asked

        return self.database.write(Write("try", Kind.UPDATE, TABLE, key, change, same))

    def puzzling(self, party: Party) -> Write:
        """Return the write that takes the party's one `not understood` of the day."""
        key = self._of("puzzled", party.gateway, party.id)
        return Write("puzzled", Kind.UPDATE, TABLE, key, updated(puzzled=True), is_absent)

    def replying(self, party: Party, parts: int, *, last: bool) -> list[Write]:
        """Return the writes that take one reply; see `storage.limits.Limits.replying`."""
        if not self.seen.affords(self.settings, self.purse(), parts):
            raise Refused("budget")
        budget = self.settings.replies_a_day - (0 if last else 1)
        own = _taking("budget", self._of_party(party), "replies", budget)
        if party.msisdn is None:
            return [own]
        block = self._of("block", msisdn.block(party.msisdn), f"{self.hour():02}")
        budget = self.settings.replies_a_block
        return [own, _taking("block", block, "replies", budget)]

    def confirming(self, party: Party) -> list[Write]:
        """Return the write that takes one confirmation of the day."""
        return [_taking("confirms", self._of_party(party), "confirms", CONFIRMS_A_DAY)]

    def asking(self, party: Party) -> Write:
        """Return the write that takes one of the day's questions to forums."""
        budget = self.settings.questions_a_day
        return _taking("questions", self._of_party(party), "questions", budget)

    def purse(self) -> str:
        """Return the id of the row of the day's money."""
        return f"stage#{self._day()}"

    def see(self) -> None:
        """Remember what a look saw of the day's money, as part of a call."""
        spent = _used(self.database.row(TABLE, self.purse()), "spent")
        self.seen = Seen(self.purse(), spent)

    def spending(self, purse: str, parts: int, *, capped: bool) -> Write:
        """Return the write that pays for a message, refused as `spend` beyond the cap."""
        budget = cap(self.settings) if capped else None
        return _taking("spend", purse, "spent", budget, price(self.settings, parts))

    def refunding(self, purse: str, parts: int) -> Write:
        """Return the write that gives back what a message was paid with."""
        return _taking("spend", purse, "spent", None, -price(self.settings, parts))

    def _of_party(self, party: Party) -> str:
        return self._of("party", party.gateway, party.id)

    def _of(self, *parts: str) -> str:
        return self.keys.now().monthly("limits", self._day(), *parts)[0]

    def _day(self) -> str:
        return f"{self.clock.now().astimezone(self.zone):%Y-%m-%d}"


def _taking(what: str, key: str, used: str, budget: int | None, amount: int = 1) -> Write:
    """Return the write that uses up some of a budget, refused when less is left."""

    def change(row: Row | None) -> Row:
        return {**(row or {}), used: _used(row, used) + amount}

    def holds(row: Row | None) -> bool:
        return budget is None or _used(row, used) + amount <= budget

    return Write(what, Kind.UPDATE, TABLE, key, change, holds)


def _used(row: Row | None, name: str) -> int:
    return int((row or {}).get(name, 0))
