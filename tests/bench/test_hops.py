"""This file tests that the bench runs, and the counts that it must never be wrong about."""

import json
import subprocess
import sys
from pathlib import Path

from tests.bench.hops import CALLS, ROOT, ROWS
from tests.bench.recording import recorded


def test_every_case_runs_and_calls_as_often_as_it_has_to(tmp_path: Path) -> None:
    """On the code itself: the zip takes a minute, and is tested elsewhere."""
    record = [sys.executable, "-c", RECORD, str(tmp_path)]
    subprocess.run(record, cwd=ROOT, check=True)
    command = [sys.executable, "-m", "tests.bench.worker", str(ROOT), str(ROOT)]
    command += [str(tmp_path / "exchanges.json"), "1", "0.0001"]
    ran = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    calls, times = (json.loads(line) for line in ran.stdout.splitlines())
    assert {case: calls[case] for _, _, case, _ in CALLS} == {
        case: exact for _, _, case, exact in CALLS
    }
    assert all(times[case] > 0 and times[floor] > 0 for _, _, case, floor, _ in ROWS)


RECORD = f"""
import sys
from pathlib import Path
from {recorded.__module__} import {recorded.__name__}
{recorded.__name__}(Path(sys.argv[1]))
"""
