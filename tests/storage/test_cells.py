"""This file tests the ledger's rows on both twins: a write holds only for what was read."""

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.capabilities.ledger_cells import Cell, Cells, Place, changed_each
from chalicelib.errors import Unavailable
from chalicelib.storage.cells import DynamoCells
from chalicelib.storage.memory.cells import MemoryCells
from tests.statements import suffering
from tests.world import World

HERE, THERE = Place("broadcasts", "b1"), Place("chunks", "b1/1/0")


@pytest.fixture
def cells(both: World) -> Cells:
    """The rows of a stage, in memory or on moto."""
    is_memory = hasattr(both.database, "tables")
    return MemoryCells(both.database) if is_memory else DynamoCells(both.database)


def test_a_row_that_is_not_there_has_no_version(cells: Cells) -> None:
    assert cells.read([HERE, THERE]) == [Cell(HERE), Cell(THERE)]


def test_what_is_written_is_read_in_the_order_asked_for(cells: Cells) -> None:
    first = cells.write(Cell(HERE), {"ids": ["ក", "b"], "n": 1})
    second = cells.write(Cell(THERE), {"state": "READY"})
    assert cells.read([THERE, HERE]) == [second, first]
    assert first == Cell(HERE, 1, {"ids": ["ក", "b"], "n": 1})


def test_of_two_who_read_the_same_one_writes(cells: Cells) -> None:
    (one,), (other,) = cells.read([HERE]), cells.read([HERE])
    assert cells.write(one, {"by": "one"}) is not None
    assert cells.write(other, {"by": "other"}) is None
    (now,) = cells.read([HERE])
    assert now.value == {"by": "one"}
    assert cells.write(now, {"by": "next"}) is not None
    assert cells.write(now, {"by": "again"}) is None


def test_two_who_write_the_same_at_once_are_told_apart(cells: Cells) -> None:
    (one,), (other,) = cells.read([HERE]), cells.read([HERE])
    assert cells.write(one, {"row": 1}) is not None
    assert cells.write(other, {"row": 1}) is None


def test_a_transaction_writes_all_or_none_and_checks_what_it_leaves(cells: Cells) -> None:
    checked = cells.write(Cell(HERE), {"on": True})
    assert checked is not None
    assert cells.commit([(checked, None), (Cell(THERE), {"n": 1})])
    (there,) = cells.read([THERE])
    assert cells.write(checked, {"on": False}) is not None
    assert not cells.commit([(checked, None), (there, {"n": 2})])
    assert cells.read([THERE]) == [there]
    assert not cells.commit([(Cell(HERE), None), (there, {"n": 2})])


def test_of_many_written_each_by_itself_those_hold_that_are_as_they_were_read(
    cells: Cells,
) -> None:
    places = [Place("caps", f"p{n}") for n in range(60)]
    known = [cells.write(Cell(one), {"n": 0, "expires": 1}) for one in places[:30]]
    old = [one for one in known if one is not None]
    assert cells.write(old[3], {"n": "theirs", "expires": 1}) is not None
    changes = [(one, {"n": 1, "expires": 2}) for one in (*old, *map(Cell, places[30:]))]
    written = cells.write_each(changes)
    assert [n for n, one in enumerate(written) if one is None] == [3]
    there = cells.read(places)
    assert [one for one in written if one] == [one for n, one in enumerate(there) if n != 3]
    assert there[3].value["n"] == "theirs"
    assert cells.write_each(changes) == [None] * 60
    assert cells.write_each([]) == []


def test_a_row_that_was_written_and_not_told_so_counts_as_written(dynamo: World) -> None:
    cells, places = DynamoCells(dynamo.database), [Place("caps", one) for one in "ab"]
    first = cells.write(Cell(places[0]), {"n": 0})
    assert first is not None
    with suffering("InternalServerError!", "InternalServerError!", "", ""):
        written = cells.write_each([(first, {"n": 1}), (Cell(places[1]), {"n": 1})])
    assert written == cells.read(places)
    assert [one.version for one in cells.read(places)] == [2, 1]


def test_rows_are_changed_by_what_they_hold_though_others_write_them_too(cells: Cells) -> None:
    places = [Place("caps", f"p{n}") for n in range(30)]
    others = iter([places[7]])

    def counted(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if (place := next(others, None)) is not None:
            assert cells.write(Cell(place), {"n": 5}) is not None
        return {"n": row.get("n", 0) + 1}

    changed_each(cells, dict.fromkeys(places, counted))
    found = {one.place.id: one.value["n"] for one in cells.read(places)}
    assert found == {f"p{n}": 6 if n == 7 else 1 for n in range(30)}
    changed_each(cells, dict.fromkeys(places, lambda _: None))
    assert [one.version for one in cells.read(places)] == [2 if n == 7 else 1 for n in range(30)]


def test_rows_that_others_write_at_every_try_are_told(cells: Cells) -> None:
    def beaten(row: Mapping[str, Any]) -> Mapping[str, Any]:
        (there,) = cells.read([HERE])
        assert cells.write(there, {"n": row.get("n", 0) + 1}) is not None
        return {"n": 0}

    with pytest.raises(Unavailable, match="others write"):
        changed_each(cells, {HERE: beaten})


def test_more_rows_than_one_call_takes_are_read(cells: Cells) -> None:
    places = [Place("chunks", str(n)) for n in range(130)]
    cells.write(Cell(places[120]), {"n": 120})
    assert [one.version for one in cells.read(places)] == [0] * 120 + [1] + [0] * 9


def test_an_outage_is_told(cells: Cells, both: World) -> None:
    if hasattr(both.database, "outage"):
        both.database.outage = lambda _: "before"
        with pytest.raises(Unavailable):
            cells.read([HERE])
