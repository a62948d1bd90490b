"""This file tests the store of words that almost were keywords: how many there may be, how long."""

from datetime import UTC, datetime
from itertools import count

from chalicelib.capabilities.usage_slips import Slip
from chalicelib.storage.slips import DIGITS, place_of
from tests.storage.test_figures import calls_of
from tests.storage.test_usage import counted
from tests.world import World, a_memory_world

JION, HLEP = Slip("jion", "JOIN"), Slip("hlep", "HELP")
MONTH = "2026-11"


def meeting(month: str, word: str) -> str:
    """Return another word whose place in a month is the same."""
    made = (f"{word}{n}" for n in count())
    return next(one for one in made if place_of(month, one) == place_of(month, word))


def test_a_word_is_counted_with_its_keyword_by_the_month(both: World) -> None:
    for slip in (JION, HLEP, JION):
        both.desk.count_slip(slip)
    assert both.desk.slips.counted(MONTH) == {JION: 2, HLEP: 1}
    assert both.desk.slips.counted("2026-10") == {}


def test_a_month_begins_anew_by_the_clocks_of_the_stage(both: World) -> None:
    both.clock.at = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)
    both.desk.count_slip(JION)
    both.clock.forward(minutes=2)
    both.desk.count_slip(HLEP)
    assert both.desk.slips.counted(MONTH) == {JION: 1}
    assert both.desk.slips.counted("2026-12") == {HLEP: 1}


def test_a_word_whose_place_another_took_is_not_kept_and_nothing_fails(both: World) -> None:
    other = Slip(meeting(MONTH, "jion"), "JOIN")
    for slip in (JION, other, JION, other):
        both.desk.count_slip(slip)
    assert both.desk.slips.counted(MONTH) == {JION: 2}


def test_two_words_that_met_in_a_month_part_in_another() -> None:
    words = [meeting(MONTH, f"{n}jion") for n in range(5)]
    assert any(place_of("2026-12", one) != place_of("2026-12", words[0]) for one in words[1:])


def test_a_word_that_stands_for_another_keyword_by_now_is_told_with_that_one(both: World) -> None:
    both.desk.count_slip(JION)
    both.desk.count_slip(Slip("jion", "FORUM"))
    assert both.desk.slips.counted(MONTH) == {Slip("jion", "FORUM"): 2}


def test_a_word_is_forgotten_when_the_set_of_its_month_is(both: World) -> None:
    both.desk.count_slip(JION)
    both.clock.at = datetime(2027, 12, 31, 16, 59, tzinfo=UTC)
    assert both.desk.slips.counted(MONTH) == {JION: 1}
    both.clock.forward(minutes=1)
    assert both.desk.slips.counted(MONTH) == {}


def test_a_word_costs_one_write_and_a_month_one_read(dynamo: World) -> None:
    with calls_of(dynamo) as asked:
        dynamo.desk.count_slip(JION)
        dynamo.desk.count_slip(Slip(meeting(MONTH, "jion"), "JOIN"))
        dynamo.desk.slips.counted(MONTH)
    assert asked == ["UpdateItem", "UpdateItem", "Query"]


def test_a_row_holds_the_word_its_keyword_and_a_number_and_the_same_end_for_all(
    dynamo: World,
) -> None:
    for day, slip in ((1, JION), (17, HLEP)):
        dynamo.clock.at = datetime(2026, 11, day, 5, 12, 33, tzinfo=UTC)
        dynamo.desk.count_slip(slip)
    rows = dynamo.database.wire.call("Scan", TableName=dynamo.settings.table("counters"))["Items"]
    assert {name for row in rows for name in row} == {
        *("day", "id", "word", "keyword", "n", "expires")
    }
    assert len({row["expires"]["N"] for row in rows}) == 1


def test_however_many_words_are_texted_a_month_has_so_many_places() -> None:
    world = a_memory_world()
    for n in range(20_000):
        world.desk.count_slip(Slip(f"word{n}", "INFO"))
    assert 4_000 < len(world.database.tables["counters"]) <= 16**DIGITS


def test_words_are_in_no_counter_of_a_day(both: World) -> None:
    both.desk.count_slip(JION)
    assert list(counted(both).values()) == [1]
    assert all(one == place_of(MONTH, "jion") for one in counted(both))
