"""This file measures row 7: the zip that stock `chalice package` makes, over the one we deploy."""

import platform
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from infra import build
from tests.bench.figures import Figure, Say
from tests.bench.packaged import ARCHITECTURE, packaged

GOAL = 1.8
NOT_SOURCE = shutil.ignore_patterns("__pycache__")


def figures(say: Say) -> Iterator[Figure]:
    """Pack the same sources both ways, for the same processor.

    Raises:
        NotBuilt, NotFetched: there is nothing to weigh.
    """
    with TemporaryDirectory() as folder:
        say("zips: the stock package, its libraries fetched by Chalice")
        stock = Path(folder) / "stock"
        build.package(stocked(Path(folder) / "project"), stock)
        theirs = (stock / build.ZIP).stat().st_size
    say("zips: ours")
    ours = (packaged().parent / build.ZIP).stat().st_size
    yield Figure(7, "zip of stock `chalice package` / ours", theirs / ours, GOAL, "at least")
    for name, size in (("stock zip", theirs), ("our zip", ours)):
        yield Figure(7, name, size / 1e6, sense="told", unit="MB")


def stocked(folder: Path) -> Path:
    """Lay out the project as for ours, with the sources and the list of libraries it lacks."""
    folder.mkdir()
    build.stage(folder, ARCHITECTURE[platform.machine().lower()])
    shutil.copy(build.ROOT / "requirements.txt", folder)
    for name in ("chalicelib", "vendor/ussd_menus"):
        source = build.ROOT / name.removeprefix("vendor/")
        shutil.copytree(source, folder / name, ignore=NOT_SOURCE, dirs_exist_ok=True)
    return folder
