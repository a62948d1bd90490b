"""This file counts row 11: what a year's report reads, after a thousand sessions and a million.

Counters are filled with the same cells; only their numbers, and the rows that sessions leave of
people and of themselves, are more. Every table of `owl report` is asked for, and every call that
any client makes is counted, with the rows that it brought.
"""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import botocore
from botocore.session import Session
from click.testing import CliRunner
from moto import mock_aws

from chalicelib.capabilities.usage import Count
from chalicelib.cli.main import owl
from chalicelib.reports.periods import Period
from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.storage.figures import DynamoFigures
from chalicelib.storage.key_maker import ensure_keys
from chalicelib.storage.parts import WRITE_AT_ONCE, in_parts
from chalicelib.storage.usage import SHARDS, UserRow
from infra import stack
from tests.bench.environ import environ
from tests.bench.figures import Figure, Say
from tests.builders import TICKETS, a_catalogue

FEW, MANY, CELLS_A_DAY, YEAR = 1_000, 1_000_000, 8, "2025"
# One session in so many is somebody's first of the month.
NEW_IN = 1_000
AFTER = datetime(2026, 3, 2, 5, tzinfo=UTC)
SERVICES = tuple(f"{n}" for n in range(101, 117))


@dataclass(slots=True)
class Reads:
    """Calls by operation and table, and the rows they brought."""

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    here: threading.local = field(default_factory=threading.local)

    def listen(self, session: Session) -> None:
        """Hear of every call of a session."""
        session.register("before-send.dynamodb", self._asked)
        session.register("response-received.dynamodb", self._answered)

    def _asked(self, operation: str, request: Any, **_: Any) -> None:
        asked = json.loads(request.body)
        table = asked.get("TableName") or ",".join(sorted(asked.get("RequestItems", ())))
        self.here.table = table
        with self.lock:
            self.calls[operation, table] += 1

    def _answered(self, answer: dict[str, Any], **_: Any) -> None:
        some = answer.get("Responses") or {}
        found = [*answer.get("Items", []), *(row for rows in some.values() for row in rows)]
        with self.lock:
            self.rows[self.here.table] += len(found)


def figures(say: Say, period: str = YEAR) -> Iterator[Figure]:
    """Count the reads of the reports of a period."""
    say(f"reads: the reports of {period} after {FEW:,} sessions")
    few = counted(FEW, CELLS_A_DAY, period)
    say(f"reads: after {MANY:,}")
    many = counted(MANY, CELLS_A_DAY, period)
    say("reads: with twice the cells")
    wide = counted(FEW, 2 * CELLS_A_DAY, period)
    name = f"all tables of {period}, {MANY:,} sessions against {FEW:,}"
    calls, rows = many.calls.total(), many.rows.total()
    yield Figure(11, f"{name}: calls", calls, few.calls.total(), "exactly", "calls")
    yield Figure(11, f"{name}: rows", rows, few.rows.total(), "exactly", "rows")
    same = float(many.calls == few.calls and many.rows == few.rows)
    yield Figure(11, f"{name}: each table the same", same, 1, "exactly")
    for what, value, unit in (
        ("calls", wide.calls.total(), "calls"),
        ("rows", wide.rows.total(), "rows"),
    ):
        yield Figure(11, f"twice the cells: {what}", value, sense="told", unit=unit)


def counted(sessions: int, cells: int, period: str) -> Reads:
    """Return what all tables of a period read, after so many sessions in so many cells a day."""
    offset = str((AFTER - datetime.now(UTC)).total_seconds())
    told = {"OWL_STAGE": "local", "OWL_CLOCK_OFFSET": offset}
    with mock_aws(), environ(**told), TemporaryDirectory() as folder:
        office = Office(Settings(clock_offset=offset))
        for table in stack.tables("local"):
            office.database.wire.call("CreateTable", **table)
        ensure_keys(office.database, office.clock.now())
        office.catalogue.publish(a_catalogue())
        office.tickets.save_many(TICKETS)
        _fill(office, sessions, cells, Period.read(period))
        with _listening() as reads:
            command = ["report", "all", "--period", period, "--out", str(Path(folder) / "out")]
            done = CliRunner().invoke(owl, command)
        if done.exit_code:
            raise SystemExit(f"the reports were not written: {done.output}")
        return reads


@contextmanager
def _listening() -> Iterator[Reads]:
    """Hear of every call to the database."""
    reads = Reads()
    botocore.register_initializer(reads.listen)
    try:
        yield reads
    finally:
        botocore.unregister_initializer(reads.listen)


def _fill(office: Office, sessions: int, cells: int, period: Period) -> None:
    """Write the counters of a period, and what its sessions left beside them."""
    stored, days = DynamoFigures(office.database), list(period.days())
    each = [_cell(n) for n in range(cells)]
    share, rest = divmod(sessions, len(days) * cells)
    n, counts = 0, list[tuple[date, Count, int]]()
    for day in days:
        for count in each:
            counts.append((day, count, share + (n < rest)))
            n += 1
    stored.add_counts(counts)
    for month in period.months:
        stored.add_cells(month, {f"users#ussd##{place}": sessions for place in ("0212", "0213")})
        _came(office, month, sessions // NEW_IN)


def _cell(n: int) -> Count:
    return Count("ussd", "km", "information", SERVICES[n % len(SERVICES)], "all", "", "", f"{n:04}")


def _came(office: Office, month: str, people: int) -> None:
    rows = office.database.bound(UserRow)
    some = [
        rows(f"{month}#{SHARDS[n % len(SHARDS)]}", f"ussd#{n:043}", expires=2**31)
        for n in range(people)
    ]

    def written(part: Any) -> None:
        with rows.batch_write() as batch:
            for row in part:
                batch.save(row)

    in_parts(written, some, WRITE_AT_ONCE)
