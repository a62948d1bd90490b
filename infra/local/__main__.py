"""This file is `python -m infra.local`: the whole product on one machine, until Ctrl-C."""

import argparse
import os
import signal
import sys
import threading
from typing import Any

from chalicelib.errors import CivicError, NotAcceptable
from infra.local.emulator import end_leftover
from infra.local.launcher import Launcher
from infra.local.say import say
from infra.local.state import State

PORT, HIGHEST = "8000", 65_535
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ending = threading.Event()


def main() -> int:
    """Run until a signal; a fault ends in one sentence and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="start over: remove what is kept")
    fresh = parser.parse_args().fresh
    _on_signals(_interrupt)
    try:
        state = State.of(os.environ)
        with state.claim():
            launcher = Launcher(state, _port())
            # Before anything is removed: it saves what it holds when it ends.
            if end_leftover(state):
                say("ended the emulator of a run that was killed")
            state.prepare(fresh=fresh)
            return _run(launcher)
    except CivicError as fault:
        return _fault(str(fault))
    except KeyboardInterrupt:
        return 0


def _run(launcher: Launcher) -> int:
    try:
        launcher.start()
        launcher.watch(ending)
    except KeyboardInterrupt:
        _on_signals(_patience)
        say("stopping: saving what is kept")
    except CivicError as fault:
        _fault(launcher.epitaph() or str(fault))
        launcher.stop()
        return 1
    return 0 if launcher.stop() else _fault("the emulator did not save in time: changes are lost")


def _on_signals(handler: Any) -> None:
    for one in ENDINGS:
        signal.signal(one, handler)


def _interrupt(*_: object) -> None:
    # Python drops an exception raised while it finalizes an object, so the wish is noted too.
    ending.set()
    raise KeyboardInterrupt


def _patience(*_: object) -> None:
    say("still saving, a moment")


def _port() -> int:
    port = os.environ.get("PORT") or PORT
    if not (port.isascii() and port.isdigit() and int(port) <= HIGHEST):
        raise NotAcceptable(f"PORT is '{port}': write a number up to {HIGHEST}.")
    return int(port)


def _fault(sentence: str) -> int:
    print(f"owl: {sentence}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
