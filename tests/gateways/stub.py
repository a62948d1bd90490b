"""This file is a pretend gateway of a few lines: one canned answer, every request kept."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

JSON = "application/json"


@dataclass
class Canned:
    """What the stub answers, and what it was asked."""

    status: int = 201
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": JSON})
    hangs: float = 0.0
    claims: int = 0
    url: str = ""
    posts: list[dict[str, str]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Canned]:
    """Serve on a free port of this machine until the block ends."""
    canned = Canned()
    handler: Any = type("Stub", (_Stub,), {"canned": canned})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    canned.url = f"http://127.0.0.1:{server.server_address[1]}/version1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield canned
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Stub(BaseHTTPRequestHandler):
    canned: Canned

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        canned = self.canned
        canned.bodies.append(self.rfile.read(length).decode())
        canned.posts.append(dict(parse_qsl(canned.bodies[-1])))
        canned.asked.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})
        time.sleep(canned.hangs)
        self.send_response(canned.status)
        for name, value in canned.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(canned.claims or len(canned.body)))
        self.end_headers()
        self.wfile.write(canned.body)

    do_PUT = do_POST  # noqa: N815 - its names

    def log_message(self, *_: object) -> None:
        """Say nothing."""
