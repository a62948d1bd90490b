"""This file runs the emulator of AWS in a bare environment, with the rights of roles enforced."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.libraries import LOCKS
from tests.faults.fleet import free_port

HERE = Path(__file__).parent
TAUGHT, LENT, LOCK = HERE / "taught.py", HERE / "lent", LOCKS / "emulator.txt"
REGION, HOST = "ap-southeast-1", "127.0.0.1"
START_SECONDS, END_SECONDS = 60, 20
MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3
INSTALL = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
BY_HASH = ("--require-hashes", "--requirement")


def bare_python(folder: Path) -> Path:
    """Return the Python of an environment that holds the emulator alone; made where it is not."""
    python, stamp = folder / "bin" / "python", folder / "made-of"
    wanted = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, *INSTALL, *BY_HASH, LOCK], check=True, capture_output=True)
        stamp.write_text(wanted)
    return python


@contextmanager
def emulator(python: Path, folder: Path, told: Mapping[str, str]) -> Iterator[str]:
    """Run it until the block ends, and give its address.

    `told` is what every function finds in its environment beside its own, since the emulator lends
    its own to them: where the clock is, and the pretend gateway.
    """
    port = free_port()
    url = f"http://{HOST}:{port}"
    folder.mkdir(parents=True)
    with (
        _scratch() as scratch,
        _running(python, folder, {**_environ(scratch, port), **told}) as one,
    ):
        _begun(url, one)
        yield url


@contextmanager
def _scratch() -> Iterator[str]:
    """Give a folder for what functions are unpacked into: 100 MB each time that one starts."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    with TemporaryDirectory(prefix="owl-", dir=MEMORY if roomy else None) as folder:
        yield folder


@contextmanager
def _running(
    python: Path, folder: Path, environ: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "emulator.log").open("wb") as log:
        process = subprocess.Popen(
            [python, "-I", TAUGHT],
            cwd=folder,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin:
            process.stdin.close()


def _environ(scratch: str, port: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "INFO",
        # The emulator itself heeds it not; the functions it starts do.
        "PYTHONPATH": str(LENT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": scratch,
        # It would otherwise ask a Docker daemon for containers to remove.
        "DOCKER_HOST": f"unix://{scratch}/no-docker",
    }


def _begun(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        assert process.poll() is None, "the emulator ended by itself: look into its log"
        try:
            with urllib.request.urlopen(f"{url}/_ministack/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < until, "the emulator does not start"
            time.sleep(0.05)
