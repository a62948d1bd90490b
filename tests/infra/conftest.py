"""This file holds a package and an emulator that the AWS CLI deploys it to."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import build
from infra.local.emulator import Emulator
from infra.local.state import State
from infra.stages import FILE, Planned, read

REGION = "ap-southeast-1"
# All settings of a real stage, empty ones too, but for two that this emulator does nothing with.
WHOLE = read(FILE.read_text(encoding="utf-8"), "prod").settings
PLANNED = Planned("trial", REGION, settings={**WHOLE, "OwnTrail": "off", "BudgetUSD": "0"})


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package without its libraries, which change nothing in the template."""
    out = tmp_path_factory.mktemp("out")
    build.package(build.stage(tmp_path_factory.mktemp("project")), out)
    return out


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an emulator that the AWS CLI of this Python talks to."""
    state = State(tmp_path_factory.mktemp("local"))
    state.prepare(fresh=False)
    emulator = Emulator(state, REGION, services="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("AWS_ENDPOINT_URL", emulator.url)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        try:
            emulator.wait_ready()
            yield emulator.url
        finally:
            emulator.stop()
            if emulator.process.stdin:
                emulator.process.stdin.close()
