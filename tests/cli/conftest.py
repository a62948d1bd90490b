"""This file holds the fixtures of the commands: a stage under moto, and somebody at `owl`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from chalicelib.cli.main import owl
from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.storage.key_maker import ensure_keys
from infra import stack
from tests.builders import MONDAY, TICKETS, a_catalogue

# What staff's commands touch; the other tables would only take time.
TABLES = {
    f"owl-local-{name}"
    for name in (
        *("catalogue", "tickets", "audit", "keys", "people", "broadcasts", "control"),
        *("ballot-tokens", "ballot-box", "scores", "comments"),
        *("complaints", "limits", "users-month", "console", "counters"),
    )
}


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody at a terminal with files; `office` is what the commands work on."""

    office: Office
    folder: Path

    def runs(self, *arguments: str | Path) -> Result:
        """Run `owl` as typed, and say yes where it asks."""
        return CliRunner().invoke(owl, [str(one) for one in arguments], input="y\n")

    def file(self, name: str, rows: Sequence[Sequence[str]], *, encoding: str = "utf-8") -> Path:
        """Write a plain CSV, cells joined by commas as they are."""
        path = self.folder / name
        path.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding=encoding)
        return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staff]:
    """Somebody at a stage that holds nothing yet, on a Monday."""
    noon = datetime(MONDAY.year, MONDAY.month, MONDAY.day, 5, tzinfo=UTC)
    offset = str((noon - datetime.now(UTC)).total_seconds())
    monkeypatch.setenv("OWL_STAGE", "local")
    monkeypatch.setenv("OWL_CLOCK_OFFSET", offset)
    with mock_aws():
        side = Office(Settings(clock_offset=offset))
        for table in stack.tables("local"):
            if table["TableName"] in TABLES:
                side.database.wire.call("CreateTable", **table)
        ensure_keys(side.database, side.clock.now())
        yield Staff(side, tmp_path)


@pytest.fixture
def staff(bare: Staff) -> Staff:
    """Somebody at a stage with the small catalogue and its three tickets."""
    bare.office.catalogue.publish(a_catalogue())
    bare.office.tickets.save_many(TICKETS)
    return bare
