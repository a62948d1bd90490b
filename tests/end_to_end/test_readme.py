"""This file runs the commands of the README on a stage, and plays the transcripts against it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.stack import ROOT, Local
from tests.test_readme import COMMANDS

pytestmark = pytest.mark.stack
BASE = "http://127.0.0.1:8000"
# `make` starts the stage these run on; `.ci/run` calls the others, as tests/test_readme.py checks.
RUN_HERE = [line for line in COMMANDS if not line.startswith("make ")]
TRANSCRIPTS = sorted((ROOT / "tests" / "transcripts").glob("*.txt"))


def ran(local: Local, command: list[str], folder: Path) -> str:
    """Run one command as a person would whose shell stands in `folder`; return what it printed."""
    environ = os.environ | {"OWL_LOCAL_DIR": str(local.folder)}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environ,
        # What a person answers where a command shows something and asks.
        input="y\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def owl(words: list[str]) -> list[str]:
    """Return a command with the `owl` of this Python in the place of the README's."""
    return [str(Path(sys.executable).parent / "owl"), *words]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript_comes_true_on_a_running_stage(local: Local, path: Path) -> None:
    ran(local, owl(["phone", "--url", local.url, "--script", str(path)]), ROOT)


# After the transcripts, in which the ticket is still in process.
def test_every_command_of_the_readme_works_and_its_ticket_is_ready(
    local: Local, tmp_path: Path
) -> None:
    [program] = owl([])
    for line in RUN_HERE:
        typed = line.replace(BASE, local.url).replace(".venv/bin/owl", program)
        said = ran(local, ["sh", "-c", typed.replace("curl ", "curl --silent ", 1)], tmp_path)
        assert said.strip() or ">>" in line, line
    again = tmp_path / "again.txt"
    again.write_text("sms Chan: TICKET 02122600428\nreply ~ 02122600428: ready. Collect at\n")
    ran(local, owl(["phone", "--url", local.url, "--script", str(again)]), ROOT)
