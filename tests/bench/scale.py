"""This file gives row 9: the figures of `make scale`, as they are."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from tests.bench.figures import Figure, Say

PEOPLE = 100_000


def figures(say: Say, people: int = PEOPLE) -> Iterator[Figure]:
    """Send to so many people, which takes seven minutes at a hundred thousand."""
    say(f"scale: {people:,} people")
    command = [sys.executable, "-m", "tests.scale", "--json", "--people", str(people)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    yield from read(ran.stdout)


def read(told: str) -> Iterator[Figure]:
    """Give the rows of a run's JSON; a run that fell over told none.

    Raises:
        SystemExit: there is no JSON.
    """
    try:
        run: dict[str, Any] = json.loads(told)
    except ValueError:
        raise SystemExit("make scale told no figures: what it said is above") from None
    for one in run["rows"]:
        sense = "exactly" if one["exact"] else "at most"
        name = f"{one['figure']}, {run['people']:,} people"
        yield Figure(9, name, float(one["value"]), float(one["goal"]), sense)
