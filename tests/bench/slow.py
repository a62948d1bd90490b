"""This file is `make run` with a database that is slow now and then.

Run as `python -m tests.bench.slow`: everything is as in `infra.local`, but
that the functions reach the emulator over `delays.py`. Calls are slow while the file `slow` stands
in the run's folder.
"""

import subprocess
import sys
from pathlib import Path

from infra.local import launcher
from infra.local.__main__ import main
from infra.local.emulator import HOST, ROOT, Emulator

FLAG, SHARE = "slow", 0.05


def delayed(upstream: int, flag: Path, share: float) -> subprocess.Popen[str]:
    """Start the process of a slow line; it ends with its standard input."""
    command = [sys.executable, "-m", "tests.bench.delays", str(upstream), str(flag), str(share)]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def address(process: subprocess.Popen[str]) -> str:
    """Wait until a slow line is there, and return its address."""
    port = process.stdout.readline().strip() if process.stdout else ""
    return f"http://{HOST}:{port}"


class SlowEmulator(Emulator):
    """The emulator, reached over a slow line."""

    def wait_ready(self) -> None:
        """Return when it answers; from now on its address is the line's."""
        super().wait_ready()
        self.line = delayed(self.port, self.state.folder / FLAG, SHARE)
        self.url = address(self.line)


if __name__ == "__main__":
    launcher.Emulator = SlowEmulator  # type: ignore[misc]  # the one seam of a local run
    sys.exit(main())
