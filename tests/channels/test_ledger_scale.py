"""This file counts what sending costs: posts, writes, and nothing that grows with the audience."""

import tracemalloc
from typing import Any

import pytest

from chalicelib.capabilities.broadcasts import Kind
from tests.sending import Stage, an_order

TEXTS = {"en": "Forum on Saturday", "km": "វេទិកានៅថ្ងៃសៅរ៍", "km-Latn": "Vetika thngai sao"}


def a_run(people: int, *, kind: Kind = "forum", reports: bool = True) -> Stage:
    """Send to people of three languages, and bring a report on each."""
    stage = Stage(size=50, a_second=1_000_000.0, always=True)
    for n, language in enumerate(TEXTS):
        stage.people(people // 3 + (n < people % 3), language=language)
    stage.cells.units = 0
    stage.books.order(an_order(kind=kind, texts=TEXTS))
    stage.books.change("b1", _agreed)
    stage.run("b1", 30)
    for to, _, message in list(stage.gateway.log) if reports else ():
        stage.report(to, message)
    return stage


def _agreed(head):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - one line
    return type(head).of({**head.plain(), "signers": ["sok", "dara"]})


@pytest.mark.parametrize("people", [1_000, 4_000])
def test_posts_are_the_sum_over_distinct_texts_of_whole_chunks(people: int) -> None:
    stage = a_run(people, reports=False)
    each = [people // 3 + (n < people % 3) for n in range(3)]
    assert stage.gateway.posts == sum(-(-n // 50) for n in each)
    assert len(stage.gateway.log) == people


@pytest.mark.parametrize(("kind", "most"), [("forum", 2.4), ("notice", 3.4)])
def test_a_person_costs_few_write_units_with_the_report(kind: Kind, most: float) -> None:
    stage = a_run(3_000, kind=kind)
    units = stage.cells.units + stage.recipients.units
    assert units / 3_000 <= most


@pytest.mark.parametrize("a_second", [20.0, 200.0])
def test_a_chunk_of_fifty_is_eight_calls_and_the_next_of_its_worker_seven(a_second: float) -> None:
    stage = Stage(size=50, a_second=a_second)
    stage.people(150)
    stage.let_go(an_order(kind="forum"))
    for place in (["write"], [], ["write"]):
        stage.database.calls.clear()
        assert stage.work(1) == ["recorded"]
        # It is looked at, takes its place, is claimed, its people are read; recorded, filed, done.
        claimed = ["get", *place, "commit", "get"]
        assert stage.database.calls == [*claimed, "write", "write", "write", "write"]


@pytest.mark.parametrize(
    ("order", "more"),
    [({"kind": "broadcast"}, 3), ({"kind": "forum", "opens": "001 2026-12-05"}, 2)],
    ids=["a cap for each", "a question for each"],
)
def test_what_is_kept_for_each_of_fifty_is_few_calls_more(order: dict[str, Any], more: int) -> None:
    stage = Stage(size=50)
    stage.people(50)
    stage.let_go(an_order(**order))
    stage.database.calls.clear()
    assert stage.work(1) == ["recorded"]
    assert len(stage.database.calls) == 8 + more


def test_nothing_is_scanned() -> None:
    stage = a_run(300)
    assert set(stage.database.calls) <= {"get", "write", "commit"}


def test_the_planner_keeps_eight_bytes_a_person_and_no_more() -> None:
    from chalicelib.capabilities.ledger_planner import People  # noqa: PLC0415 - measured

    tracemalloc.start()
    people = People()
    for n in range(100_000):
        people.add(f"person-{n}")
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert people.count == 100_000
    assert size < 2_000_000
