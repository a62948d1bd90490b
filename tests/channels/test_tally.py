"""This file tests the tally: each ballot counted once, whatever dies, and months that close."""

import random
from collections import Counter
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.capabilities.ballots_tally import ENOUGH, Tally, batches, is_due
from chalicelib.capabilities.subscribers import Profile
from chalicelib.errors import Unavailable
from chalicelib.storage.census import DynamoCensus
from chalicelib.storage.keys import REVIEWERS, TALLY_KEYS, OwnKeyRing
from chalicelib.storage.memory.base import AFTER, BEFORE, FINE
from chalicelib.storage.memory.scores import MemoryBallotBox
from chalicelib.storage.scores import DynamoBallotBox
from chalicelib.storage.seals import opened_by
from tests.builders import a_ballot, a_party
from tests.phone import Phone
from tests.world import OwnMemoryKeyRing, World, a_memory_world

ZONE = ZoneInfo("Asia/Phnom_Penh")
MONTH = "2026-11"


class Killed(BaseException):
    """The process died here."""


def a_box(world: World) -> Any:
    """Return the box of a world, in memory or in DynamoDB."""
    if isinstance(world.keys, OwnMemoryKeyRing) or hasattr(world.database, "tables"):
        keys = OwnMemoryKeyRing(world.database, world.clock, TALLY_KEYS)
        return MemoryBallotBox(world.database, keys)
    return DynamoBallotBox(world.database, OwnKeyRing(world.database, world.clock, TALLY_KEYS))


def a_tally(world: World, seed: int = 1) -> Tally:
    """Return a tally whose disorder is the same every time."""
    box = a_box(world)
    census = (
        DynamoCensus(world.database, lambda: now(world).date())
        if isinstance(box, DynamoBallotBox)
        else _nobody
    )
    return Tally(box, census, random.Random(seed).shuffle)


def _nobody(_month: str) -> dict[str, int]:
    return {}


def now(world: World) -> datetime:
    """Return the local moment of a world."""
    return world.clock.now().astimezone(ZONE)


def cast(world: World, wanted: int, begin: int = 0, **values: Any) -> None:
    """Let phones rate."""
    for n in range(begin, begin + wanted):
        world.desk.cast(a_party(number=f"+855{12000000 + n}"), a_ballot(**values))


def people(box: Any, month: str = MONTH) -> int:
    """Return how many ballots were counted of a month."""
    return sum(n for cell, n in box.cells(month).items() if "#waiting#" in cell)


def test_few_ballots_wait_for_company(both: World) -> None:
    tally = a_tally(both)
    cast(both, ENOUGH - 1)
    assert tally.run(now(both)).counted == 0
    cast(both, 1, begin=ENOUGH)
    assert tally.run(now(both)).counted == ENOUGH
    assert people(tally.box) == ENOUGH
    assert list(tally.box.ballots()) == []


def test_all_that_a_ballot_says_is_counted_and_its_comment_kept_apart(both: World) -> None:
    tally = a_tally(both)
    cast(both, 1, comment="They were slow", answers={"waiting": 1, "fees": 4})
    cast(both, ENOUGH - 1, begin=1)
    tally.run(now(both))
    cells = tally.box.cells(MONTH)
    assert cells["rate#scorecard-1#0212#waiting#1#women#ussd#km"] == 1
    assert cells["rate#scorecard-1#0212#fees#4#women#ussd#km"] == 1
    (row,) = comments(both)
    opened = opened_by(reviewers(both), bytes(row["sealed"])).decode().rstrip()
    assert (opened, row["topic"], row["week"]) == ("They were slow", "waiting", "2026-W48")
    assert set(row) - {"id"} == {"week", "office", "topic", "language", "sealed"}


def comments(world: World) -> list[dict[str, Any]]:
    """Return what is stored of comments."""
    if hasattr(world.database, "tables"):
        return [dict(row) for row in world.database.tables["comments"].values()]
    rows = list(a_box(world).rows.scan())
    return [row.attribute_values for row in rows]


def reviewers(world: World) -> bytes:
    """Return the key of who reads comments."""
    ring = type(a_box(world).keys)(world.database, world.clock, (REVIEWERS,))
    return bytes(ring.now().values[REVIEWERS])


def test_a_month_that_ended_is_counted_however_few_they_are(both: World) -> None:
    tally = a_tally(both)
    cast(both, 3)
    both.clock.forward(days=8)
    assert now(both).month == 12
    cast(both, 2, month="2026-12")
    assert tally.run(now(both)).counted == 3
    assert len(list(tally.box.ballots())) == 2


