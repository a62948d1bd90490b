"""This file is `make bench`: it times hops beside their floors and prints one table.

Cases take turns within a round, so a slow moment of the machine slows both; each figure is
the median of the rounds' ratios. Absolute times are printed, never judged.
"""

import json
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.cases import Cases

ROUNDS, SECONDS = 7, 0.15
OUT = Path("build/bench.json")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what is timed over what, and the most the ratio may be."""

    figure: str
    case: Callable[[], object]
    floor: Callable[[], object]
    goal: float


def seconds(run: Callable[[], object]) -> float:
    """Return the processor seconds of one call, over as many calls as fit the time."""
    run()
    calls, begun = 0, time.process_time()
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        run()
        calls += 1
    return (time.process_time() - begun) / calls


def measured(row: Row) -> dict[str, object]:
    """Return a row's medians over the rounds."""
    times = [(seconds(row.case), seconds(row.floor)) for _ in range(ROUNDS)]
    return {
        "figure": row.figure,
        "ratio": round(median(case / floor for case, floor in times), 2),
        "goal": row.goal,
        "microseconds": round(median(case for case, _ in times) * 1e6, 1),
        "floor_microseconds": round(median(floor for _, floor in times) * 1e6, 1),
    }


def rows(cases: Cases) -> list[Row]:
    """List the figures."""
    return [
        Row("lookup hop with its echo / no-op route", cases.lookup_hop, cases.no_op, 2.5),
        Row("first hop / no-op route + 1 BatchGetItem", cases.first_hop, cases.no_op_and_get, 1.15),
        Row("engine alone, 3 inputs / no-op route", cases.three_inputs, cases.no_op, 0.5),
        Row("engine, 60 inputs / 3 inputs", cases.sixty_inputs, cases.three_inputs, 10),
        Row("render and count parts / str.format", cases.draw, cases.format, 4),
    ]


def main() -> None:
    """Measure, print and keep the table. A goal missed is shown, not judged."""
    with Cases() as cases:
        results = []
        for row in rows(cases):
            print(f"measuring: {row.figure}", file=sys.stderr)
            results.append(measured(row))
    machine = f"{platform.machine()}, Python {platform.python_version()}, {ROUNDS} rounds"
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"machine": machine, "rows": results}, indent=2) + "\n")
    print(f"{'figure':<44}{'ratio':>8}{'goal':>8}{'µs':>10}{'floor µs':>10}   on {machine}")
    for one in results:
        met = "" if float(str(one["ratio"])) <= float(str(one["goal"])) else "  missed"
        figures = f"{one['ratio']:>8}{one['goal']:>8}{one['microseconds']:>10}"
        print(f"{one['figure']:<44}{figures}{one['floor_microseconds']:>10}{met}")


if __name__ == "__main__":
    main()
