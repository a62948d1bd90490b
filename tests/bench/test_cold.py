"""This file tests the floor of a cold start: what it calls, and that nothing else is answered."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.bench import events
from tests.bench.cold import answering, lay_floor
from tests.bench.environ import AWS
from tests.bench.network import Exchange

ANSWER = '{"Responses": {"keys": []}, "UnprocessedKeys": {}}'
HOP = "import app, json; print(json.dumps(app.app(json.loads(input()), None)))"


def a_read(key: str) -> Exchange:
    """Return one call as it stands on the wire, with an answer."""
    asked = {"RequestItems": {"keys": {"Keys": [{"id": {"S": key}}]}}}
    return "BatchGetItem", json.dumps(asked), ANSWER


def answered(floor: Path, url: str) -> str:
    """Start the floor and ask it for the first hop; return what it answers, else how it fell."""
    ran = subprocess.run(
        [sys.executable, "-c", HOP],
        cwd=floor,
        env={**os.environ, **AWS, "OWL_ENDPOINT": url, "PYTHONPATH": str(floor)},
        input=json.dumps(events.hop()),
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        return ran.stderr
    # What an app logs of its own fault comes before.
    return str(json.loads(ran.stdout.splitlines()[-1])["body"])


def test_the_floor_has_none_of_our_code_and_calls_as_often_as_we_do(tmp_path: Path) -> None:
    ours, floor = tmp_path / "ours", tmp_path / "floor"
    for name in ("chalicelib", "ussd_menus", "chalice", "chalice/chalicelib"):
        (ours / name).mkdir(parents=True)
    (ours / "app.py").write_text("raise SystemExit('this is ours')")
    cases = {"warm": [a_read("1"), a_read("2")], "first": [a_read("3")]}
    lay_floor(ours, floor, cases)
    assert {one.name for one in floor.iterdir()} == {"app.py", "chalice", "__pycache__"}
    assert (floor / "chalice" / "chalicelib").is_dir()
    (floor / "chalice" / "chalicelib").rmdir()
    (floor / "chalice").rmdir()
    calls = [*cases["warm"], *cases["first"]]
    with answering(calls) as url:
        assert answered(floor, url) == "CON "
    for lost in calls:
        with answering([one for one in calls if one is not lost]) as url:
            told = answered(floor, url)
            assert "NotRecorded" in told or "InternalServerError" in told
