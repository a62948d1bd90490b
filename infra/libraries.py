"""This file fetches the libraries of the functions, for their processor and by their hashes.

Chalice fetches wheels of another processor without looking at a hash. So they are put under
`vendor/` here, and Chalice is left none to fetch.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path

from chalicelib.errors import CivicError

LOCKS = Path(__file__).parent / "locks"
LOCK = LOCKS / "functions.txt"
WHEELS = {"arm64": "aarch64", "x86_64": "x86_64"}
# Python 3.11 runs on Amazon Linux 2, whose C library is 2.26:
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
GLIBC = range(17, 27)
ABIS = ("cp311", "abi3", "none")
# What no function imports: scripts, tests of a library's authors, parsers of formats we do not
# read (`responses` and YAML come with the gateway's SDK).
NEVER_IMPORTED = (
    *("bin", "README.md", "responses", "responses-*", "yaml", "_yaml", "pyyaml-*"),
    *("pycparser", "pycparser-*"),
)
# The services that the functions call. The descriptions of the others are 25 of 30 MB.
SERVICES = frozenset({"cognito-idp", "dynamodb", "secretsmanager", "sqs", "sts"})


class NotFetched(CivicError):
    """The libraries are not there; the message says which one and why."""


def fetch(folder: Path, architecture: str, lock: Path = LOCK) -> None:
    """Put the libraries of a lock into a folder, and leave out what no function imports.

    Raises:
        NotFetched: one is not to be had for this processor, or is not the one of the lock.
    """
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--require-hashes", "--only-binary=:all:", "--no-deps", "--no-compile"]
    command += ["--implementation", "cp", "--python-version", "3.11"]
    for abi in ABIS:
        command += ["--abi", abi]
    for minor in GLIBC:
        command += ["--platform", f"manylinux_2_{minor}_{WHEELS[architecture]}"]
    command += ["--platform", f"manylinux2014_{WHEELS[architecture]}"]
    command += ["--target", str(folder), "--requirement", str(lock)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        said = [line for line in ran.stderr.splitlines() if not line.startswith("WARNING")]
        raise NotFetched("\n".join(said[-12:]).strip() or "pip ended without a word")
    _leave_out(folder)


def licences(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Give name, version and licence of every library of a folder, by name."""
    for path in sorted(folder.glob("*.dist-info/METADATA")):
        told = Parser().parsestr(path.read_text(encoding="utf-8"), headersonly=True)
        classified = [
            one.rpartition(" :: ")[2]
            for one in told.get_all("Classifier", [])
            if one.startswith("License :: ")
        ]
        # Older packages put a whole text into the field.
        short = (told["License"] or "").partition("\n")[0]
        named = told["License-Expression"] or ", ".join(classified) or short
        yield told["Name"].lower(), told["Version"], named


def _leave_out(folder: Path) -> None:
    for pattern in NEVER_IMPORTED:
        for path in folder.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in (folder / "botocore" / "data").iterdir():
        if path.is_dir() and path.name not in SERVICES:
            shutil.rmtree(path)
