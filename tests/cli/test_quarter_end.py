"""This file tests scenario 25: at the end of a quarter the tables equal a count by hand."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.cli.main import owl
from tests.builders import KAMRIENG
from tests.phone import Phone
from tests.world import World

WOMEN, MEN, SILENT = 14, 12, 11
EVERYBODY = WOMEN + MEN + SILENT
# Set when the quarter, its last week and four days more are over.
LATER = datetime(2027, 1, 6, 5, tzinfo=UTC)
PHONE = re.compile(r"855120000\d\d|0120000\d\d|120000\d\d")


def told(*arguments: str) -> str:
    """Run `owl` and return what it prints."""
    done = CliRunner().invoke(owl, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


def table(name: str, *more: str) -> dict[str, Any]:
    """Return a table of the quarter."""
    written = told("report", name, "--period", "2026-Q4", "--format", "json", *more)
    plain: dict[str, Any] = json.loads(written)
    return plain


def column(name: str, key: str, value: str, *more: str) -> dict[str, Any]:
    """Return one column of a table by another."""
    return {row[key]: row[value] for row in table(name, *more)["rows"]}


@pytest.fixture
def quarter(dynamo: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """What 37 phones did in November, and the clock of staff in January."""
    for n in range(EVERYBODY):
        phone = Phone(dynamo, f"+855120000{n:02}")
        phone.texts("LANG EN", "JOIN 021204")
        if n < WOMEN + MEN:
            phone.dials().types("6", "6", "1" if n < WOMEN else "2")
        phone.texts("INFO 102", f"TICKET {KAMRIENG}")
        dynamo.clock.forward(minutes=5)
        phone.dials().types("3", "0212", *"11111" if n % 3 else "44444", "3", "0")
    monkeypatch.setenv("OWL_STAGE", "local")
    offset = (LATER - datetime.now(UTC)).total_seconds()
    monkeypatch.setenv("OWL_CLOCK_OFFSET", str(offset))
    told("tally", "close", "--as", "dara")
    return dynamo


def test_scenario_25_the_tables_of_a_quarter_equal_a_count_by_hand(
    quarter: World, tmp_path: Path
) -> None:
    total = table("users")["total"]
    assert total["people"] == EVERYBODY
    assert column("requests", "kind", "n") == {
        "information": EVERYBODY,
        "tracking": EVERYBODY,
        "feedback": EVERYBODY,
    }
    assert column("information", "service", "n") == {"102": EVERYBODY}
    assert column("tracking", "where", "n") == {"inside": EVERYBODY}
    rows = table("satisfaction", "--by", "dimension")["rows"]
    assert {row["answers"] for row in rows} == {EVERYBODY}
    consent = column("consent", "what", "n")
    assert (consent["join"], consent["stop"]) == (EVERYBODY, 0)
    assert quarter.clock.at.month == 11
    told("report", "all", "--period", "2026-Q4", "--out", str(tmp_path), "--language", "km")
    for path in tmp_path.iterdir():
        assert PHONE.search(path.read_text(encoding="utf-8")) is None, path
        if path.suffix == ".csv":
            assert path.read_bytes().startswith(b"\xef\xbb\xbf")
            assert list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_a_month_that_is_running_tells_nothing_yet(
    quarter: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWL_CLOCK_OFFSET", "0")
    monkeypatch.setenv("OWL_CLOCK_FILE", "")
    assert quarter.clock.at.year == 2026
    now = datetime(2026, 11, 25, 5, tzinfo=UTC)
    monkeypatch.setenv("OWL_CLOCK_OFFSET", str((now - datetime.now(UTC)).total_seconds()))
    assert table("users")["total"]["people"] is None
    assert "2026-11" in " ".join(table("users")["notes"])
