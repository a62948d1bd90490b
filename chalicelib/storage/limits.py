"""This file stores what is limited: guesses, replies, and the money of a day."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from chalicelib.capabilities.guesses import Tried
from chalicelib.observe import observed
from chalicelib.ports import Clock, Refused
from chalicelib.storage.base import Database, Kind, Write, answering
from chalicelib.storage.keys import KeyRing
from chalicelib.storage.purse import Seen, cap, is_near, price
from chalicelib.telecom import msisdn
from chalicelib.telecom.messages import Party

KEPT = timedelta(days=2)
# The database takes expired rows away within some days.
SWEPT_AFTER = timedelta(days=7)
MARK_LENGTH = 16
CONFIRMS_A_DAY = 2
MISSED, HIT = "x", "-"


class LimitRow(Model):
    """What one party, block of numbers or stage used up in a day or an hour.

    A try is `HH`, `x` or `-`, and a mark: one set holds which values were asked, when, and
    whether they missed, and adding the same try twice changes nothing.
    """

    class Meta:
        """Bound by `Database.bound`."""

        table_name = "limits"

    id = UnicodeAttribute(hash_key=True)
    tries = UnicodeSetAttribute(null=True)
    asked = NumberAttribute(null=True)
    replies = NumberAttribute(null=True)
    confirms = NumberAttribute(null=True)
    questions = NumberAttribute(null=True)
    puzzled = BooleanAttribute(null=True)
    spent = NumberAttribute(null=True)
    expires = NumberAttribute(null=True)


class Limits:
    """The limits of a stage; days are those of its time zone."""

    def __init__(self, database: Database, keys: KeyRing, clock: Clock) -> None:
        """Bind the table."""
        self.settings = database.settings
        self.keys, self.clock = keys, clock
        self.zone = ZoneInfo(self.settings.timezone)
        self.rows = database.bound(LimitRow)
        self.seen, self.told = Seen("", 0), ""

    def traces(self, party: Party) -> list[tuple[type[Model], tuple[str, ...]]]:
        """Return what to read for everything that limits a party, swept or not."""
        keys, today = self.keys.now(), self.clock.now().astimezone(self.zone)
        days = [f"{today - timedelta(days=past):%Y-%m-%d}" for past in range(SWEPT_AFTER.days)]
        ids = [
            one
            for day in days
            for what in ("party", "puzzled")
            for one in keys.monthly("limits", day, what, party.gateway, party.id)
        ]
        return [(self.rows, (one,)) for one in ids]

    def hour(self) -> int:
        """Return the hour of the day in the stage's time zone."""
        return self.clock.now().astimezone(self.zone).hour

    def key(self, party: Party) -> tuple[type[Model], tuple[str, ...]]:
        """Return what `Database.get` needs to read a party's day."""
        return self.rows, (self._of_party(party),)

    def mark(self, party: Party, value: str) -> str:
        """Return the mark under which a value that a party asks for is remembered."""
        return self.keys.now().monthly("try", party.gateway, party.id, value)[0][:MARK_LENGTH]

    def tried(self, row: LimitRow | None) -> Tried:
        """Return what a party's row says it tried today."""
        tries = row.tries if row is not None and row.tries else ()
        misses: dict[int, int] = {}
        for one in tries:
            if one[2] == MISSED:
                misses[int(one[:2])] = misses.get(int(one[:2]), 0) + 1
        asked = int(row.asked or 0) if row is not None else 0
        return Tried(frozenset(one[3:] for one in tries), misses, asked)

    def note_try(self, party: Party, mark: str, tried: Tried, *, missed: bool) -> bool:
        """Remember one try; False where something was noted since `tried` was read."""
        entry, asked = f"{self.hour():02}{MISSED if missed else HIT}{mark}", self.rows.asked
        changes = [self.rows.tries.add({entry}), asked.add(1), self._expiring()]
        same = asked == tried.asked if tried.asked else asked.does_not_exist()
        try:
            with answering():
                self._row(self._of_party(party)).update(changes, condition=same)
        except UpdateError:
            return False
        return True

    def puzzling(self, party: Party) -> Write:
        """Return the write that takes the party's one `not understood` of the day.

        It has a row of its own: the reply beside it takes from the party's.
        """
        row = self._row(self._of("puzzled", party.gateway, party.id))
        changes, free = [self.rows.puzzled.set(True), self._expiring()], self.rows.puzzled
        absent = free.does_not_exist()
        return Write("puzzled", Kind.UPDATE, lambda t: t.update(row, changes, absent), self.rows)

    def replying(self, party: Party, parts: int, *, last: bool) -> list[Write]:
        """Return the writes that take one reply from the budgets of a number and its block.

        The last reply of the day is kept back for the sentence that says so. The money of the
        day is not taken here: a promise is made by what was seen of it at the last look, and
        the sender, who pays, is exact. One row in every reply's transaction would have all
        phones wait for one another.

        Raises:
            Refused: as `budget` where the day's money is seen to be gone.
        """
        if not self.seen.affords(self.settings, self.purse(), parts):
            raise Refused("budget")
        budget = self.settings.replies_a_day - (0 if last else 1)
        own = self._taking("budget", self._of_party(party), self.rows.replies, budget)
        if party.msisdn is None:
            return [own]
        block = self._of("block", msisdn.block(party.msisdn), f"{self.hour():02}")
        budget = self.settings.replies_a_block
        return [own, self._taking("block", block, self.rows.replies, budget)]

    def confirming(self, party: Party) -> list[Write]:
        """Return the write that takes one confirmation of the day."""
        return [self._taking("confirms", self._of_party(party), self.rows.confirms, CONFIRMS_A_DAY)]

    def asking(self, party: Party) -> Write:
        """Return the write that takes one of the day's questions to forums."""
        budget = self.settings.questions_a_day
        return self._taking("questions", self._of_party(party), self.rows.questions, budget)

    def purse(self) -> str:
        """Return the id of the row of the day's money.

        The row of the whole stage is nobody's, so it needs no key: the sender holds none.
        """
        return f"stage#{self._day()}"

    def purse_key(self) -> tuple[type[Model], tuple[str, ...]]:
        """Return what `Database.get` needs to read the day's money."""
        return self.rows, (self.purse(),)

    def see(self, row: LimitRow | None) -> None:
        """Remember what a look saw of the day's money."""
        seen = Seen(self.purse(), int(row.spent or 0) if row is not None else 0)
        if is_near(self.settings, seen.spent) and self.told != seen.purse:
            # Once a day for each instance; whoever is told raises the cap or looks for abuse.
            self.told = seen.purse
            observed("alarm", kind="spend_near_cap")
        self.seen = seen

    def spending(self, purse: str, parts: int, *, capped: bool) -> Write:
        """Return the write that pays for a message, refused as `spend` beyond the cap."""
        amount = price(self.settings, parts)
        free = _below(self.rows.spent, cap(self.settings) - amount + 1) if capped else None
        return self._paying(purse, amount, free)

    def refunding(self, purse: str, parts: int) -> Write:
        """Return the write that gives back what a message was paid with."""
        return self._paying(purse, -price(self.settings, parts))

    def _paying(self, purse: str, amount: int, free: Condition | None = None) -> Write:
        row, changes = self._row(purse), [self.rows.spent.add(amount), self._expiring()]
        return Write("spend", Kind.UPDATE, lambda t: t.update(row, changes, free), self.rows)

    def _taking(self, what: str, key: str, used: NumberAttribute, budget: int) -> Write:
        row, free = self._row(key), _below(used, budget)
        changes = [used.add(1), self._expiring()]
        return Write(what, Kind.UPDATE, lambda t: t.update(row, changes, free), self.rows)

    def _row(self, key: str) -> LimitRow:
        return self.rows(key)

    def _expiring(self) -> Action:
        return self.rows.expires.set(int((self.clock.now() + KEPT).timestamp()))

    def _of_party(self, party: Party) -> str:
        return self._of("party", party.gateway, party.id)

    def _of(self, *parts: str) -> str:
        return self.keys.now().monthly("limits", self._day(), *parts)[0]

    def _day(self) -> str:
        return f"{self.clock.now().astimezone(self.zone):%Y-%m-%d}"


def _below(used: NumberAttribute, limit: int) -> Condition:
    """Return the condition that less than a limit is used; of nothing, nothing may be."""
    return (used.does_not_exist() | (used < limit)) if limit > 0 else used < limit
