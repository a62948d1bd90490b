"""This file is the emulator's process: it ends itself when the one that started it is gone.

Run as `python -m infra.local.child LOCK`, with a pipe from its launcher as standard input.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path

from infra.local.state import locked

# Saving a large stage takes a few seconds; after this the child ends without.
SAVING_SECONDS = 30


def main() -> int:
    """Hold the lock that names this process, watch the launcher, be the emulator."""
    held = locked(Path(sys.argv[1]))
    if held is None:
        return 1
    threading.Thread(target=_watch, daemon=True).start()
    from ministack import app  # noqa: PLC0415 - it reads the environment and takes half a second

    sys.argv = ["ministack"]
    app.main()
    return 0


def _watch() -> None:
    # The pipe ends when the launcher does, also by SIGKILL, on Linux and on macOS.
    while os.read(sys.stdin.fileno(), 1):
        continue
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SAVING_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
