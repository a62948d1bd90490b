"""This file tests that a rating's words and its phone's number reach no log, at no level."""

import logging
from collections.abc import Iterator

import pytest

from tests.phone import Phone
from tests.privacy.attack import strings_of
from tests.privacy.seized import close, dumped
from tests.privacy.spelled import Heard, spellings
from tests.world import World, on_moto

NUMBER = "+85512734561"
SENTENCE = "the man at window three wanted coffee money"
SECRETS = {
    **{f"words {name}": forms for name, forms in spellings(SENTENCE).items()},
    **{f"number {name}": forms for name, forms in spellings(NUMBER).items()},
    "number as dialled": ["012734561", "12734561", "12 734 561"],
}
COMPLAINT = ("4", "5", "0212", "1", SENTENCE)
RATING = ("3", "0212", "1", "2", "3", "4", "1", "1", SENTENCE)


@pytest.fixture(scope="module")
def lived() -> Iterator[tuple[str, bytes]]:
    """What was logged at DEBUG, and what was stored, where one phone rated in every way."""
    with Heard() as heard, on_moto() as world:
        rate_in_every_way(world)
        stored = b"\n".join(strings_of(dumped(world)))
        yield "\n".join(heard.lines), stored


def rate_in_every_way(world: World) -> None:
    """Rate by both channels, twice, half-way, with a database that fails, and count it."""
    phone = Phone(world, NUMBER).dials().types(*RATING).repeats(2)
    world.clock.forward(minutes=5)
    phone.dials().types(*RATING)
    phone.dials().types(*RATING[:5])
    world.clock.forward(minutes=5)
    phone.texts("RATE", *RATING[1:])
    world.clock.forward(minutes=5)
    phone.dials().types(*COMPLAINT).repeats(2)
    phone.dials().types("4", "6", "0123456789", "1234567897")
    phone.texts("COMPLAIN", *COMPLAINT[1:])
    world.deliver()
    broken(world, phone)
    close(world)


def broken(world: World, phone: Phone) -> None:
    """Rate while the table of ballots is not there, as where it was not made."""
    phone.dials().types(*RATING[:-1])
    world.database.wire.call("DeleteTable", TableName="owl-local-ballot-box")
    world.clock.forward(minutes=1)
    phone.types(SENTENCE).ends("Min ban kot tuk te")
    from infra import stack  # noqa: PLC0415 - puts back what was broken

    for table in stack.tables("local"):
        if table["TableName"] == "owl-local-ballot-box":
            world.database.wire.call("CreateTable", **table)


@pytest.mark.parametrize("name", SECRETS)
def test_A2_no_log_at_debug_holds_a_number_or_a_word(lived: tuple[str, bytes], name: str) -> None:
    logged, _ = lived
    assert "owl-local-ballot-tokens" in logged
    assert [form for form in SECRETS[name] if form in logged] == []


@pytest.mark.parametrize("name", SECRETS)
def test_A2_no_table_holds_a_number_or_a_word(lived: tuple[str, bytes], name: str) -> None:
    _, stored = lived
    assert len(stored) > 1000
    assert [form for form in SECRETS[name] if form.encode() in stored] == []


def test_the_search_would_hear_a_word_that_was_logged() -> None:
    with Heard() as heard:
        logging.getLogger("owl").debug("rated: %s", SENTENCE)
    assert SENTENCE in "\n".join(heard.lines)
