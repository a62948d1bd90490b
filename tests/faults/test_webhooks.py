"""This file dials and texts while AWS throttles, fails, resets, or answers nobody after a write."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.channels.edge import Answer, Call
from chalicelib.gateways.africastalking import NAME
from chalicelib.settings import Settings
from chalicelib.storage.key_maker import LOCAL_SECRET
from chalicelib.wiring import Webhooks
from tests.builders import TICKETS, a_catalogue
from tests.end_to_end.stack import encoded
from tests.faults.case import NUMBERS
from tests.faults.clock import MovedClock
from tests.faults.rows_database import _asked, burst
from tests.faults.run import Place, emulator
from tests.faults.town import FORM, Town, own_credentials

pytestmark = pytest.mark.stack
DIALS, LONGEST = 30, 5.0
COUNTED = "8*1*102"
PATH = ("8", "8*1", "8*1*102", "8*2*02122600428")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An emulator for this file."""
    with own_credentials(), emulator(Path(tmp_path_factory.mktemp("webhooks"))) as there:
        yield there


def test_F10_a_dial_is_answered_in_time_and_counted_once_whatever_the_database_does(
    place: Place,
) -> None:
    name = f"w{next(NUMBERS)}"
    folder = place.folder / name
    folder.mkdir()
    clock = MovedClock(folder / "clock")
    town = Town(name, place.endpoint, folder, clock, {})
    town.office.catalogue.publish(a_catalogue())
    town.office.tickets.save_many(TICKETS)
    with burst(place.endpoint, folder) as proxy:
        phones = Webhooks(Settings.of({**town.environ, "OWL_ENDPOINT": proxy}))
        while phones.keys.kept is None:
            phones.warm()
        slowest, going, busy, repeated = 0.0, 0, 0, 0
        for n in range(DIALS):
            begun = time.monotonic()
            screen = answered(phones, "ussd", n, text=PATH[n % len(PATH)])
            slowest = max(slowest, time.monotonic() - begun)
            assert screen.status == 200
            assert screen.body[:4] in {"CON ", "END "}
            if screen.body.startswith("END "):
                # Its last screen told to try later, and counted it as what it came to: nothing.
                busy += 1
                continue
            going += 1
            # The gateway repeats what it was not told to be taken.
            while answered(phones, "ussd-events", n, input=COUNTED).status != 200:
                repeated += 1
            # And sometimes what was.
            answered(phones, "ussd-events", n, input=COUNTED)
        fired = sum(one["fired_count"] for one in _asked(proxy, "rules"))
    sys.stdout.write(
        f"slowest {slowest:.2f} s, {busy} told to try later, {repeated} repeated, {fired} faults\n"
    )
    assert slowest < LONGEST
    assert fired > 0, "nothing went wrong"
    counted = [int(row["n"]["N"]) for row in town.rows("counters")]
    assert sum(counted) == going


def answered(phones: Webhooks, kind: str, n: int, **more: str) -> Answer:
    """Post one callback of a session."""
    fields = {
        "phoneNumber": f"+8551234{n:05}",
        "serviceCode": "*384*55#",
        "sessionId": f"ATUid_{n:0>32}",
        "networkCode": "99999",
        **more,
    }
    return phones.edges.answer(NAME, kind, Call(LOCAL_SECRET, encoded(fields).encode(), FORM))
