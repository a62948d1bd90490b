"""This file tests in small what `make bench` measures, and gates what is exact."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra import build
from tests.bench import load, naive, reads, scale, zips
from tests.bench.slow import FLAG, address, delayed

CALL = b"POST / HTTP/1.1\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\n\r\n"
OTHER = b"POST / HTTP/1.1\r\nX-Amz-Target: AmazonSQS.SendMessage\r\n\r\n"
MONTH, DAYS = "2025-01", 31
# A month has its own row of cells and stands in the list of months that are over.
ONCE = {"counters": DAYS + 1, "audit": DAYS, "scores": 2}


def quiet(_: str) -> None:
    """Say nothing."""


def test_reports_read_the_cells_and_not_the_sessions() -> None:
    """Three stages with every table, and fifteen reports of each."""
    few, many, wide = (
        reads.counted(sessions, cells, MONTH)
        for sessions, cells in ((reads.FEW, 1), (reads.MANY, 1), (reads.FEW, 2))
    )
    # Days and months are read once for all tables.
    read = {table: few.calls["Query", f"owl-local-{table}"] for table in ONCE}
    assert read == ONCE
    assert many.calls == few.calls
    assert many.rows == few.rows
    # What is counted is what is read: twice the cells are more rows.
    assert wide.rows.total() > few.rows.total()


@pytest.mark.stack
def test_everybody_gets_one_message_from_the_loop_and_from_us() -> None:
    """Three ways of sending, on an emulator and a gateway of its own."""
    found = list(naive.figures(quiet, people=60, rounds=1))
    assert {one.row for one in found} == {10}
    assert all(one.value > 0 for one in found)


def test_a_side_that_leaves_somebody_out_is_not_measured() -> None:
    with pytest.raises(SystemExit, match="sent 3 messages to 2 people"):
        naive._judge("it", [{"ids": {"a": "+1", "b": "+2", "c": "+2"}}], 2)


def test_the_stock_package_is_made_of_all_that_ours_leaves_out(tmp_path: Path) -> None:
    theirs, ours = zips.stocked(tmp_path / "theirs"), tmp_path / "ours"
    ours.mkdir()
    build.stage(ours)
    names = [
        {str(one.relative_to(at)) for one in at.rglob("*") if one.is_file()}
        for at in (theirs, ours)
    ]
    assert names[1] <= names[0]
    assert {"requirements.txt", "chalicelib/cli/main.py"} <= names[0] - names[1]


def test_the_rows_of_scale_keep_their_goals() -> None:
    rows = [
        {"figure": "units", "value": 2.5, "goal": 2.4, "exact": False},
        {"figure": "calls", "value": 7, "goal": 7, "exact": True},
    ]
    found = list(scale.read(json.dumps({"people": 5000, "rows": rows})))
    assert [(one.row, one.name, one.is_met) for one in found] == [
        (9, "units, 5,000 people", False),
        (9, "calls, 5,000 people", True),
    ]
    with pytest.raises(SystemExit, match="told no figures"):
        list(scale.read(""))


@contextmanager
def echoing() -> Iterator[int]:
    """Serve one connection that gives back what it gets."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = server.accept()
        with line:
            while data := line.recv(65_536):
                line.sendall(data)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        thread.join()
        server.close()


def test_a_slow_line_holds_up_calls_to_the_database_while_it_is_told_to(tmp_path: Path) -> None:
    flag = tmp_path / FLAG
    with echoing() as upstream, delayed(upstream, flag, 1.0) as process:
        port = int(address(process).rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as line:

            def takes(call: bytes) -> float:
                begun = time.monotonic()
                line.sendall(call)
                assert line.recv(65_536) == call
                return time.monotonic() - begun

            assert takes(CALL) < 0.8
            flag.touch()
            assert takes(OTHER) < 0.8
            assert takes(CALL) >= 0.8
        assert process.stdin
        process.stdin.close()


def test_a_load_is_the_same_for_the_same_seed_and_as_dense_as_asked_for() -> None:
    hops = load.planned(60, 50)
    assert hops == load.planned(60, 50)
    assert hops != load.planned(60, 50, seed=1)
    assert 0.9 * 3000 < len(hops) < 1.1 * 3000
    assert [one.at for one in hops] == sorted(one.at for one in hops)


@pytest.mark.stack
def test_a_stage_under_load_answers_every_hop_with_a_screen() -> None:
    """Five seconds of load, and a whole local stage with its demo to load."""
    p99, longest, broken, median = load.figures(quiet, seconds=5, a_second=10)
    assert broken.value == 0
    assert longest.is_met, longest
    assert 0 < median.value <= p99.value <= longest.value
