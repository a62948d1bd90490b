"""This file makes the zip that AWS would run, for the processor of this machine, and unpacks it."""

import platform
import shutil
from functools import cache
from pathlib import Path
from zipfile import ZipFile

from infra import build

OUT = Path("build/bench")
ARCHITECTURE = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


@cache
def packaged(out: Path = OUT) -> Path:
    """Build the zip into a folder, once for all parts; return where it lies unpacked.

    Raises:
        NotBuilt, NotFetched: there is nothing to measure.
    """
    build.build(out, ARCHITECTURE[platform.machine().lower()])
    unpacked = out / "unpacked"
    shutil.rmtree(unpacked, ignore_errors=True)
    with ZipFile(out / build.ZIP) as packed:
        packed.extractall(unpacked)
    return unpacked.resolve()
