"""This file is `make privacy`: ratings are counted exactly and tell of nobody, at full size.

5,000 ballots, a fifth of them repeats, are cast by processes of which half are killed; then 50
counters are killed, two at a time, and every phone that was thanked must be counted once. After
that 10,000 people rate; their month is closed; every number of the numbering plan is tried against
the dump of all tables, plain and under every key that is left: it finds who subscribed to news,
in their own table, and nobody who rated. The same attack must find everybody in a table of
plain hashes. It takes long on two cores; PART=100 tries each hundredth number only.
"""

import hashlib
import os
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tests.privacy import killed
from tests.privacy.attack import Guessed, Maker, makers, plan, recovered, strings_of
from tests.privacy.child import a_world
from tests.privacy.seized import OFFICES, SUBSCRIBED, Seized, numbers, seize

RATERS, AT_ONCE, SEED = 10_000, 50_000, 20261126
LIKELY = Guessed(offices=OFFICES[:1], days=["2026-12-05"])
Found = dict[str, set[bytes]]


def main() -> int:
    """Run both; 1 where one of them fails."""
    # Nothing here may ever reach an account of a person who runs it.
    os.environ.update(
        AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="ap-southeast-1"
    )
    return int(miscounted()) | found_out(int(os.environ.get("PART", "1")))


def miscounted() -> bool:
    """Rate and count while processes are killed; True where a count is wrong."""
    with TemporaryDirectory() as folder:
        done = killed.run(Path(folder), shares=20, kills=50, seed=SEED, say=print)
    print(f"seed {SEED}: {done}: {'exact' if done.is_exact else 'WRONG'}")
    return not done.is_exact


def found_out(part: int) -> int:
    """Attack the dump of a closed month; 1 where anybody is found, or one of the control is not."""
    with TemporaryDirectory() as folder, killed.an_emulator(Path(folder)) as url:
        seized = seize(a_world(url, "local"), RATERS)
    tried = sum(1 for _ in plan(part)) + RATERS
    begin = time.monotonic()
    found = attacked("the dump", strings_of(seized.items), seized.keys, part, tried)
    control = attacked("a table of plain hashes", planted(seized), {}, part, tried)
    told = {one.decode() for one in found.pop(SUBSCRIBED, set())}
    hits, caught = (len(set(chain.from_iterable(one.values()))) for one in (found, control))
    hits += len(told - set(seized.subscribers))
    print(f"{len(seized.items)} items and {len(seized.keys)} keys are left of {RATERS} ratings")
    print(f"{tried:,} numbers tried in {time.monotonic() - begin:.0f} s: {hits} recovered")
    print(f"{len(told)} of {len(seized.subscribers)} who subscribed are found to have subscribed")
    print(f"control, a table of plain hashes: {caught} of {RATERS} recovered")
    return int(hits > 0 or caught < RATERS or len(told) < len(seized.subscribers))


def attacked(
    label: str, dump: set[bytes], keys: Mapping[str, bytes], part: int, tried: int
) -> Found:
    """Try every number on all cores, with progress."""
    found: Found = {}
    begins = range(0, tried, AT_ONCE)
    with (
        ProcessPoolExecutor(initializer=_hold, initargs=(dump, keys, part)) as pool,
        click.progressbar(length=tried, label=label, file=sys.stderr) as bar,
    ):
        for some in pool.map(_tried, begins):
            bar.update(AT_ONCE)
            for how, those in some.items():
                found.setdefault(how, set()).update(those)
    return found


_HELD: list[tuple[set[bytes], Mapping[str, Maker], Iterator[bytes]]] = []
_AT = [0]


def _hold(dump: set[bytes], keys: Mapping[str, bytes], part: int) -> None:
    every = chain((one.encode() for one in numbers(RATERS)), plan(part))
    _HELD.append((dump, makers(keys, LIKELY if keys else Guessed(), crossed=False), every))


def _tried(begin: int) -> Found:
    """Try the numbers from one place on; a worker gets its places in rising order."""
    dump, made, every = _HELD[0]
    some = list(islice(every, begin - _AT[0], begin - _AT[0] + AT_ONCE))
    _AT[0] = begin + AT_ONCE
    return recovered(dump, some, made)


def planted(seized: Seized) -> set[bytes]:
    """Return the strings of a table that keeps numbers as plain hashes."""
    return strings_of(
        [{"id": {"S": hashlib.sha256(one.encode()).hexdigest()}} for one in seized.raters]
    )


if __name__ == "__main__":
    sys.exit(main())
