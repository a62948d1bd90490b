"""This file measures row 12: `make run` under load, while one database call in twenty is slow.

The load is open: each hop comes at its own moment, drawn from a seed, whatever became of the ones
before, and its wait is counted from that moment. Sessions go on with the echo of their last hop,
or without it where that is not answered yet, as a gateway would.
"""

import http.client
import math
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.figures import Figure, Say
from tests.bench.slow import FLAG
from tests.end_to_end.stack import ECHO, Local, running

A_SECOND, SECONDS, SEED = 50, 300, 12
P99, LONGEST = 1.5, 5.0
AT_ONCE = 200
# Seconds that somebody looks at a screen before the next hop.
LOOKS = (0.5, 2.0)
# A service and its fees, an application by its number, and somebody who joins: reads and writes.
WALKS: Sequence[tuple[str, ...]] = (
    ("", "1", "1*102", "1*102*2"),
    ("", "8", "8*1", "8*1*102"),
    ("", "2", "2*0212000017"),
    ("", "6", "6*2", "6*2*021204"),
)
SCREENS = ("CON ", "END ")


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop that will come: `at` seconds from the beginning, of a session, so far typed."""

    at: float
    session: int
    text: str


@dataclass(frozen=True, slots=True)
class Met:
    """What came of a hop: seconds from its moment to its answer, and whether it is a screen."""

    waited: float
    is_screen: bool


def figures(say: Say, seconds: int = SECONDS, a_second: int = A_SECOND) -> Iterator[Figure]:
    """Load a local run of its own for so many seconds."""
    say("load: the local stage is started")
    with TemporaryDirectory() as folder, stage(Path(folder)) as local:
        say(f"load: {seconds} seconds at {a_second} hops a second")
        met = asked(local, planned(seconds, a_second))
    waits = sorted(one.waited for one in met)
    broken = sum(not one.is_screen for one in met)
    name = f"load, {len(met):,} hops in {seconds} s"
    p99 = waits[math.ceil(0.99 * len(waits)) - 1]
    yield Figure(12, f"{name}: 99th percentile", p99, P99, unit="s")
    yield Figure(12, f"{name}: longest", waits[-1], LONGEST, unit="s")
    yield Figure(12, f"{name}: without CON or END", broken, 0, "exactly", "hops")
    yield Figure(12, f"{name}: median", median(waits), sense="told", unit="s")


def stage(folder: Path) -> AbstractContextManager[Local]:
    """Start the local stage over a slow line, and make its calls slow once it is ready."""
    return running(
        folder, module="tests.bench.slow", OWL_HOPS_A_SECOND="1000", OWL_HOPS_A_NUMBER="1000"
    )


def planned(seconds: int, a_second: int, seed: int = SEED) -> list[Hop]:
    """Return the hops of a load in their order; the same for the same seed."""
    chance, hops, begins, session = random.Random(seed), list[Hop](), 0.0, 0
    a_session = sum(len(one) for one in WALKS) / len(WALKS)
    while begins < seconds:
        at = begins
        for text in chance.choice(WALKS):
            hops.append(Hop(at, session, text))
            at += chance.uniform(*LOOKS)
        begins += chance.expovariate(a_second / a_session)
        session += 1
    return sorted((one for one in hops if one.at < seconds), key=lambda one: one.at)


def asked(local: Local, hops: Sequence[Hop]) -> list[Met]:
    """Let each hop come at its moment; return what became of each."""
    (local.folder / FLAG).touch()
    echoes: dict[int, str] = {}
    begun = time.perf_counter()

    def meets(hop: Hop) -> Met:
        number = f"+85512{hop.session:06}"
        try:
            answer = local.hops(number, hop.text, str(hop.session), echoes.get(hop.session, ""))
        except (OSError, http.client.HTTPException):
            return Met(time.perf_counter() - begun - hop.at, is_screen=False)
        waited = time.perf_counter() - begun - hop.at
        echoes[hop.session] = answer.headers.get(ECHO, "")
        return Met(waited, is_screen=answer.status == 200 and answer.text.startswith(SCREENS))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        coming = []
        for hop in hops:
            time.sleep(max(0.0, begun + hop.at - time.perf_counter()))
            coming.append(pool.submit(meets, hop))
        return [one.result() for one in coming]
