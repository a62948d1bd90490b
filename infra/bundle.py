"""This file works on the zip that Lambda gets: compiles it, checks it is whole, weighs it."""

import hashlib
import os
import stat
import subprocess
import sys
from base64 import b64encode
from collections import Counter
from importlib.util import cache_from_source
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# Lambda's user is not the one who built: everybody may read every file.
MODE = stat.S_IFREG | 0o644
# Where Lambda unpacks the zip; tracebacks name files there.
TASK = "/var/task"
LARGEST = 5
MEBI = 1024 * 1024
# Lambda takes no more, unpacked.
MOST_BYTES = 250 * MEBI
OURS = ("app.py", "chalicelib", "vendor")


def compile_into(bundle: Path) -> None:
    """Put compiled files beside every `.py` of a zip.

    They are checked against nothing when they are read: every file of a zip has the same date,
    and Lambda's disk is read-only, so compiled files by date would be made anew at every start.
    """
    with TemporaryDirectory() as folder:
        with ZipFile(bundle) as packed:
            packed.extractall(folder)
        command = [sys.executable, "-m", "compileall", "-qq", "-s", folder, "-p", TASK]
        command += ["--invalidation-mode", "unchecked-hash", folder]
        # The order of a set in a compiled file is by chance, and the same source would not make
        # the same zip.
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "0"}, check=False)
        _pack(Path(folder), bundle)


def missing(bundle: Path, project: Path) -> list[str]:
    """Say what a zip lacks, or holds and should not; empty when it is whole."""
    with ZipFile(bundle) as packed:
        held = {one.filename: one for one in packed.infolist()}
    wanted = {
        str(path.relative_to(project)).removeprefix("vendor/")
        for name in OURS
        for path in (project / name, *(project / name).rglob("*"))
        if path.is_file()
    }
    faults = [f"{name} is not in it" for name in sorted(wanted - held.keys())]
    faults += [
        f"{name} is not compiled"
        for name in sorted(held)
        if name.endswith(".py") and cache_from_source(name) not in held
    ]
    faults += [f"{name} is a test" for name in sorted(held) if name.startswith("tests/")]
    total = sum(one.file_size for one in held.values())
    if total > MOST_BYTES:
        faults.append(f"it unpacks to {total // MEBI} MB and Lambda takes {MOST_BYTES // MEBI}")
    return faults


def fingerprint(bundle: Path) -> str:
    """Return the hash of a zip as Lambda tells it of a function: `CodeSha256`."""
    return b64encode(hashlib.sha256(bundle.read_bytes()).digest()).decode()


def sizes(bundle: Path) -> list[str]:
    """Return lines that tell how large a zip is, and what weighs most."""
    with ZipFile(bundle) as packed:
        held = packed.infolist()
    packages: Counter[str] = Counter()
    for one in held:
        packages[one.filename.partition("/")[0]] += one.compress_size
    whole = sum(one.file_size for one in held)
    lines = [f"{bundle.stat().st_size / MEBI:6.1f} MB zipped, {whole / MEBI:.1f} MB unpacked"]
    return lines + [f"{size / MEBI:6.1f} MB {name}" for name, size in packages.most_common(LARGEST)]


def _pack(folder: Path, bundle: Path) -> None:
    with ZipFile(bundle, "w", ZIP_DEFLATED) as packed:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            entry = ZipInfo(str(path.relative_to(folder)))
            entry.external_attr, entry.compress_type = MODE << 16, ZIP_DEFLATED
            packed.writestr(entry, path.read_bytes())
