"""This file makes the packages that are deployed: this one, and the last that was another."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from infra.build import ROOT, ZIP

# What a package is made of.
SOURCES = ("app.py", "chalicelib", "ussd_menus", "infra", ".chalice", "requirements.txt")
# What of it is left out of the zip is no other package.
PACKED = (
    *(*SOURCES[:3], "infra/aws", *SOURCES[4:]),
    *(":(exclude)*.md", ":(exclude,glob)**/cli/**", ":(exclude,glob)**/memory/**"),
)
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
NO_OTHER = "the history here holds no other: git fetch --deepen 50 brings more"


def built(out: Path, root: Path = ROOT) -> Path:
    """Build the package of a tree into a folder, for the processor of this machine."""
    command = [sys.executable, "-m", "infra.build", "--out", str(out)]
    ran = subprocess.run(
        [*command, "--architecture", ARCHITECTURE],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return out


def older(new: Path, folder: Path) -> tuple[Path, str]:
    """Make the package that a stage is changed from; return it, and what it is of.

    It is that of the last commit whose package was another. Where the history here knows none, as
    in a shallow clone, it is the new one. Where its code is the same it gets a file more: every
    function is to be given other code, by its hash.
    """
    commit = last_other()
    package = _at(commit, folder) if commit else new
    what = f"the package of commit {commit[:10]}" if commit else f"this package, for {NO_OTHER}"
    if (package / ZIP).read_bytes() != (new / ZIP).read_bytes():
        return package, what
    return _marked(package, folder / "marked"), f"{what}; its code has a mark"


def _at(commit: str, folder: Path) -> Path:
    """Build the package of a commit."""
    tree = folder / "tree"
    tree.mkdir(parents=True)
    archive = subprocess.run(
        ["git", "archive", commit, *SOURCES], cwd=ROOT, capture_output=True, check=True
    )
    subprocess.run(["tar", "-x"], cwd=tree, input=archive.stdout, check=True)
    return built(folder / "package", tree)


def last_other() -> str:
    """Return the newest commit before this tree whose package differs from it; empty for none."""
    listed = subprocess.run(
        ["git", "rev-list", "--first-parent", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    for one in listed.stdout.split():
        same = subprocess.run(["git", "diff", "--quiet", one, "--", *PACKED], cwd=ROOT, check=False)
        if same.returncode:
            return one
    return ""


def _marked(package: Path, out: Path) -> Path:
    shutil.copytree(package, out)
    with ZipFile(out / ZIP, "a") as packed:
        packed.writestr("another-build", "")
    return out
