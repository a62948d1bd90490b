"""This file makes what AWS deploys: `python -m infra.build` leaves a zip and a template in build/.

Chalice packs `app.py`, `chalicelib/` and `vendor/` of a project alone, so a clean copy is staged
with the menus and the libraries under `vendor/`. The zip is then compiled: a function starts in
half the time.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.errors import CivicError
from chalicelib.gateways.mapping_read import looked
from chalicelib.shipped import COMPILED, compiled
from infra import bundle
from infra.libraries import WHEELS, NotFetched, fetch

ROOT = Path(__file__).parent.parent
AWS = Path(__file__).parent / "aws"
GATEWAYS = Path(__file__).parent / "gateways"
# Chalice takes the runtime from the Python that runs it, and compiled files fit one Python only.
RUNTIME = (3, 11)
STAGE = "aws"
# Commands of staff and the twins of tests run in no function.
LEFT_OUT = shutil.ignore_patterns("__pycache__", "cli", "memory", "*.md", "*.json")
# What a function reads of the menus is one file, made of all of these.
OF_MENUS = shutil.ignore_patterns("__pycache__", "locales", "*.toml", "*.md", "*.json")
ZIP, TEMPLATE = "deployment.zip", "sam.yaml"
# Chalice asks for a region though nothing of the package depends on it.
ANY_REGION = "ap-southeast-1"


class NotBuilt(CivicError):
    """The package was not made; the message says why and what to do."""


def stage(folder: Path, architecture: str = "arm64") -> Path:
    """Copy what the functions run into a folder, as a Chalice project; return the folder."""
    shutil.copy(ROOT / "app.py", folder)
    shutil.copytree(ROOT / "chalicelib", folder / "chalicelib", ignore=LEFT_OUT)
    menus = folder / "vendor" / "ussd_menus"
    shutil.copytree(ROOT / "ussd_menus", menus, ignore=OF_MENUS)
    (menus / COMPILED).write_text(compiled(), encoding="utf-8")
    shutil.copytree(GATEWAYS, folder / "vendor" / "infra" / "gateways", ignore=LEFT_OUT)
    shutil.copytree(AWS / "policies", folder / ".chalice")
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    config["lambda_architecture"] = architecture
    (folder / ".chalice" / "config.json").write_text(json.dumps(config))
    return folder


def _faults(path: Path) -> list[str]:
    return looked(path.read_text(encoding="utf-8"), path.name)[1]


def package(project: Path, out: Path) -> None:
    """Let Chalice pack a staged project into `out`.

    Raises:
        NotBuilt: with what Chalice said.
    """
    command = [sys.executable, "-c", "import sys; from chalice.cli import main; sys.exit(main())"]
    command += ["--project-dir", str(project), "package", "--stage", STAGE]
    command += ["--merge-template", str(AWS / "resources.yaml"), str(out.resolve())]
    ran = subprocess.run(
        command,
        env=os.environ | {"AWS_DEFAULT_REGION": ANY_REGION},
        capture_output=True,
        text=True,
        check=False,
    )
    said = (ran.stdout + ran.stderr).strip()
    if ran.returncode:
        # A fault of Chalice ends its traceback.
        raise NotBuilt(f"chalice did not pack it: {said.splitlines()[-1]}")


def build(out: Path, architecture: str) -> None:
    """Stage, pack, compile and check.

    Raises:
        NotBuilt, NotFetched: nothing that may be deployed was made.
    """
    if sys.version_info[:2] != RUNTIME:
        wanted, here = ".".join(map(str, RUNTIME)), sys.version.split()[0]
        raise NotBuilt(
            f"the functions run on Python {wanted}, this is {here}: "
            f"build with Python {wanted} (or change RUNTIME in infra/build.py and try again)"
        )
    faults = [fault for path in GATEWAYS.glob("*.toml") for fault in _faults(path)]
    if faults:
        raise NotBuilt("a gateway's file has faults:\n" + "\n".join(faults))
    out.mkdir(parents=True, exist_ok=True)
    for name in (ZIP, TEMPLATE):
        (out / name).unlink(missing_ok=True)
    with TemporaryDirectory() as folder:
        project = stage(Path(folder), architecture)
        fetch(project / "vendor", architecture)
        package(project, out)
        bundle.compile_into(out / ZIP)
        missing = bundle.missing(out / ZIP, project)
    if missing:
        raise NotBuilt(f"the zip is not whole: {', '.join(missing)}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, and print what was made or why not."""
    parser = argparse.ArgumentParser(prog="python -m infra.build", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build", help="where it goes (build)")
    parser.add_argument(
        "--architecture", choices=WHEELS, default="arm64", help="processor of the functions (arm64)"
    )
    asked = parser.parse_args(arguments)
    try:
        build(asked.out, asked.architecture)
    except (NotBuilt, NotFetched) as fault:
        print(f"not built: {fault}", file=sys.stderr)
        return 1
    for line in bundle.sizes(asked.out / ZIP):
        print(line)
    print(f"code {bundle.fingerprint(asked.out / ZIP)}")
    print(f"made {asked.out / ZIP} and {asked.out / TEMPLATE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
