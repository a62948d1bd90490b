"""This file tests which stage a command works on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.cli.stage import settings
from chalicelib.errors import NotFound

SENTENCE = "no local stage is running: start it with `make run`"


def running(folder: Path, pid: int) -> dict[str, str]:
    environ = {"OWL_STAGE": "local", "OWL_ENDPOINT": "http://127.0.0.1:4566"}
    (folder / "run.json").write_text(json.dumps({"pid": pid, "environ": environ}))
    return {"OWL_LOCAL_DIR": str(folder), "AWS_ACCESS_KEY_ID": "somebody's"}


def test_the_running_local_stage_is_found_by_its_file(tmp_path: Path) -> None:
    assert settings(running(tmp_path, os.getpid())).endpoint == "http://127.0.0.1:4566"


def test_a_stage_named_by_the_shell_comes_before_the_local_one(tmp_path: Path) -> None:
    environ = running(tmp_path, os.getpid()) | {"OWL_STAGE": "pilot"}
    assert (settings(environ).stage, settings(environ).endpoint) == ("pilot", "")


def test_without_a_stage_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=SENTENCE):
        settings({"OWL_LOCAL_DIR": str(tmp_path)})


def test_the_file_of_a_stage_that_died_counts_for_nothing(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with pytest.raises(NotFound, match=SENTENCE):
        settings(running(tmp_path, ended.pid))
