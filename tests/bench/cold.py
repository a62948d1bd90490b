"""This file measures row 6: a cold start of the webhooks function, with its first hop answered.

A fresh process runs the function of the zip under Lambda's own client, and its time on the
processor is what the system says when it is gone. The floor is packed the same way, with the same
libraries and compiled files: an app of one route that makes botocore's client as botocore makes
it, and calls as often. The database of both answers what moto answered the same code.
"""

import compileall
import resource
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from py_compile import PycInvalidationMode
from tempfile import TemporaryDirectory
from typing import Any

from botocore import xform_name

from tests.bench import events
from tests.bench.figures import Figure, Say, of_rounds
from tests.bench.network import Exchange, by_words, parameters
from tests.bench.packaged import packaged
from tests.bench.recording import read, recorded
from tests.infra.runtime import client_alone, running

# A start is short and loud, so there are more rounds than elsewhere.
GOAL, ROUNDS = 1.15, 9
TOLD: Mapping[str, str] = {"sense": "told"}
OURS = frozenset({"app.py", "__pycache__", "chalicelib", "ussd_menus", "infra"})
FLOOR = '''"""The least that a function with a route and a database must do."""

import os

import botocore.session
from chalice.app import Chalice, Response

WARM, FIRST = {warm!r}, {first!r}
app = Chalice(app_name="floor")
client = botocore.session.get_session().create_client(
    "dynamodb", endpoint_url=os.environ["OWL_ENDPOINT"]
)
for call, asked in WARM:
    getattr(client, call)(**asked)


@app.route({route!r}, methods=["POST"], content_types=[{form!r}])
def ussd(**path):
    for call, asked in FIRST:
        getattr(client, call)(**asked)
    return Response("CON ", headers={{"Content-Type": "text/plain; charset=utf-8"}})
'''


def figures(say: Say, rounds: int = ROUNDS) -> Iterator[Figure]:
    """Start both functions by turns, each in a process of its own."""
    say("cold: the zip is built")
    ours = packaged()
    say("cold: the database is recorded")
    settings, cases = read(recorded(ours.parent))
    with TemporaryDirectory() as folder, answering([*cases["warm"], *cases["first"]]) as url:
        floor, client = Path(folder) / "floor", Path(folder) / "client"
        client.mkdir()
        client_alone(client)
        lay_floor(ours, floor, cases)
        environ = {**settings, "OWL_ENDPOINT": url}
        found = []
        for n in range(rounds):
            say(f"cold: start {n + 1} of {rounds}")
            found.append([started(task, client, environ) for task in (ours, floor)])
    yield of_rounds(6, "cold start, CPU / floor", [a.cpu / b.cpu for a, b in found], GOAL)
    yield of_rounds(6, "cold start, wall / floor", [a.wall / b.wall for a, b in found], 0, **TOLD)
    for at, name in enumerate(("cold start", "floor")):
        ms = [1000 * one[at].cpu for one in found]
        yield of_rounds(6, f"{name}, CPU", ms, 0, sense="told", unit="ms")


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds of one process, from its birth until its first answer is there."""

    cpu: float
    wall: float


def started(task: Path, client: Path, environ: Mapping[str, str]) -> Start:
    """Start a function, ask it for the first hop, and end it.

    Raises:
        SystemExit: the answer is no screen.
    """
    before, begun = _spent(), time.perf_counter()
    with running("app.app", task, client, environ, said=subprocess.DEVNULL) as function:
        answer = function.invoke(events.hop())
        wall = time.perf_counter() - begun
    if not answer["body"].startswith("CON "):
        raise SystemExit(f"a cold start answered {answer['statusCode']}: {answer['body']}")
    return Start(_spent() - before, wall)


def lay_floor(ours: Path, floor: Path, cases: Mapping[str, Sequence[Exchange]]) -> None:
    """Put the libraries of a package beside the app that is the floor, compiled alike."""
    shutil.copytree(ours, floor, ignore=lambda at, _: OURS if Path(at) == ours else ())
    told = {name: [_called(one) for one in cases[name]] for name in ("warm", "first")}
    route = events.hop()["resource"]
    (floor / "app.py").write_text(FLOOR.format(**told, route=route, form=events.FORM))
    compileall.compile_file(
        floor / "app.py", quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
    )


def _called(exchange: Exchange) -> tuple[str, dict[str, Any]]:
    operation, asked, _ = exchange
    return xform_name(operation), parameters(asked)


def _spent() -> float:
    """Return the processor seconds of all processes that this one started and that are gone."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def answering(exchanges: Sequence[Exchange]) -> Iterator[str]:
    """Serve recorded answers on a free port; what was not recorded is answered with an error."""
    known = by_words(exchanges)
    kind: Any = type("Recorded", (_Recorded,), {"known": known})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Recorded(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65_536
    known: Mapping[tuple[str, str], str]

    def handle(self) -> None:
        """Serve until the function is gone; that it is killed is no fault."""
        with suppress(ConnectionError):
            super().handle()

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        target = self.headers["X-Amz-Target"].rpartition(".")[2]
        answer = self.known.get((target, asked))
        self.send_response(200 if answer is not None else 400)
        body = (answer if answer is not None else '{"__type": "NotRecorded"}').encode()
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
