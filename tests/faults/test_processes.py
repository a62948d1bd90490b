"""This file tests sending with real processes, small: `make faults` is the whole of it.

The last tests break the product and show that the same runs see it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.case import Case
from tests.faults.matrix import ROWS, SMALL
from tests.faults.rows_steering import f21_restored
from tests.faults.rows_workers import another_version, f1_killed, f20_two_versions
from tests.faults.run import FILE, Place, emulator
from tests.faults.town import own_credentials
from tests.faults.worker import SENDER, TICKER
from tests.mutants import MUTANTS
from tests.test_faults import ROWS as MATRIX

pytestmark = pytest.mark.stack
FEW = 100


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An emulator for this file."""
    with own_credentials(), emulator(Path(tmp_path_factory.mktemp("faults"))) as there:
        yield there


def a_case(place: Place, *, people: int = SMALL.people, kills: int = SMALL.kills) -> Case:
    """Return a case with the first seed."""
    return Case(place, SMALL.seeds[0], people, kills, SMALL.each_step)


def test_every_row_about_sending_is_played() -> None:
    assert {row.id for row in ROWS} == {one for one in MATRIX if one.startswith("F")}


def test_F1_killed_processes_send_nobody_two_and_lose_nobody(place: Place) -> None:
    case = a_case(place)
    f1_killed(case)
    assert case.found.missed == []
    assert case.found.people == SMALL.people


def test_F1_killed_processes_that_post_as_a_file_says_send_nobody_two(place: Place) -> None:
    case = a_case(place, people=FEW // 2)
    f1_killed(case, OWL_GATEWAYS=FILE, chunk="1")
    assert case.found.missed == []
    assert case.found.people == FEW // 2


def test_F20_two_versions_at_once_send_nobody_two(place: Place) -> None:
    case = a_case(place, people=FEW)
    f20_two_versions(case)
    assert case.found.missed == []


def test_F21_a_restored_ledger_sends_nothing_until_somebody_decides(place: Place) -> None:
    case = a_case(place, people=FEW // 2)
    f21_restored(case)
    assert case.found.missed == []


def broken(place: Place, mutant: str, gateway: dict[str, float], step: str = "") -> Case:
    """Send by a broken version of the product, its first worker killed at a step if told."""
    (one,) = [one for one in MUTANTS if one.name == mutant]
    case = a_case(place, people=FEW)
    with case.run() as run, another_version((one.file, one.old, one.new)) as folder:
        run.gateway.plan(gateway, case.seed)
        run.fleet.start(TICKER)
        run.let_go("b1")
        run.fleet.start(SENDER, folder, step=step)

        def each() -> None:
            for _ in run.fleet.reaped():
                run.fleet.start(SENDER, folder)

        run.finish("b1", each)
        case.judge(run, "b1")
    return case


def test_a_worker_that_tries_again_after_a_lost_reply_is_caught(place: Place) -> None:
    case = broken(place, "retry on time-out", {"ok": 0.7, "lost": 0.3})
    assert case.found.copies > 0


def test_a_worker_that_notes_a_message_before_its_post_is_caught(place: Place) -> None:
    case = broken(place, "mark before post", {"ok": 1}, step="before_post")
    assert case.found.lost > 0
