"""This file dials and texts while AWS throttles, fails, resets, or answers nobody after a write."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from chalicelib.gateways.africastalking import NAME
from chalicelib.settings import Settings
from chalicelib.storage.key_maker import LOCAL_SECRET
from chalicelib.telecom.callbacks import Call
from chalicelib.wiring.phones import Webhooks
from tests.builders import TICKETS, a_catalogue
from tests.deployed.scene import number
from tests.end_to_end.stack import encoded
from tests.faults.callers import TROUBLE, Callers
from tests.faults.case import NUMBERS
from tests.faults.clock import MovedClock
from tests.faults.rows_database import burst, faults_of
from tests.faults.run import Place, emulator
from tests.faults.town import FORM, Town, own_credentials

pytestmark = pytest.mark.stack
DIALS, TEXTS, AT_ONCE = 16, 16, 10


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An emulator for this file."""
    with own_credentials(), emulator(Path(tmp_path_factory.mktemp("webhooks"))) as there:
        yield there


def test_F10_a_dial_is_answered_in_time_and_counted_once_whatever_aws_does(place: Place) -> None:
    with troubled(place) as (town, callers):
        for n in range(DIALS):
            callers.dials(n)
    assert callers.going > callers.busy
    assert summed(town, "counters", "n") == callers.going


def test_F10_a_text_is_answered_in_time_and_once_whatever_aws_does(place: Place) -> None:
    with troubled(place) as (town, callers):
        for n in range(TEXTS):
            callers.texts(n)
    waiting = {row["id"]["S"] for row in town.rows("outbox")}
    assert len(waiting) == len(town.rows("seen")) == TEXTS
    assert woken(town) == waiting
    assert summed(town, "counters", "n") == TEXTS
    # A reply is a part of what its number may have, and of what its block may.
    assert summed(town, "limits", "replies") == 2 * TEXTS


@contextmanager
def troubled(place: Place) -> Iterator[tuple[Town, Callers]]:
    """Give a stage, and callers of its webhooks, whose every call of AWS may fail."""
    folder = place.folder / f"w{next(NUMBERS)}"
    folder.mkdir()
    town = Town(folder.name, place.endpoint, folder, MovedClock(folder / "clock"), {})
    town.office.catalogue.publish(a_catalogue())
    town.office.tickets.save_many(TICKETS)
    with burst(place.endpoint, folder, TROUBLE) as proxy:
        phones = Webhooks(Settings.of({**town.environ, "OWL_ENDPOINT": proxy}))
        while phones.keys.kept is None:
            phones.warm()

        def post(kind: str, fields: Mapping[str, str]) -> tuple[int, str]:
            call = Call(LOCAL_SECRET, encoded(fields).encode(), FORM)
            answer = phones.edges.answer(NAME, kind, call)
            return answer.status, answer.body

        callers = Callers(post, number)
        yield town, callers
        fired = faults_of(proxy)
    sys.stdout.write(
        f"slowest {callers.slowest:.2f} s, {callers.busy} told to try later, "
        f"{callers.repeated} repeated, {fired}\n"
    )
    assert sum(fired.values()) > 0, "nothing went wrong"


def summed(town: Town, table: str, name: str) -> int:
    """Add a number of all rows of a table up."""
    return sum(int(row[name]["N"]) for row in town.rows(table) if name in row)


def woken(town: Town) -> set[str]:
    """Return the ids of the messages that the sender is told of."""
    queue, url, found = town.sqs, town.environ["OWL_QUEUE_OUTBOX"], set()
    while got := queue.receive_message(QueueUrl=url, MaxNumberOfMessages=AT_ONCE).get("Messages"):
        found |= {json.loads(one["Body"])["id"] for one in got}
    return found
