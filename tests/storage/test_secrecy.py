"""This file tests that whoever copies the tables finds no phone number and no words in them."""

import base64
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.capabilities.subscribers_sheet import Entry
from chalicelib.storage.enrolment import DynamoEnrolment
from tests.builders import GATEWAY, KAMRIENG
from tests.phone import Phone
from tests.world import World, on_moto

NUMBER = "+85512734561"
LOCAL, BARE = "012734561", "85512734561"


def base64s(text: str) -> list[str]:
    """Return how a text looks inside base64, at each of the three places it can begin."""
    raw = text.encode()
    encoded = [base64.b64encode(b"\0" * at + raw).decode().rstrip("=") for at in range(3)]
    return [one[start:-1] for one, start in zip(encoded, (0, 2, 3), strict=True)]


SPELLINGS = {
    "e164": [NUMBER],
    "bare": [BARE],
    "local": [LOCAL],
    "without_zero": ["12734561"],
    "spaced": ["12 734 561", "12 734561"],
    "dashed": ["12-734-561", "12-734561"],
    "dotted": ["12.734.561"],
    "url_encoded": [quote(NUMBER)],
    "base64": [one for form in (NUMBER, BARE, LOCAL) for one in base64s(form)],
    "hex": [NUMBER.encode().hex(), BARE.encode().hex(), f"{int(BARE):x}"],
    "reversed": [NUMBER[::-1], BARE[::-1], LOCAL[::-1]],
    "utf_16": [BARE.encode("utf-16-le").decode("latin-1")],
    "khmer_digits": ["".join(chr(0x17E0 + int(one)) for one in BARE)],
    "end_of_it": ["734561"],
}


def bytes_of(value: Any) -> Iterator[bytes]:
    """Give every value of an item of DynamoDB as bytes, its strings and what base64 hides."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key).encode()
            yield from bytes_of(inner)
    elif isinstance(value, list | set | tuple):
        for inner in value:
            yield from bytes_of(inner)
    elif isinstance(value, bytes):
        yield value
    else:
        yield str(value).encode()


def dump(world: World) -> bytes:
    """Return everything that stands in every table but the keys'."""
    call = world.database.wire.call
    names = [one for one in call("ListTables")["TableNames"] if not one.endswith("-keys")]
    items = [call("Scan", TableName=name)["Items"] for name in names]
    return b"\n".join(bytes_of(items))


@pytest.fixture(scope="module")
def lived() -> tuple[bytes, str, str]:
    """What one number that did everything left: in tables, in logs at DEBUG, in the queue."""
    heard, root = Heard(), logging.getLogger()
    level = root.level
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    try:
        with on_moto() as world:
            tables = dump(lived_in(world))
            return tables, "\n".join(heard.lines), "\n".join(world.stores.woken())
    finally:
        root.removeHandler(heard)
        root.setLevel(level)


@pytest.fixture(scope="module")
def written(lived: tuple[bytes, str, str]) -> bytes:
    """All that a stage wrote where one number did everything, and some of it still waits."""
    return lived[0]


def lived_in(world: World) -> World:
    """Do everything there is with one number; nothing is sent."""
    phone = Phone(world, NUMBER).dials().types("8", "1", "102", "5")
    phone.dials().types("2", KAMRIENG, "1").dials().types("2", "9999999", "00", "6", "4")
    phone.texts("INFO 102", "1", "STOP", "START", f"TICKET {KAMRIENG}", "gibberish words", "seva")
    world.clock.forward(minutes=1)
    phone.texts("JOIN Chrey", "020204", f"TICKET {KAMRIENG}", "2", f"STOP {LOCAL}", "JOIN Trang")
    phone.dials().types("4", "2", "0212", "1", f"gibberish words {NUMBER}").ends()
    phone.texts("COMPLAIN", "3", "0106", "2", f"gibberish {LOCAL}", "COMPLAIN 1234567894")
    phone.dials().types("6", "3", "1").dials().types("6", "6", "1")
    return enrolled(world)


def enrolled(world: World) -> World:
    """Import the number from a list, once more."""
    store = DynamoEnrolment(world.database, world.keys, GATEWAY)
    day = world.clock.now().date()
    store.enrol_many([Entry(2, store.key(NUMBER), NUMBER, "021204", "km", day)])
    assert store.find_many([store.key(NUMBER)])[store.key(NUMBER)].commune == "021204"
    return world


class Heard(logging.Handler):
    """Everything that any library or file of ours logs, as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(self.format(record))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_table_holds_a_number_in_any_spelling(written: bytes, spelling: str) -> None:
    found = [form for form in SPELLINGS[spelling] if form.encode() in written]
    assert found == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_log_at_debug_and_no_queue_holds_a_number_in_any_spelling(
    lived: tuple[bytes, str, str], spelling: str
) -> None:
    _, logged, queued = lived
    assert "owl-local-people" in logged
    assert len(queued.split()) > 5
    assert [form for form in SPELLINGS[spelling] if form in logged or form in queued] == []


def test_no_table_holds_the_words_of_a_message(written: bytes) -> None:
    assert len(written) > 2000
    assert [one for one in (b"owner ID card", b"gibberish", b"seva") if one in written] == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_search_would_find_a_number_that_stood_there(spelling: str) -> None:
    for form in SPELLINGS[spelling]:
        planted = b"\n".join(bytes_of([{"id": {"S": f"x{form}y"}, "n": {"B": form.encode()}}]))
        assert form.encode() in planted


def test_the_queue_carries_ids_only(dynamo: World) -> None:
    Phone(dynamo, NUMBER).texts("INFO 102")
    woken = list(dynamo.stores.woken())
    assert len(woken) == 1
    assert all(form not in woken[0] for forms in SPELLINGS.values() for form in forms)
