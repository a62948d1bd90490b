"""This file tests that schedules run on the stage's clock, also those missed while it was off."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.ticker import Ticker

NOON = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        """Return where it stands."""
        return self.at


def a_ticker(file: Path, clock: Clock, runs: list[str], *, fails: bool = False) -> Ticker:
    """Return a ticker with one daily schedule, due at one o'clock."""

    def tally(event: dict[str, Any], _context: object) -> None:
        runs.append(event["time"])
        if fails:
            raise ValueError("no ballots")

    daily = {"tally": ("cron(0 13 * * ? *)", tally)}
    return Ticker(daily, clock.now, file, threading.Event())


def test_a_schedule_runs_once_when_its_moment_comes(tmp_path: Path) -> None:
    clock, runs = Clock(), list[str]()
    ticker = a_ticker(tmp_path / "ticked", clock, runs)
    for minutes in (0, 59, 60, 60, 61):
        clock.at = NOON + timedelta(minutes=minutes)
        ticker.look()
    assert runs == ["2026-11-23T13:00:30Z"]


def test_a_schedule_missed_while_nothing_ran_is_made_up_for_once(tmp_path: Path) -> None:
    clock, runs = Clock(), list[str]()
    a_ticker(tmp_path / "ticked", clock, runs).look()
    clock.at = NOON + timedelta(days=3)
    for _ in range(2):
        a_ticker(tmp_path / "ticked", clock, runs).look()
    assert len(runs) == 1


def test_a_clock_set_back_runs_nothing_and_goes_on(tmp_path: Path) -> None:
    clock, runs = Clock(), list[str]()
    ticker = a_ticker(tmp_path / "ticked", clock, runs)
    clock.at = NOON + timedelta(days=30)
    ticker.look()
    clock.at = NOON
    ticker.look()
    assert runs == []
    clock.at = NOON + timedelta(hours=1)
    ticker.look()
    assert len(runs) == 1


def test_a_run_that_fails_is_told_and_passed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock, runs = Clock(), list[str]()
    ticker = a_ticker(tmp_path / "ticked", clock, runs, fails=True)
    for hours in (0, 1, 2):
        clock.at = NOON + timedelta(hours=hours)
        ticker.look()
    assert len(runs) == 1
    assert capsys.readouterr().out == "tally: a scheduled run failed (ValueError)\n"
