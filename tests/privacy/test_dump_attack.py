"""This file tests that a dump, with every key that is left, tells of nobody that they rated."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import pytest

from tests.phone import Phone
from tests.privacy.attack import SHORTEST, Guessed, makers, plan, recovered, strings_of
from tests.privacy.seized import (
    COMMENT,
    COMPLAINT,
    GUESSED,
    SUBSCRIBED,
    Seized,
    keys_left,
    seize,
    tables,
)
from tests.world import on_moto

RATERS, PART = 300, 100_000
# What the rows of what is said unseen hold, and those of who used OWL at all, whatever for.
UNSEEN = {
    "ballot-tokens": {"id", "month"},
    "ballot-box": {"id", "sealed"},
    "scores": {"month", "id", "n"},
    "comments": {"id", "week", "office", "topic", "language", "sealed"},
    "complaints": {"id", "edition", "body"},
    "users-month": {"month", "id", "expires"},
}
TOLD = {
    *("district", "office", "kind", "when", "week", "public", "state", "tags", "thread"),
    *("acknowledged", "answered", "released"),
}


@pytest.fixture(scope="module")
def seized() -> Iterator[Seized]:
    """What a thief has after the month of the ratings is closed."""
    with on_moto() as world:
        yield seize(world, RATERS)


def guesses(seized: Seized) -> list[bytes]:
    """Return some of the numbering plan, those who rated among them."""
    return list(chain(plan(PART), (one.encode() for one in seized.raters)))


def test_A2_nobody_who_rated_is_found_in_any_table_with_every_key_that_is_left(
    seized: Seized,
) -> None:
    made = makers(seized.keys, GUESSED)
    assert len(made) > 400
    assert {"contacts", "pepper", "box", "reviewers", "period-2026-12"} <= set(seized.keys)
    assert "period-2026-11" not in seized.keys
    assert len(seized.items) > 20
    found = recovered(strings_of(seized.items), guesses(seized), made)
    # Who subscribed to news is found in their own table, some raters among them, and nowhere else.
    assert found == {SUBSCRIBED: {one.encode() for one in seized.subscribers}}


def test_A2_the_same_attack_finds_everybody_in_a_table_of_plain_hashes(seized: Seized) -> None:
    planted = [
        {"id": {"S": hashlib.sha256(one.encode()).hexdigest()}, "score": {"N": "3"}}
        for one in seized.raters
    ]
    found = recovered(strings_of(planted), guesses(seized), makers({}, Guessed()))
    assert found == {"sha256 of E.164": {one.encode() for one in seized.raters}}


def test_A2_the_same_attack_finds_who_rated_while_the_month_is_open() -> None:
    with on_moto() as world:
        open_ = seize(world, 30, closed=False)
    found = recovered(strings_of(open_.items), guesses(open_), makers(open_.keys, GUESSED))
    everybody = set(chain.from_iterable(found.values()))
    assert {one.encode() for one in open_.raters} <= everybody
    # Whoever has the tables and no key of the month finds nobody, even then.
    named = {key: value for key, value in open_.keys.items() if not key.startswith("period-")}
    left = recovered(strings_of(open_.items), guesses(open_), makers(named, GUESSED))
    assert left.keys() == {SUBSCRIBED}


def test_A2_the_attack_finds_a_number_in_every_table_that_has_a_hash_of_one() -> None:
    """The makers are right: each table gives the number away to who has its key."""
    number = "+85512700001"
    with on_moto() as world:
        phone = Phone(world, number).texts(
            "JOIN 021204", "TICKET 02122600428", "TICKET 02122600428"
        )
        phone.texts("RATE", "hocus pocus").dials("3*0212*1*1*1*1*1*1*0")
        phone.dials("1*102*2").dials("2*02122600428*2").dials("2*02122699012")
        there, keys = tables(world), keys_left(world)
    every = range(1, 12)
    guessed = replace(
        GUESSED,
        sessions=[f"*384*55#/ATUid_{n}" for n in every],
        messages=[f"sms-{n}" for n in every],
    )
    found = {
        name: {
            how.split()[0]
            for how in recovered(strings_of(items), [number.encode()], makers(keys, guessed))
        }
        for name, items in there.items()
    }
    assert {name: how for name, how in found.items() if how} == {
        "ballot-tokens": {"token"},
        "limits": {"party", "mark", "puzzled"},
        "outbox": {"reply"},
        "people": {"person"},
        "seen": {"seen", "session"},
        "submits": {"submit"},
        "talk": {"talk"},
        "users-month": {"user"},
    }


def test_A2_no_comment_stands_in_clear_and_no_ballot_is_left(seized: Seized) -> None:
    written = b"\n".join(strings_of(seized.items))
    assert COMMENT[:SHORTEST].encode() not in written
    assert COMPLAINT[:SHORTEST].encode() not in written
    assert sum("topic" in item for item in seized.items) == RATERS // 5
    assert sum("edition" in item and "body" in item for item in seized.items) >= 10


@pytest.mark.parametrize("closed", [False, True])
def test_A2_no_row_of_what_is_said_unseen_has_more_than_it_must(*, closed: bool) -> None:
    with on_moto() as world:
        seize(world, 12, closed=closed)
        there = tables(world)
    shapes = {name: [set(item) for item in there[name]] for name in UNSEEN}
    assert all(one == UNSEEN[name] for name, each in shapes.items() for one in each), shapes
    empty = {"ballot-tokens", "ballot-box"} if closed else {"scores", "comments"}
    assert {name for name, each in shapes.items() if not each} == empty
    for body in (json.loads(item["body"]["S"]) for item in there["complaints"]):
        assert set(body) == TOLD
        assert [len(entry) for entry in body["thread"]] == [len(("by", "week", "sealed", "asks"))]


def test_A2_no_time_finer_than_a_week_stands_beside_what_was_said(seized: Seized) -> None:
    for item in seized.items:
        if "topic" in item:
            assert set(item) == {"id", "week", "office", "topic", "language", "sealed"}
            assert item["week"]["S"] == "2026-W48"
