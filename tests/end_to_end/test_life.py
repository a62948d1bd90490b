"""This file tests how a local run begins and ends: what is kept, what is said, what is left."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.end_to_end.stack import HOOKS, Local, begun, running, until

pytestmark = pytest.mark.stack
# Under 5 on a quiet machine; tests share theirs.
READY_SECONDS = 15
NUMBER, DEMO = "+85512000050", "loading the demo data\n"
KINDS = ("ussd", "ussd-events", "sms", "delivery-reports", "opt-outs")


def refusal(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return how a run ended that could not start, and its last line."""
    told, _ = process.communicate(timeout=30)
    return process.returncode, told.splitlines()[-1]


def pasted(line: str) -> str:
    """Run a line as a shell does, and return what came back; a refusal is an error."""
    command = line.replace("curl ", "curl --silent --show-error --fail-with-body ", 1)
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr + ran.stdout
    return ran.stdout


def is_gone(pid: int) -> bool:
    """Whether a process is no more, or only waits to be buried."""
    stat = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self").exists():
        return (
            subprocess.run(["ps", "-p", str(pid)], capture_output=True, check=False).returncode != 0
        )
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


def is_free(folder: Path) -> bool:
    """Whether no emulator holds a folder."""
    with (folder / "emulator.lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_it_is_ready_soon_and_says_what_to_try(local: Local) -> None:
    sys.stdout.write(f"ready after {local.seconds:.1f} s\n")
    assert local.seconds < READY_SECONDS


def test_what_it_says_to_try_works_as_printed(local: Local) -> None:
    told = "".join(local.lines)
    assert f"ready {local.url}\n" in told
    assert f"{local.url}/phone " in told
    assert all(f"POST {local.url}{HOOKS}/{kind}\n" in told for kind in KINDS)
    typed = [line[line.index("curl") :] for line in local.lines if "curl -d" in line]
    hop, sms = (pasted(line) for line in typed)
    assert hop.startswith("CON ")
    assert not sms
    # Other tests of this stage write to the same number.
    answers = lambda: [  # noqa: E731 - looked at twice
        one for one in local.messages("+85512000001") if one["text"].startswith("02122600428: ")
    ]
    before = len(until(answers, bool))
    # Pasted in another second it is a message of its own, not a repeated one.
    second = int(time.time())
    until(lambda: int(time.time()), lambda now: now > second)
    pasted(typed[1])
    until(answers, lambda found: len(found) == before + 1)


def test_what_was_stored_is_kept_until_a_fresh_start(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        first.texts(NUMBER, "TICKET 02122600428", "k-1")
        kept = first.receives(NUMBER)
        first.hops(NUMBER, "8", "k1")
        greeting = first.hops(NUMBER, "", "k2").text
        assert first.ends(signal.SIGTERM) == 0
        assert first.lines[-1] == "stopping: saving what is kept\n"
        assert not (tmp_path / "run.json").exists()
    with running(tmp_path) as second:
        assert DEMO not in second.lines
        assert second.messages(NUMBER) == kept
        assert second.hops(NUMBER, "", "k3").text == greeting
        # The same SMS again is no second question, also after a restart.
        second.texts(NUMBER, "TICKET 02122600428", "k-1")
        second.texts(NUMBER, "TICKET 01062600077", "k-2")
        assert second.receives(NUMBER, 2)[1]["text"].startswith("01062600077: ")
        (tmp_path / "notes.txt").write_text("of somebody else")
        (tmp_path / "clock").write_text("5")
        assert second.ends(signal.SIGINT) == 0
    with running(tmp_path, "--fresh") as third:
        assert DEMO in third.lines
        assert third.messages(NUMBER) == []
        assert not (tmp_path / "clock").exists()
        assert (tmp_path / "notes.txt").exists()


def test_a_second_copy_is_told_where_the_first_is(local: Local) -> None:
    code, told = refusal(begun(local.folder))
    assert code == 1
    assert local.url in told
    assert str(local.process.pid) in told
    assert local.calls("GET", "/health", headers={}).status == 200


def test_a_taken_port_is_told_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, told = refusal(begun(tmp_path, PORT=str(port)))
    assert code == 1
    assert told == (
        f"owl: port {port} is taken by another program: choose another, as PORT={port + 1}."
    )


@pytest.mark.parametrize(
    ("variable", "value"), [("PORT", "eighty"), ("PORT", "70000"), ("OWL_UNICODE", "maybe")]
)
def test_a_setting_that_is_wrong_is_named(variable: str, value: str, tmp_path: Path) -> None:
    code, told = refusal(begun(tmp_path, **{variable: value}))
    assert code == 1
    assert told.startswith(f"owl: {variable} is '{value}': ")


def test_a_killed_run_leaves_no_process_and_a_dead_emulator_is_told(tmp_path: Path) -> None:
    with running(tmp_path, OWL_UNICODE="off", OWL_DEFAULT_LANGUAGE="en") as first:
        assert first.hops(NUMBER).text.startswith("CON One Window")
        emulator = first.emulator
        assert first.ends(signal.SIGKILL) == -signal.SIGKILL
    assert until(lambda: is_gone(emulator), bool)
    assert is_free(tmp_path)
    with running(tmp_path) as second:
        # The emulator saved when its launcher died; only its own kill loses anything.
        assert DEMO not in second.lines
        os.kill(second.emulator, signal.SIGKILL)
        told, _ = second.process.communicate(timeout=30)
    assert second.process.returncode == 1
    assert told.splitlines()[-1].startswith(
        "owl: the emulator ministack ended by itself (by SIGKILL), and what came since the start"
    )
    assert not (tmp_path / "run.json").exists()


def test_a_start_may_be_stopped_halfway(tmp_path: Path) -> None:
    with begun(tmp_path) as process:
        for line in process.stdout or ():
            if line == DEMO:
                break
        process.terminate()
        assert process.wait(30) == 0
    assert is_free(tmp_path)
