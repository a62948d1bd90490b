"""This file tests that a dump, with every key that is left, tells of nobody that they rated."""

import hashlib
from collections.abc import Iterator
from itertools import chain

import pytest

from chalicelib.capabilities.ballots import FORM
from tests.privacy.attack import SHORTEST, makers, plan, recovered, strings_of
from tests.privacy.seized import COMMENT, COMPLAINT, OFFICES, Seized, seize
from tests.world import on_moto

RATERS, PART = 300, 20_000
# The month's set of who used OWL at all, whatever for.
USER = frozenset({"month", "id", "expires"})


@pytest.fixture(scope="module")
def seized() -> Iterator[Seized]:
    """What a thief has after the month of the ratings is closed."""
    with on_moto() as world:
        yield seize(world, RATERS)


def guesses(seized: Seized) -> list[bytes]:
    """Return some of the numbering plan, those who rated among them."""
    return list(chain(plan(PART), (one.encode() for one in seized.raters)))


def test_A2_nobody_who_rated_is_found_with_every_key_that_is_left(seized: Seized) -> None:
    made = makers(seized.keys, OFFICES, FORM)
    assert len(made) > 40
    assert {"contacts", "pepper", "box", "reviewers", "period-2026-12"} <= set(seized.keys)
    assert "period-2026-11" not in seized.keys
    assert len(seized.items) > 20
    assert recovered(strings_of(seized.items), guesses(seized), made) == {}


def test_A2_the_same_attack_finds_everybody_in_a_table_of_plain_hashes(seized: Seized) -> None:
    planted = [
        {"id": {"S": hashlib.sha256(one.encode()).hexdigest()}, "score": {"N": "3"}}
        for one in seized.raters
    ]
    found = recovered(strings_of(planted), guesses(seized), makers({}, (), FORM))
    assert found == {"sha256 of E.164": {one.encode() for one in seized.raters}}


def test_A2_the_same_attack_finds_who_rated_while_the_month_is_open() -> None:
    with on_moto() as world:
        open_ = seize(world, 30, closed=False)
    found = recovered(strings_of(open_.items), guesses(open_), makers(open_.keys, OFFICES, FORM))
    everybody = set(chain.from_iterable(found.values()))
    assert {one.encode() for one in open_.raters} <= everybody
    # Whoever has the tables and no key finds nobody, even then.
    named = {key: value for key, value in open_.keys.items() if not key.startswith("period-")}
    made = makers(named, OFFICES, FORM)
    assert recovered(strings_of(open_.items), guesses(open_), made) == {}


def test_A2_no_comment_stands_in_clear_and_no_ballot_is_left(seized: Seized) -> None:
    written = b"\n".join(strings_of(seized.items))
    assert COMMENT[:SHORTEST].encode() not in written
    assert COMPLAINT[:SHORTEST].encode() not in written
    assert sum("sealed" in item for item in seized.items) == RATERS // 5
    assert sum("edition" in item for item in seized.items) == 10


def test_A2_a_ballot_is_an_id_and_a_seal_and_a_token_an_id_and_a_month() -> None:
    with on_moto() as world:
        open_ = seize(world, 5, closed=False)
    shapes = {frozenset(item) for item in open_.items if {"sealed", "month"} & set(item)}
    assert shapes == {frozenset({"id", "sealed"}), frozenset({"id", "month"}), USER}


def test_A2_no_time_finer_than_a_week_stands_beside_what_was_said(seized: Seized) -> None:
    for item in seized.items:
        if "sealed" in item:
            assert set(item) == {"id", "week", "office", "topic", "language", "sealed"}
            assert item["week"]["S"] == "2026-W48"
