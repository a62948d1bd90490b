"""This file starts, freezes and kills the processes of a run."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from tests.faults import gateway, worker
from tests.faults.queues import Queues
from tests.faults.worker import QUEUE_OF, Spec

# A process of it has everything imported, and forks a worker in milliseconds.
NURSERY = get_context("forkserver")
NURSERY.set_forkserver_preload(["tests.faults.worker", "tests.faults.gateway"])
START_SECONDS = 20


class Copied:
    """A worker that runs from another folder, where the product may be another version."""

    def __init__(self, spec: Spec, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.faults.worker", spec.told()]
        self.process = subprocess.Popen(command, cwd=folder)
        self.pid = self.process.pid

    @property
    def exitcode(self) -> int | None:
        """The exit code; None while it runs."""
        return self.process.poll()

    def join(self) -> None:
        """Wait for its end."""
        self.process.wait()


@dataclass(slots=True)
class Running:
    """One worker that runs."""

    spec: Spec
    process: Any
    begun: float = field(default_factory=time.monotonic)
    frozen: bool = False

    @property
    def name(self) -> str:
        """Who it is."""
        return self.spec.name


@dataclass
class Fleet:
    """The workers of one run. `hit` counts the steps at which one died or froze."""

    queues: Queues
    environ: Mapping[str, str]
    log: Path
    running: dict[str, Running] = field(default_factory=dict)
    hit: Counter[str] = field(default_factory=Counter)
    killed: int = 0
    ever: list[Any] = field(default_factory=list)
    names: Iterator[int] = field(default_factory=lambda: count(1))

    def start(self, role: str, folder: Path | None = None, **told: Any) -> Running:
        """Start a worker of a role, from another folder if told."""
        spec = Spec(
            name=f"{role}-{next(self.names)}",
            role=role,
            queues=self.queues.server.url,
            log=str(self.log),
            environ=dict(self.environ),
            **told,
        )
        self.queues.hello(spec.name, QUEUE_OF[role])
        process = Copied(spec, folder) if folder else _forked(worker.run, spec)
        self.ever.append(process)
        self.running[spec.name] = Running(spec, process)
        return self.running[spec.name]

    def kill(self, one: Running) -> None:
        """Kill a worker with SIGKILL, wherever it is."""
        _signal(one.process.pid, signal.SIGKILL)
        self._gone(one)
        self.killed += 1

    def reaped(self) -> list[Running]:
        """Return the workers that died at a step of theirs since the last look."""
        ended = [one for one in self.running.values() if one.process.exitcode is not None]
        for one in ended:
            code = one.process.exitcode
            if code != -signal.SIGKILL:
                raise AssertionError(f"{one.name} ended by itself ({code}): look into {self.log}")
            self.hit[one.spec.step] += 1
            self.killed += 1
            self._gone(one)
        return ended

    def froze(self) -> list[Running]:
        """Return the workers that stand still since the last look."""
        found = [one for one in self.running.values() if not one.frozen and _is_frozen(one)]
        for one in found:
            one.frozen = True
            self.hit[one.spec.step] += 1
            self.queues.goodbye(one.name)
        return found

    def thaw(self, one: Running) -> None:
        """Let a frozen worker go on."""
        one.frozen = False
        self.queues.hello(one.name, QUEUE_OF[one.spec.role])
        _signal(one.process.pid, signal.SIGCONT)

    def end(self) -> None:
        """Kill all that still run."""
        for one in list(self.running.values()):
            _signal(one.process.pid, signal.SIGKILL)
            self._gone(one)

    def _gone(self, one: Running) -> None:
        self.queues.goodbye(one.name)
        one.process.join()
        self.running.pop(one.name, None)


class PretendGateway:
    """The gateway's process, and what its log says."""

    def __init__(self, log: Path, environ: Mapping[str, str]) -> None:
        self.log, self.environ, self.port = log, dict(environ), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: BaseProcess | None = None
        self.read_to, self.posts = 0, []

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = _forked(gateway.serve, self.port, self.log, self.environ)
        until = time.monotonic() + START_SECONDS
        while not _is_listening(self.port):
            assert time.monotonic() < until, "the pretend gateway does not start"
            time.sleep(0.01)

    def stop(self) -> None:
        """Kill it: connections are refused from now on."""
        if self.process is not None:
            self.process.kill()
            self.process.join()

    def plan(self, modes: Mapping[str, float], seed: int) -> None:
        """Tell it with what chance it answers how."""
        body = json.dumps({"modes": modes, "seed": seed}).encode()
        wish = urllib.request.Request(f"{self.url}/plan", body, method="POST")
        with urllib.request.urlopen(wish, timeout=10) as answer:
            answer.read()

    def log_lines(self) -> list[dict[str, Any]]:
        """Return every request to send it ever got; the file is read on from the last look."""
        if self.log.exists():
            with self.log.open("rb") as file:
                file.seek(self.read_to)
                whole, _, _ = file.read().rpartition(b"\n")
            self.read_to += len(whole) + bool(whole)
            self.posts += [json.loads(line) for line in whole.splitlines()]
        return self.posts


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _forked(target: Any, *args: Any) -> BaseProcess:
    process = NURSERY.Process(target=target, args=args, daemon=True)
    process.start()
    return process


def _signal(pid: int, one: signal.Signals) -> None:
    try:
        os.kill(pid, one)
    except ProcessLookupError:
        return


def _is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_frozen(one: Running) -> bool:
    """Whether a process is stopped, as the system says."""
    if one.spec.act != "stop":
        return False
    said = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(one.process.pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip().startswith("T")
