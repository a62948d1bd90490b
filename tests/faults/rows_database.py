"""This file plays the row about a database that throttles, fails, or commits in silence."""

import http.client
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.faults.case import Case
from tests.faults.fleet import free_port

START_SECONDS, READY_SECONDS, SEED = 20, 60, 10
JSON = "application/x-amz-json-1.0"
# A service, a call of it, and a fault of it.
KNOWN = (
    ("dynamodb", "DynamoDB_20120810.ListTables", "ProvisionedThroughputExceededException"),
    ("sqs", "AmazonSQS.ListQueues", "RequestThrottled"),
)
CONFLICT = {
    "code": "TransactionCanceledException",
    "fields": {"CancellationReasons": [{"Code": "TransactionConflict"}, *[{"Code": "None"}] * 2]},
}
# What goes wrong, and how often; the first that fires is the one.
RULES: tuple[dict[str, Any], ...] = (
    {"probability": 0.3, "error": {"code": "ProvisionedThroughputExceededException"}},
    {"probability": 0.03, "error": {"code": "InternalServerError"}},
    {"probability": 0.03, "response": {"abort_bytes": 0}},
    {"probability": 0.02, "reset": True},
    {"operation": "TransactWriteItems", "probability": 0.2, "error": CONFLICT},
)


def f10_database_fails(case: Case) -> None:
    """Let every call of the workers go through `microburst`, which lets a third of them fail."""
    with (
        burst(case.place.endpoint, case.place.folder, seed=case.seed) as proxy,
        case.run(endpoint=proxy, chunk=str(max(5, case.people // 40))) as run,
    ):
        run.staff(hasty=True)
        run.let_go("b1")
        run.finish("b1")
        fired = faults_of(proxy)
        _asked(proxy, "rules", b"[]")
        run.settle("b1")
        (found,) = case.judge(run, "b1")
        case.require("some of it never went wrong", that=all(fired.values()))
        case.note(f"{found.accepted} of {found.people} got it; {fired}")


@contextmanager
def burst(
    upstream: str, folder: Path, rules: Sequence[Mapping[str, Any]] = RULES, seed: int = SEED
) -> Iterator[str]:
    """Run `microburst` before the emulator; give its address."""
    port = free_port()
    command = [sys.executable, "-m", "tests.faults.proxy", str(seed)]
    command += ["--upstream", upstream, "--port", str(port)]
    with (folder / "microburst.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        _begun(address)
        _readied(address)
        whole = [{"service": "dynamodb", **one} for one in rules]
        _asked(address, "rules", json.dumps(whole).encode())
        yield address
    finally:
        process.terminate()
        process.wait()


def faults_of(proxy: str) -> dict[str, int]:
    """Return how often each fault fired, by its name."""
    return {_name(one): one["fired_count"] for one in _asked(proxy, "rules")}


def _name(rule: dict[str, Any]) -> str:
    return str(rule.get("error", {}).get("code") or ("reset" if rule.get("reset") else "no answer"))


def _begun(address: str) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            _asked(address, "health")
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < until, "microburst does not start"
            time.sleep(0.05)
        else:
            return


def _readied(address: str) -> None:
    """Let it read what it knows of each service: a caller would give it up meanwhile."""
    faults = [{"service": one, "error": {"code": code}} for one, _, code in KNOWN]
    _asked(address, "rules", json.dumps(faults).encode())
    for _, target, code in KNOWN:
        line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=READY_SECONDS)
        line.request("POST", "/", b"{}", {"X-Amz-Target": target, "Content-Type": JSON})
        assert code.encode() in line.getresponse().read(), f"{target} did not fail as told"
        line.close()


def _asked(address: str, what: str, body: bytes | None = None) -> Any:
    wish = urllib.request.Request(f"{address}/_microburst/{what}", body)
    wish.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(wish, timeout=10) as answer:
        return json.load(answer)
