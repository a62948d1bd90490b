"""This file writes the locks anew: `make lock` takes the versions that the lists of packages allow.

A lock names every package with the hashes of its files, for any processor and Python from 3.11.
`functions.txt` is what the zip gets, `emulator.txt` what tests deploy it to; the others, named by
their extras, are what make installs.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.libraries import LOCK, LOCKS, fetch, licences

ROOT = Path(__file__).parent.parent
# The largest first: whatever is in a smaller one has the same version there.
WHOLE = "run-dev-browser"
EXTRAS = (WHOLE, "run-dev", "run")
LICENCES = LOCKS / "licences.md"
ABOUT = """# Licences of what the functions are packed with

Made by `make lock` from what each library says of itself. The texts are in the zip, beside each.

| library | version | licence |
|---|---|---|
"""


def compiled(out: Path, source: str, *more: str) -> None:
    """Write one lock.

    Raises:
        CalledProcessError: the versions do not fit together; uv said how.
    """
    command = ["uv", "pip", "compile", "--quiet", "--generate-hashes", "--universal"]
    command += ["--python-version", "3.11", "--no-header", "--no-annotate"]
    tools = Path(sys.executable).parent
    command[0] = str(tools / "uv")
    subprocess.run([*command, "--output-file", str(out), source, *more], cwd=ROOT, check=True)


def main() -> None:
    """Write every lock, then the list of licences."""
    kept = ("--constraints", str(LOCKS / f"{WHOLE}.txt"))
    for extras in EXTRAS:
        asked = [word for one in extras.split("-") for word in ("--extra", one)]
        more = asked if extras == WHOLE else [*asked, *kept]
        compiled(LOCKS / f"{extras}.txt", "pyproject.toml", *more)
    compiled(LOCK, "requirements.txt", *kept)
    compiled(LOCKS / "emulator.txt", "tests/deployed/emulator.txt", *kept)
    with TemporaryDirectory() as folder:
        fetch(Path(folder), "arm64")
        rows = [f"| {' | '.join(one)} |\n" for one in licences(Path(folder))]
    LICENCES.write_text(ABOUT + "".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
