"""This file is `make faults`: the fault matrix against real processes, as a table.

The exit code is 1 where a demand of the matrix is not met.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.matrix import LARGE, MEDIUM, ROWS, SMALL, Size, chosen
from tests.faults.play import HEAD, Line, aligned, played
from tests.faults.run import emulator
from tests.faults.town import own_credentials

SIZES: dict[str, tuple[Size, ...]] = {
    "small": (SMALL,),
    "medium": (MEDIUM,),
    "large": (LARGE,),
    "full": (MEDIUM, LARGE),
}


def main() -> int:
    """Play the rows that are asked for, and judge them."""
    asked, begun = _asked(), time.monotonic()
    lines = []
    folder = Path(tempfile.mkdtemp(prefix="owl-faults-"))
    with own_credentials(), emulator(folder) as place:
        if not asked.json:
            print(aligned(HEAD), flush=True)
        for row, size in chosen(tuple(asked.row), SIZES[asked.size]):
            one = (
                size
                if asked.seed is None
                else Size(size.people, size.kills, size.each_step, (asked.seed,))
            )
            lines.append(played(place, row, one, sys.stderr))
            if not asked.json:
                _show(lines[-1])
    missed = [one for one in lines if one.missed]
    if asked.json:
        print(json.dumps([one.plain() for one in lines], indent=2))
    else:
        print(_ending(lines, missed, time.monotonic() - begun, folder))
    return 1 if missed else 0


def _show(line: Line) -> None:
    print(aligned(line.cells))
    for said in [*line.missed, *line.notes]:
        print(f"       {said}")
    sys.stdout.flush()


def _ending(lines: list[Line], missed: list[Line], seconds: float, folder: Path) -> str:
    copies, lost = sum(one.copies for one in lines), sum(one.lost for one in lines)
    told = f"{len(lines)} rows, {copies} people with two copies, {lost} lost, {seconds:.0f} seconds"
    where = f"; what the processes left is in {folder}" if missed else ""
    return f"{told}: {len(missed)} missed{where}"


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    names = [row.id for row in ROWS]
    parser.add_argument("--size", choices=SIZES, default="full", help="500, 2,000, 10,000, or both")
    parser.add_argument("--row", action="append", default=[], choices=names, metavar="F1")
    parser.add_argument("--seed", type=int, help="this seed instead of the fixed ones")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
