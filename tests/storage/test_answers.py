"""This file tests that a database which does not answer is `Unavailable`, however it fails."""

import socket
import threading
from collections.abc import Iterator

import pytest

from chalicelib.capabilities.ledger_cells import Cell, Place
from chalicelib.errors import Unavailable
from chalicelib.settings import Settings
from chalicelib.storage.base import Database
from chalicelib.storage.cells import DynamoCells
from infra.local.environment import AWS


@pytest.fixture
def hanging_up() -> Iterator[str]:
    """The address of something that takes every call and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_hang_up, args=(door,), daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        door.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of something that takes every call and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"


def _hang_up(door: socket.socket) -> None:
    while True:
        try:
            line, _ = door.accept()
        except OSError:
            return
        line.recv(65_536)
        line.close()


@pytest.fixture(params=["hanging_up", "silent"])
def cells(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> DynamoCells:
    """Rows of a database that does not answer."""
    for name, value in AWS.items():
        monkeypatch.setenv(name, value)
    return DynamoCells(Database(Settings(endpoint=request.getfixturevalue(request.param))))


def test_a_read_is_told_as_unavailable(cells: DynamoCells) -> None:
    with pytest.raises(Unavailable):
        cells.read([Place("chunks", "b1/1/0")])


def test_a_write_is_told_as_unavailable(cells: DynamoCells) -> None:
    with pytest.raises(Unavailable):
        cells.write(Cell(Place("chunks", "b1/1/0")), {"state": "READY"})


def test_a_transaction_is_told_as_unavailable(cells: DynamoCells) -> None:
    with pytest.raises(Unavailable):
        cells.commit([(Cell(Place("chunks", "b1/1/0")), {"state": "READY"})])
