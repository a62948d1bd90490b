"""This file is one process of `make scale`: it sends when it is told to, and prints what it cost.

A line on its input is a turn. With `whole` a turn is one message from its beginning to its end,
else it is some minutes of one; the last line printed holds the figures.
"""

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tests.scale.run import Run

MINUTES = 4


def turns(people: int, kind: str, folder: Path, *, whole: bool) -> Iterator[Run]:
    """Give the run after each turn; it is over once its figures are true."""
    while True:
        run = Run(people, kind, folder)
        steps = run.steps()
        if whole:
            list(steps)
            yield run
            continue
        while list(islice(steps, MINUTES)):
            yield run
        return


def main() -> None:
    """Take turns until there is nothing more to do, or the input ends."""
    people, kind, folder, how = sys.argv[1:]
    going = turns(int(people), kind, Path(folder), whole=how == "whole")
    last: Run | None = None
    print("{}", flush=True)
    for _ in sys.stdin:
        run = next(going, None)
        if run is None and last is not None:
            print(json.dumps({**last.figures().plain(), "over": True}), flush=True)
            return
        last = run or last
        if last is not None:
            sent = {"sent": sum(last.log.copies)}
            told = last.figures().plain() if how == "whole" else sent
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
