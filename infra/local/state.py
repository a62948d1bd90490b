"""This file knows where a local run keeps its things, and that only one runs there at a time."""

import fcntl
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from chalicelib.errors import CivicError

VARIABLE, DEFAULT = "OWL_LOCAL_DIR", ".local"
# What a fresh start removes: each by name, so that a folder given by mistake loses nothing else.
OURS = ("emulator", "keys", "sandbox", "tmp", "clock", "ticked", "run.json", "emulator.log")


class CannotStart(CivicError):
    """The local run cannot start here; the sentence says what to do."""


class State:
    """The folder of a local run, and the paths in it."""

    def __init__(self, folder: Path) -> None:
        """Name the paths; nothing is made yet."""
        self.folder = folder
        self.emulator, self.keys, self.sandbox = (
            folder / "emulator",
            folder / "keys",
            folder / "sandbox",
        )
        self.tmp, self.clock, self.ticked = folder / "tmp", folder / "clock", folder / "ticked"
        self.run, self.log = folder / "run.json", folder / "emulator.log"
        self.lock, self.emulator_lock = folder / "lock", folder / "emulator.lock"

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "State":
        """Return the state in `OWL_LOCAL_DIR`, else in `.local` of the present folder."""
        return cls(Path(environ.get(VARIABLE) or DEFAULT).absolute())

    def prepare(self, *, fresh: bool) -> None:
        """Make the folders; `fresh` removes everything an earlier run left."""
        for name in OURS if fresh else ():
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        for folder in (self.emulator, self.sandbox, self.tmp):
            folder.mkdir(parents=True, exist_ok=True)

    def claim(self) -> IO[str]:
        """Take this folder for one local run, until the returned file is closed.

        Raises:
            CannotStart: another local run holds it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        held = locked(self.lock)
        if held is None:
            raise CannotStart(self._by_another())
        return held

    def tell(self, url: str, environ: Mapping[str, str]) -> None:
        """Write `run.json`, which tells `owl` where the stack is."""
        told = json.dumps({"pid": os.getpid(), "url": url, "environ": dict(environ)}, indent=1)
        draft = self.run.with_suffix(".new")
        draft.write_text(told + "\n", encoding="utf-8")
        draft.replace(self.run)

    def told(self) -> dict[str, Any]:
        """Return what `run.json` says; nothing where there is none."""
        if not self.run.exists():
            return {}
        told: dict[str, Any] = json.loads(self.run.read_text(encoding="utf-8"))
        return told

    def _by_another(self) -> str:
        told = self.told()
        pid = self.lock.read_text(encoding="utf-8").strip()
        where = f" at {told['url']}" if told else ""
        return (
            f"OWL already runs from {self.folder}{where} (process {pid}): "
            "use that one, or stop it with Ctrl-C first."
        )


def locked(path: Path) -> IO[str] | None:
    """Lock a file and write our process id into it; None where another process holds it.

    The system lets go of the lock when its process ends, however it ends.
    """
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
