"""This file is `make bench`: every figure of speed beside its goal, as a table, JSON and a picture.

Exit code 1 where a goal is missed.
"""

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from chalicelib.reports.charts import Bar, drawn
from tests.bench import cold, hops, load, naive, reads, scale, zips
from tests.bench.figures import ROUNDS, Figure, Say

OUT = Path("build/bench")
Measure = Callable[[Say], Iterator[Figure]]
# Each part with the rows of the table of goals that it measures.
PARTS: Mapping[str, Measure] = {
    "hops": hops.figures,
    "cold": cold.figures,
    "zips": zips.figures,
    "scale": scale.figures,
    "naive": naive.figures,
    "reads": reads.figures,
    "load": load.figures,
}
SENSES = {"at most": "<=", "at least": ">=", "exactly": "=", "told": ""}


def machine() -> str:
    """Name what this was measured on."""
    return f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"


def lines(found: list[Figure]) -> Iterator[str]:
    """Give the table as lines, by row."""
    yield f"{'row':>3}  {'figure':<58}{'value':>12}{'goal':>12}  spread"
    for one in sorted(found, key=lambda each: each.row):
        goal = f"{SENSES[one.sense]} {one.goal:,g}" if one.sense != "told" else ""
        spread = " to ".join(f"{each:,.3g}" for each in one.spread)
        missed = "" if one.is_met else "  missed"
        unit = f" ({one.unit})" if one.unit else ""
        yield f"{one.row:>3}  {one.name + unit:<58}{one.value:>12,.4g}{goal:>12}  {spread}{missed}"


def picture(found: list[Figure]) -> str:
    """Draw how much of what its goal allows each figure takes, in percent."""
    bars = [
        Bar(f"{one.row}: {one.name}", [round(100 * one.value / one.goal, 1)])
        for one in sorted(found, key=lambda each: each.row)
        if one.sense == "at most" and one.goal
    ]
    return drawn(f"percent of the goal; over 100 is a miss ({machine()})", bars, ["percent"])


def main() -> int:
    """Measure, print and keep the page; return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"which of {', '.join(PARTS)} (all)")
    parser.add_argument("--json", action="store_true", help="print the page as JSON")
    asked = parser.parse_args()
    unknown = [one for one in asked.parts if one not in PARTS]
    if unknown:
        parser.error(f"no part is called {', '.join(unknown)}: there are {', '.join(PARTS)}")
    begun = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {text}", file=sys.stderr, flush=True)

    found = [one for name in asked.parts or PARTS for one in PARTS[name](say)]
    page = {
        "machine": machine(),
        "rounds": ROUNDS,
        "figures": [{**asdict(one), "met": one.is_met} for one in found],
    }
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "bench.json").write_text(json.dumps(page, indent=2) + "\n")
    (OUT / "bench.svg").write_text(picture(found))
    print(json.dumps(page, indent=2) if asked.json else "\n".join([*lines(found), machine()]))
    return 0 if all(one.is_met for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
