"""This file is `make scale`: it sends to a thousand people and to many, and judges the difference.

Two processes take turns, so a slow moment of the machine slows both; each counts its own processor
time and its own memory at its peak. Tables, people and the gateway's log are on disk or counted, so
what is measured is planner, tick, workers and reports. Exit code 1 where a figure misses its goal.
"""

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from tests.scale import emulated

FEW, MANY, EMULATED = 1_000, 100_000, 600
MEBI = 1024 * 1024
# Write units a person with the report, where nothing is kept for each person but the message, and
# where a cap is, or the question that an invitation opens.
UNITS: Mapping[str, float] = {"forum": 2.4, "invitation": 3.4, "broadcast": 3.4}
# Calls of the database a person before the reports, planner and tick counted.
CALLS: Mapping[str, float] = {"forum": 0.16}
MOST_CPU, MOST_MEMORY = 1.3, 5.0
OUT = Path("build/scale.json")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside its goal."""

    figure: str
    value: float
    goal: float
    exact: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the goal is met."""
        return self.value == self.goal if self.exact else self.value <= self.goal


class Child:
    """One process that sends."""

    def __init__(self, people: int, kind: str, folder: Path, how: str) -> None:
        command = [sys.executable, "-m", "tests.scale.child", str(people), kind, str(folder), how]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.told()

    def told(self) -> dict[str, Any]:
        """Wait for a line of the process."""
        if self.process.stdout is None:
            raise SystemExit("a process of this run cannot be heard")
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("a process of this run ended by itself: what it said is above")
        told: dict[str, Any] = json.loads(line)
        return told

    def turn(self) -> dict[str, Any]:
        """Let the process take a turn; return what it says of it."""
        if self.process.stdin is not None:
            self.process.stdin.write("go\n")
            self.process.stdin.flush()
        return self.told()


def compared(kind: str, many: int, folder: Path) -> Iterator[Row]:
    """Send to few and to many by turns; give the figures of the many beside their goals."""
    few, long = Child(FEW, kind, folder, "whole"), Child(many, kind, folder, "part")
    runs: list[dict[str, Any]] = []
    with few.process, long.process:
        while "over" not in (told := long.turn()):
            runs.append(few.turn())
            print(f"{kind}: {told['sent']:,} of {many:,} sent", file=sys.stderr, flush=True)
    ratio = told["cpu_a_person"] / median(one["cpu_a_person"] for one in runs)
    yield Row(f"{kind}: CPU of a person / at {FEW:,}", ratio, MOST_CPU)
    # Its first run alone: a process that runs again and again keeps something of each.
    grown = (told["peak_bytes"] - runs[0]["peak_bytes"]) / MEBI
    yield Row(f"{kind}: MiB at the peak beyond {FEW:,}", grown, MOST_MEMORY)
    yield Row(f"{kind}: HTTP calls", told["posts"], told["posts_wanted"], exact=True)
    yield Row(f"{kind}: write units a person", told["units_a_person"], UNITS[kind])
    if kind in CALLS:
        yield Row(f"{kind}: calls a person before reports", told["calls_a_person"], CALLS[kind])
    yield Row(f"{kind}: most copies of one person", told["most_copies"], 1, exact=True)
    yield Row(f"{kind}: people missing in the sum", 0 if told["adds_up"] else 1, 0, exact=True)


def rows(many: int, *, on_emulator: bool) -> Iterator[Row]:
    """Give every figure."""
    with TemporaryDirectory() as folder:
        for kind in UNITS:
            yield from compared(kind, many, Path(folder))
        if not on_emulator:
            return
        for kind in UNITS:
            print(f"{kind}: {EMULATED} people on the emulator", file=sys.stderr, flush=True)
            yield from counted(kind, EMULATED, Path(folder))


def counted(kind: str, people: int, folder: Path) -> Iterator[Row]:
    """Send to some people on the emulator; give what its database counted beside the goals."""
    found, where = emulated.counted(people, kind, folder), f"{kind} on the emulator"
    yield Row(f"{where}: HTTP calls", found.posts, found.posts_wanted, exact=True)
    yield Row(f"{where}: write units a person", found.units, UNITS[kind])
    yield Row(f"{where}: table scans", found.scans, 0, exact=True)


def main() -> int:
    """Measure, print and keep the table; return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="make scale", description=__doc__)
    parser.add_argument("--people", type=int, default=MANY, help="how many are many")
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    parser.add_argument("--no-emulator", action="store_true", help="leave the emulator out")
    asked = parser.parse_args()
    found = list(rows(asked.people, on_emulator=not asked.no_emulator))
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    told = {
        "machine": machine,
        "people": asked.people,
        "rows": [{**asdict(one), "met": one.is_met} for one in found],
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(told, indent=2) + "\n")
    print(json.dumps(told, indent=2) if asked.json else "\n".join(lines(found, asked.people)))
    return 0 if all(one.is_met for one in found) else 1


def lines(found: list[Row], many: int) -> Iterator[str]:
    """Give the table as lines."""
    yield f"{f'{many:,} people':<48}{'value':>10}{'goal':>10}"
    for one in found:
        goal = f"{'' if one.exact else '<= '}{one.goal:,g}"
        yield f"{one.figure:<48}{one.value:>10,.4g}{goal:>10}{'' if one.is_met else '  missed'}"


if __name__ == "__main__":
    sys.exit(main())
