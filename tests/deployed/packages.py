"""This file makes the packages that are deployed: this one, and the last that was another."""

import os
import platform
import subprocess
import sys
from pathlib import Path

from infra.build import ROOT

# What a package is made of.
SOURCES = ("app.py", "chalicelib", "ussd_menus", "infra", ".chalice", "requirements.txt")
PACKED = (*SOURCES[:3], "infra/aws", *SOURCES[4:])
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
DEEPER = "git fetch --deepen 50 brings more of them"


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


def before(out: Path, tree: Path) -> Path:
    """Build the package of the last commit whose package was another than this tree's."""
    tree.mkdir(parents=True)
    archive = subprocess.run(
        ["git", "archive", last_other(), *SOURCES], cwd=ROOT, capture_output=True, check=True
    )
    subprocess.run(["tar", "-x"], cwd=tree, input=archive.stdout, check=True)
    return built(out, tree)


def last_other() -> str:
    """Return the newest commit before this tree whose package differs from it."""
    commits = subprocess.run(
        ["git", "rev-list", "--first-parent", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for one in commits:
        same = subprocess.run(["git", "diff", "--quiet", one, "--", *PACKED], cwd=ROOT, check=False)
        if same.returncode:
            return one
    raise AssertionError(f"no other package in {len(commits)} commits: {DEEPER}")
