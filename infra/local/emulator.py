"""This file starts the emulator `ministack` as a child, and ends it with its state saved."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from infra.local.child import SAVING_SECONDS
from infra.local.state import CannotStart, State, locked

HOST, START_SECONDS, LOOK_SECONDS = "127.0.0.1", 30, 0.02
ROOT = Path(__file__).parent.parent.parent
# What a laptop needs; empty for everything that the emulator knows.
SERVICES = "dynamodb,sqs,cognito-idp"


class Emulator:
    """One `ministack`, on a free port of this machine only."""

    def __init__(self, state: State, region: str, services: str = SERVICES) -> None:
        """Start it; the state it saved last comes back."""
        self.state, self.port, self.services = state, _free_port(), services
        self.url = f"http://{HOST}:{self.port}"
        with state.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.child", str(state.emulator_lock)],
                cwd=ROOT,
                env=self._environ(os.environ, region),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is the launcher's: it stops the child in order
            )

    def wait_ready(self) -> None:
        """Return when it answers.

        Raises:
            CannotStart: it ended, or does not answer in time.
        """
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.ended() is not None:
                raise CannotStart(self.epitaph())
            if time.monotonic() > until:
                raise CannotStart(
                    f"the emulator ministack does not answer after {START_SECONDS} seconds: "
                    f"look into {self.state.log}."
                )
            time.sleep(LOOK_SECONDS)

    def ended(self) -> int | None:
        """Return its exit code; None while it runs."""
        return self.process.poll()

    def epitaph(self) -> str:
        """Say that it ended by itself, where to look and what to do."""
        return (
            f"the emulator ministack ended by itself ({_how(self.process.wait())}), and what came "
            f"since the start is lost: look into {self.state.log}, then start again."
        )

    def stop(self) -> bool:
        """End it; True when it saved its state in time."""
        if self.ended() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(SAVING_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False
        return True

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=1) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)  # noqa: PLR2004
        except (urllib.error.URLError, OSError):
            return False

    def _environ(self, environ: Mapping[str, str], region: str) -> dict[str, str]:
        return dict(environ) | {
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": region,
            "SERVICES": self.services,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.state.emulator),
            "TMPDIR": str(self.state.tmp),
            "LOG_LEVEL": "WARNING",
            # It would otherwise ask a Docker daemon for containers to remove.
            "DOCKER_HOST": f"unix://{self.state.tmp / 'no-docker'}",
        }


def end_leftover(state: State) -> bool:
    """End an emulator whose launcher is dead; True when there was one.

    Raises:
        CannotStart: it will not end.
    """
    held = locked(state.emulator_lock)
    if held is not None:
        held.close()
        return False
    pid = int(state.emulator_lock.read_text(encoding="utf-8"))
    for one, seconds in ((signal.SIGTERM, SAVING_SECONDS), (signal.SIGKILL, 2)):
        _signal(pid, one)
        if _let_go(state.emulator_lock, seconds):
            return True
    raise CannotStart(f"an emulator of an earlier run does not end: end process {pid} first.")


def _signal(pid: int, one: signal.Signals) -> None:
    try:
        os.kill(pid, one)
    except ProcessLookupError:
        return


def _let_go(path: Path, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        held = locked(path)
        if held is not None:
            held.close()
            return True
        time.sleep(LOOK_SECONDS)
    return False


def _how(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
