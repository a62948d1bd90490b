"""This file tests that ratings are counted exactly while real processes are killed at it."""

from pathlib import Path

import pytest

from tests.privacy.killed import run

pytestmark = pytest.mark.stack
SEED = 20261126


def test_A1_each_phone_that_was_thanked_is_counted_once_though_processes_are_killed(
    tmp_path: Path,
) -> None:
    lines: list[str] = []
    done = run(tmp_path, shares=4, kills=4, seed=SEED, say=lines.append)
    assert done.is_exact, done
    assert done.killed == 6
    assert done.thanked > 500
    assert len(lines) == 3
