"""This file plays a clerk's import on a running stage, to the phone of who waits for the ticket."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.end_to_end.stack import ROOT, Local, running, until

pytestmark = pytest.mark.stack
CHAN, OTHER, TICKET = "+85512000061", "+85512000062", "02122600428"
HEADER = "ticket_no,office,service,status,received_on,updated_on\n"
# A notice is due at the next minute's tick.
A_MINUTE_AND_WORK = 75


def imports(local: Local, status: str) -> str:
    """Import one row as a clerk does; return what is printed."""
    file = local.folder / f"{status}.csv"
    today = datetime.now(UTC).date()
    file.write_text(f"{HEADER}{TICKET},0212,102,{status},2026-11-16,{today}\n")
    done = subprocess.run(
        [str(Path(sys.executable).parent / "owl"), "tickets", "import", str(file)],
        cwd=ROOT,
        env=os.environ | {"OWL_LOCAL_DIR": str(local.folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def news(local: Local, number: str) -> list[str]:
    """Return what came to a handset that was no answer."""
    told = [str(one["text"]) for one in local.messages(number)]
    return [one for one in told if f"STOP {TICKET}" in one]


def test_scenario_11_one_sms_within_a_minute_none_twice_and_none_after_stop(
    tmp_path: Path,
) -> None:
    with running(tmp_path, OWL_QUIET_HOURS="off") as local:
        for n, number in enumerate((CHAN, OTHER)):
            local.hops(number, "8", f"1{n}")
            watching = local.hops(number, f"2*{TICKET}*2", f"2{n}")
            assert watching.text.startswith("END"), watching.text
        local.texts(OTHER, "STOP", "s-1")
        local.receives(OTHER)
        assert "1 taken" in imports(local, "ready")
        [came] = until(lambda: news(local, CHAN), bool, A_MINUTE_AND_WORK)
        assert "ready" in came
        assert "1 unchanged" in imports(local, "ready")
        assert "1 taken" in imports(local, "collected")
        until(lambda: news(local, CHAN), lambda told: len(told) > 1, A_MINUTE_AND_WORK)
        assert [one for one in news(local, CHAN) if "ready" in one] == [came]
        assert news(local, OTHER) == []
