"""This file runs one packed function as Lambda does: under Lambda's own client, with nothing else.

The Python that runs it knows neither this project nor its libraries: only the standard library,
the unpacked zip and `awslambdaric`.
"""

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

CLIENT = ("awslambdaric", "simplejson", "snapshot-restore-py")
START = (
    "import sys; task, client, handler = sys.argv[1:]; sys.path[:0] = [task, client]; "
    "from awslambdaric.__main__ import main; main(['awslambdaric', handler])"
)
SECONDS = 60


def client_alone(folder: Path) -> Path:
    """Link the runtime client, without what else is installed beside it, into a folder."""
    for name in CLIENT:
        for file in distribution(name).files or ():
            top = file.parts[0]
            if top != ".." and not (folder / top).exists():
                (folder / top).symlink_to(distribution(name).locate_file(top))
    return folder


class Function:
    """One instance of one function, that is asked one event after the other."""

    def __init__(self) -> None:
        self.events: queue.Queue[dict[str, Any]] = queue.Queue()
        self.answers: queue.Queue[tuple[str, Any]] = queue.Queue()

    def invoke(self, event: dict[str, Any]) -> Any:
        """Return what the function makes of an event; its error is an error."""
        self.events.put(event)
        kind, answer = self.answers.get(timeout=SECONDS)
        assert kind == "response", answer
        return answer


@contextmanager
def running(
    handler: str,
    task: Path,
    client: Path,
    environ: Mapping[str, str],
    *,
    said: int | None = None,
) -> Iterator[Function]:
    """Run a handler of an unpacked zip until the block ends; its log goes to `said`."""
    function = Function()
    kind: Any = type("Api", (_Api,), {"function": function})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-B", "-c", START, str(task), str(client), handler],
        env={
            **environ,
            "_HANDLER": handler,
            "LAMBDA_TASK_ROOT": str(task),
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_address[1]}",
        },
        cwd=task,
        stdout=said,
    )
    ended = threading.Thread(target=lambda: function.answers.put(("ended", process.wait())))
    ended.start()
    try:
        yield function
    finally:
        process.kill()
        ended.join()
        server.shutdown()
        server.server_close()


class _Api(BaseHTTPRequestHandler):
    """The three calls of Lambda's runtime API."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    function: Function

    def handle(self) -> None:
        """Serve until the function is gone; that it is killed is no fault."""
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        event = json.dumps(self.function.events.get()).encode()
        self.send_response(200)
        # Without a type the client reads memory that is not there, and dies.
        self.send_header("Content-Type", "application/json")
        self.send_header("Lambda-Runtime-Aws-Request-Id", "request-1")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + SECONDS) * 1000)))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:::function:owl")
        self._end(event)

    def do_POST(self) -> None:
        kind = self.path.rpartition("/")[2]
        self.function.answers.put((kind, json.loads(self._body() or b"null")))
        self.send_response(202)
        self._end(b"")

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _end(self, body: bytes) -> None:
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
