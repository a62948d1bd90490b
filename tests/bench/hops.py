"""This file measures rows 1 to 5 and 8: the packaged function's hops over what they need at least.

The network below the clients is played (`network.py`), so both sides pay for their own code alone.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench.figures import ROUNDS, Figure, Say, of_rounds
from tests.bench.packaged import packaged
from tests.bench.recording import recorded

ROOT = Path(__file__).parent.parent.parent
ROWS: Sequence[tuple[int, str, str, str, float]] = (
    (1, "lookup hop / no-op route", "lookup", "no-op route", 2.5),
    (2, "first hop / no-op route + its read", "first hop", "no-op route + first", 1.15),
    (3, "submitting hop / no-op route + its writes", "submit", "no-op route + submit", 1.2),
    (4, "engine alone, 3 inputs / no-op route", "engine, 3 inputs", "no-op route", 0.5),
    (4, "engine alone, 60 inputs / 3 inputs", "engine, 60 inputs", "engine, 3 inputs", 10),
    (5, "SMS keyword / bare handler + its calls", "keyword", "bare handler + keyword", 1.3),
    (8, "message drawn and counted / str.format", "message", "str.format", 4),
)
CALLS: Sequence[tuple[int, str, str, int]] = (
    (1, "database calls of a lookup hop", "lookup", 0),
    (2, "database calls of a first hop", "first hop", 1),
    (3, "database calls of a submitting hop that ends the session", "submit", 2),
    (5, "database and queue calls of an SMS keyword", "keyword", 3),
)


def figures(say: Say) -> Iterator[Figure]:
    """Measure; see the table in README.md."""
    say("hops: the zip is built")
    zip_ = packaged()
    say("hops: every case is recorded")
    exchanges = recorded(zip_.parent)
    told = _worked(zip_, exchanges, say)
    calls, rounds = told[0], told[1:]
    for row, name, case, exact in CALLS:
        yield Figure(row, name, calls[case], exact, "exactly", "calls")
    for row, name, case, floor, goal in ROWS:
        yield of_rounds(row, name, [one[case] / one[floor] for one in rounds], goal)
    unseen = [one["lookup never seen"] / one["no-op route"] for one in rounds]
    yield of_rounds(1, "lookup hop never seen before / no-op route", unseen, 0, sense="told")
    for row, name, case, _, _ in ROWS:
        yield of_rounds(row, name.partition(" /")[0], [one[case] for one in rounds], 0, **TIME)


TIME = {"sense": "told", "unit": "µs of processor"}


def _worked(zip_: Path, exchanges: Path, say: Say) -> list[dict[str, Any]]:
    command = [sys.executable, "-I", "-S", str(ROOT / "tests" / "bench" / "worker.py")]
    command += [str(zip_), str(ROOT), str(exchanges), str(ROUNDS)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=kept) as process:
        if process.stdout is None:
            raise SystemExit("the worker of the bench cannot be heard")
        for line in process.stdout:
            lines.append(json.loads(line))
            say(f"hops: {len(lines)} of {ROUNDS + 1} rounds")
    if process.returncode or len(lines) != ROUNDS + 1:
        raise SystemExit("the worker of the bench ended by itself: what it said is above")
    return lines