def test_tokens_go_48_hours_after_a_month_that_closes_when_its_last_week_is_over(
    both: World,
) -> None:
    tally = a_tally(both)
    cast(both, 3)
    tally.box.close("2026-10", {})
    both.clock.at = datetime(2026, 12, 2, 2, 30, tzinfo=ZONE)
    assert tally.run(now(both)).closed == ()
    cast(both, 2, month="2026-12")
    both.clock.at = datetime(2026, 12, 3, 2, 30, tzinfo=ZONE)
    assert tally.run(now(both)).closed == ()
    assert tally.box.destroy_tokens("2026-12") == 0
    both.clock.at = datetime(2026, 12, 5, 2, 30, tzinfo=ZONE)
    assert tally.closing(now(both)) == [MONTH]
    assert tally.run(now(both)).closed == (MONTH,)
    assert dict(tally.box.months()) == {"2026-10": True, MONTH: True}
    assert tally.run(now(both)).closed == ()
    assert tally.box.destroy_tokens("2027-01") == 2


def test_months_without_a_rating_close_too_and_none_is_left_out(both: World) -> None:
    tally = a_tally(both)
    assert tally.run(now(both)).closed == ("2026-10",)
    both.clock.forward(days=120)
    assert tally.closing(now(both)) == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert tally.run(now(both)).closed == ("2026-11", "2026-12", "2027-01", "2027-02")
    assert tally.run(now(both)).closed == ()


def test_complaints_of_a_months_weeks_are_counted_when_it_closes(dynamo: World) -> None:
    Phone(dynamo).dials().types("4", "2", "0212", "1", "they asked for money")
    census = DynamoCensus(dynamo.database, lambda: date(2026, 12, 5))
    assert census(MONTH) == {
        "users#ussd#unsaid#": 1,
        "complaints#extra_fee#0212#received#acknowledge": 1,
    }
    assert census("2026-12") == {}


def test_a_month_that_died_while_closing_is_counted_as_it_is_when_it_closes(both: World) -> None:
    tally = a_tally(both)
    cast(both, 1, comment="They were slow")
    both.clock.at = datetime(2026, 12, 5, 2, 30, tzinfo=ZONE)
    tally.census = lambda _: {"complaints#other#0212#received#": 12}
    note = tally.box.close

    def dying(month: str, cells: dict[str, int]) -> None:
        note(month, cells)
        tally.box.close = note
        reopen(both, month)
        raise Killed

    tally.box.close = dying
    with suppress(Killed):
        tally.run(now(both))
    tally.census = lambda _: {"complaints#other#0212#acknowledged#": 12}
    tally.run(now(both))
    cells = tally.box.cells("2026-11")
    assert [one for one in cells if one.startswith("complaints")] == [
        "complaints#other#0212#acknowledged#"
    ]
    assert sum(one.startswith("rate#") for one in cells) == 5
    assert sum(one.startswith("comments") for one in cells) == 1
    tally.box.close("2026-11", {"complaints#other#0212#closed#": 12})
    assert tally.box.cells("2026-11") == cells


@pytest.mark.parametrize("moment", [BEFORE, AFTER])
def test_A1_a_month_killed_at_any_call_of_its_close_ends_the_same(moment: str) -> None:
    """The figures are those of a close that nothing disturbed, and all its tokens are gone."""

    def closing(at: int) -> tuple[bool, dict[str, int]]:
        world, left = a_memory_world(), [at]
        cast(world, 7, comment="They were slow")
        world.clock.at = datetime(2026, 12, 5, 2, 30, tzinfo=ZONE)
        tally = a_tally(world)
        tally.census = lambda month: {"users#ussd#women#0212": 12} if month == MONTH else {}

        def dying(_: str) -> str:
            left[0] -= 1
            if left[0] == 0:
                return moment
            if left[0] < 0:
                raise Killed
            return FINE

        world.database.outage = dying
        with suppress(Killed, Unavailable):
            tally.run(now(world))
        world.database.outage = lambda _: FINE
        tally.run(now(world))
        assert tally.closing(now(world)) == []
        assert world.database.tables["ballot_tokens"] == {}
        assert len(comments(world)) == 7
        return left[0] > 0, dict(tally.box.cells(MONTH))

    whole, cells = closing(1_000)
    assert whole
    assert cells["users#ussd#women#0212"] == 12
    rated = {cell: n for cell, n in cells.items() if cell.startswith("rate#")}
    assert sum(n for cell, n in rated.items() if "#waiting#" in cell) == 7
    calls, done = 0, False
    while not done:
        calls += 1
        done, found = closing(calls)
        assert found == cells, calls
    assert calls >= 15


def reopen(world: World, month: str) -> None:
    """Take back that a month is closed, as where a run died a moment before."""
    if hasattr(world.database, "tables"):
        world.database.tables["scores"][f"months/{month}"] = {"n": 0}
    else:
        a_box(world).scores("months", month, n=0).save()


