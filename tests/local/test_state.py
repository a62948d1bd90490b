"""This file tests what a local run keeps in its folder, and for how long."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.local.emulator import end_leftover
from infra.local.environment import local
from infra.local.journal import Journal
from infra.local.state import CannotStart, State

HOLD = """
import sys, time, pathlib
from infra.local.state import locked
held = locked(pathlib.Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""
NUMBER = "+85512000001"


def a_journal(folder: Path) -> Journal:
    """Return the pretend gateway's log in a folder."""
    return Journal(folder, lambda: datetime(2026, 11, 23, tzinfo=UTC))


def test_one_folder_serves_one_run(tmp_path: Path) -> None:
    state = State(tmp_path)
    with state.claim():
        state.tell("http://127.0.0.1:8000", {})
        with pytest.raises(CannotStart, match=r"already runs .* at http://127\.0\.0\.1:8000"):
            state.claim()
    state.claim().close()


def test_the_emulator_of_a_killed_run_is_ended(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.prepare(fresh=False)
    assert not end_leftover(state)
    command = [sys.executable, "-c", HOLD, str(state.emulator_lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as leftover:
        assert leftover.stdout
        assert leftover.stdout.readline() == "held\n"
        assert end_leftover(state)
        assert leftover.wait(5) != 0
    assert not end_leftover(state)


def test_what_was_accepted_is_read_again_without_a_line_cut_by_a_kill(tmp_path: Path) -> None:
    kept = a_journal(tmp_path).accept(NUMBER, "38455", "សួស្តី")
    with (tmp_path / "accepted.jsonl").open("a") as log:
        log.write('{"id": "ATX')
    again = a_journal(tmp_path)
    again.accept(NUMBER, "38455", "two")
    texts = [one["text"] for one in a_journal(tmp_path).to(NUMBER)]
    assert texts == [kept["text"], "two"]
    assert len((tmp_path / "accepted.jsonl").read_text().splitlines()) == 2


def test_a_shown_message_says_how_it_is_billed_and_not_when(tmp_path: Path) -> None:
    journal = a_journal(tmp_path)
    journal.accept(NUMBER, "38455", "x" * 161)
    (shown,) = journal.to(NUMBER)
    assert (shown["encoding"], shown["segments"]) == ("gsm7", 2)
    assert list(json.loads(json.dumps(shown))) == [
        *("id", "to", "from", "text", "encoding", "segments"),
    ]


def test_settings_of_the_user_count_but_not_where_things_are(tmp_path: Path) -> None:
    theirs = {
        "OWL_UNICODE": "off",
        "OWL_REGION": "eu-west-1",
        "OWL_CLOCK_FILE": "/tmp/clock",
        "OWL_GATEWAY_URL": "https://example.org",
        "OWL_STAGE": "production",
        "AWS_PROFILE": "mine",
        "AWS_SESSION_TOKEN": "mine",
        "NO_PROXY": "intranet",
    }
    made = local(theirs, State(tmp_path), "http://127.0.0.1:8000")
    assert (made["OWL_UNICODE"], made["OWL_CLOCK_FILE"]) == ("off", "/tmp/clock")
    assert (made["OWL_REGION"], made["AWS_DEFAULT_REGION"]) == ("eu-west-1", "eu-west-1")
    assert made["OWL_GATEWAY_URL"] == "http://127.0.0.1:8000/sandbox/version1"
    assert made["OWL_STAGE"] == "local"
    assert made["NO_PROXY"] == "intranet,127.0.0.1,localhost"
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & made.keys()
