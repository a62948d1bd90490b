"""This file asks whether a locked package has a known fault: `make audit`.

A fault that is known and does no harm here is explained in `locks/explained.toml`, until a day.
Where the list of known faults cannot be asked, it says so: nothing was audited then.
"""

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from infra.libraries import LOCKS
from infra.lock import WHOLE

EXPLAINED = LOCKS / "explained.toml"
CLEAN, FOUND, NOT_AUDITED = 0, 1, 2
SECONDS = 600


def findings(told: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Give package, version, id and what mends it of every fault that pip-audit told."""
    for one in told["dependencies"]:
        for fault in one.get("vulns", ()):
            mended = " or ".join(fault["fix_versions"]) or "no version yet"
            yield one["name"], one["version"], fault["id"], mended


def unasked(told: Mapping[str, Any]) -> list[str]:
    """Name the packages that pip-audit could ask nothing about."""
    return [one["name"] for one in told["dependencies"] if "skip_reason" in one]


def explained(text: str, today: date) -> set[tuple[str, str]]:
    """Return package and id of each fault that is explained, and still is on this day."""
    rows = tomllib.loads(text).get("fault", [])
    return {(one["package"], one["id"]) for one in rows if one["until"] >= today and one["reason"]}


def judged(told: Mapping[str, Any], text: str, today: date) -> tuple[int, list[str]]:
    """Return the exit code, and a line for each thing to know."""
    known = explained(text, today)
    lines = [
        f"{name} {version}: {fault}; mended in {mended}. Take that and `make lock`, "
        f"or explain it in {EXPLAINED.name}"
        for name, version, fault, mended in findings(told)
        if (name, fault) not in known
    ]
    if lines:
        return FOUND, lines
    left = unasked(told)
    if left:
        return NOT_AUDITED, [f"not audited: nothing is known of {len(left)}, as {left[0]}"]
    return CLEAN, [f"{len(told['dependencies'])} packages, no known fault unexplained"]


def asked() -> Mapping[str, Any]:
    """Return what pip-audit tells of the largest lock; empty where it could not ask."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes"]
    command += ["--format", "json", "--progress-spinner", "off"]
    command += ["--requirement", str(LOCKS / f"{WHOLE}.txt")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    if not ran.stdout:
        return {}
    told: Mapping[str, Any] = json.loads(ran.stdout)
    return told


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit, and say what was found; `--where-asked` does not fail where nothing could be asked."""
    parser = argparse.ArgumentParser(prog="python -m infra.audit", description=__doc__)
    parser.add_argument(
        "--where-asked", action="store_true", help="no fault where the list cannot be asked"
    )
    is_lenient = parser.parse_args(arguments).where_asked
    told = asked()
    if not told:
        code, lines = NOT_AUDITED, ["not audited: the list of known faults does not answer"]
    else:
        code, lines = judged(told, EXPLAINED.read_text(), datetime.now(UTC).date())
    for line in lines:
        print(f"audit: {line}", file=sys.stderr if code else sys.stdout)
    return CLEAN if code == NOT_AUDITED and is_lenient else code


if __name__ == "__main__":
    sys.exit(main())