def test_who_used_owl_is_counted_when_the_month_closes(dynamo: World) -> None:
    said, unsaid = Profile(commune="021201", sex="women"), Profile()
    desk, census = dynamo.desk, DynamoCensus(dynamo.database, lambda: now(dynamo).date())
    desk.count_user(a_party(number="+85512000001"), "ussd", said)
    desk.count_user(a_party(number="+85512000001"), "sms", unsaid)
    desk.count_user(a_party(number="+85512000002"), "ussd", said)
    desk.count_user(a_party(number="+85512000003"), "sms", unsaid)
    assert census(MONTH) == {
        "users#both#women#0212": 1,
        "users#ussd#women#0212": 1,
        "users#sms#unsaid#": 1,
    }
    assert census("2026-12") == {}
    tally = a_tally(dynamo)
    cast(dynamo, 1)
    dynamo.clock.at = datetime(2026, 12, 5, 2, 30, tzinfo=ZONE)
    tally.run(now(dynamo))
    assert tally.box.cells(MONTH)["users#both#women#0212"] == 1


def test_a_ballot_that_cannot_be_opened_holds_up_no_other(world: World) -> None:
    tally = a_tally(world)
    world.database.tables["ballot_box"]["forged"] = {"sealed": b"x" * 948}
    cast(world, ENOUGH)
    done = tally.run(now(world))
    assert (done.counted, done.unreadable) == (ENOUGH, 1)


def test_two_runs_at_once_count_each_ballot_once(world: World) -> None:
    tally, other = a_tally(world), a_tally(world, seed=2)
    cast(world, 120)
    count, turns = tally.box.count, iter([True, False])

    def meeting(batch: Any) -> bool:
        if next(turns, False):
            other.run(now(world))
        return count(batch)

    tally.box.count = meeting
    tally.run(now(world))
    assert people(tally.box) == 120


def test_A1_counts_are_exact_though_every_step_was_killed(world: World) -> None:
    """5,000 ballots, a fifth of them repeats, and 50 tallies that die at some call."""
    chance = random.Random(20261126)
    thanked = {one for _ in range(5_000) if (one := _casting(world, chance)) is not None}
    cast_ones = len(world.database.tables["ballot_tokens"])
    assert len(thanked) <= cast_ones <= 4_000
    tally = a_tally(world)
    for _ in range(50):
        world.database.outage = _dying(chance)
        with suppress(Killed):
            tally.run(now(world))
    world.database.outage = lambda _: FINE
    tally.run(now(world))
    tally.run(now(world))
    assert people(tally.box) == cast_ones
    for phone, office in sorted(thanked)[:100]:
        world.desk.cast(a_party(number=f"+855{12000000 + phone}"), a_ballot(office=office))
    assert len(world.database.tables["ballot_tokens"]) == cast_ones


def _casting(world: World, chance: random.Random) -> tuple[int, str] | None:
    """Let a phone rate while calls fail; return who was thanked."""
    phone = chance.randrange(4_000)
    office = ("0212", "0106", "0403")[phone % 3]
    world.database.outage = lambda _: chance.choice([BEFORE, AFTER, *[FINE] * 8])
    try:
        world.desk.cast(a_party(number=f"+855{12000000 + phone}"), a_ballot(office=office))
    except Unavailable:
        return None
    finally:
        world.database.outage = lambda _: FINE
    return phone, office


def _dying(chance: random.Random) -> Any:
    left = [chance.randrange(1, 40)]

    def outage(_: str) -> str:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return FINE

    return outage


def test_a_batch_fits_a_transaction_whatever_is_in_it() -> None:
    chance = random.Random(1)
    ballots = (
        (
            f"{n}",
            a_ballot(
                office=f"{chance.randrange(40):04}",
                comment="x" * chance.randrange(2),
                month=chance.choice([MONTH, "2026-10"]),
            ),
        )
        for n in range(500)
    )
    every = list(batches(ballots))
    assert max(batch.writes for batch in every) <= 100
    assert max(len(batch.ids) for batch in every) <= 25
    assert sum(len(batch.ids) for batch in every) == 500


def test_the_tally_runs_once_a_day_in_a_minute_that_nobody_can_tell() -> None:
    chance = random.Random(7)
    minutes: Counter[int] = Counter()
    for _ in range(6_000):
        last = date(2026, 11, 22)
        for minute in range(60):
            at = datetime(2026, 11, 23, 2, minute, tzinfo=ZONE)
            if is_due(at, last, chance.random()):
                minutes[minute] += 1
                last = at.date()
        assert last == date(2026, 11, 23)
    assert len(minutes) == 60
    assert max(minutes.values()) < 2 * min(minutes.values())


@pytest.mark.parametrize("hour", [0, 1, 3, 12, 23])
def test_the_tally_runs_at_no_other_hour_unless_a_day_was_missed(hour: int) -> None:
    at = datetime(2026, 11, 23, hour, 30, tzinfo=ZONE)
    assert not is_due(at, date(2026, 11, 22), 0.0)
    assert is_due(at, date(2026, 11, 21), 1.0)
    assert is_due(at, None, 1.0)
