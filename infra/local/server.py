"""This file serves HTTP on this machine only: the phone page, the pretend gateway, the app."""

import errno
import sys
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from infra.local.exchange import Answer, Headers, Request, text
from infra.local.state import CannotStart

HOST, IDLE_SECONDS, LOOK_SECONDS = "127.0.0.1", 60, 0.05
# The console tells of larger files than it takes in words of its own.
MOST_BODY = 8_000_000
Part = Callable[[Request], Answer | None]


class Server(ThreadingHTTPServer):
    """A thread for each connection; the parts are asked in order who answers a request."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int) -> None:
        """Take the port at once, so that a taken one is told before anything starts.

        Raises:
            CannotStart: the port is taken, or may not be taken.
        """
        self.parts: Sequence[Part] = ()
        try:
            super().__init__((HOST, port), Handler)
        except OSError as fault:
            raise CannotStart(_refusal(port, fault)) from None
        self.url = f"http://{HOST}:{self.server_port}"

    def serve(self) -> None:
        """Answer until `shutdown`, which is heeded at once."""
        self.serve_forever(LOOK_SECONDS)

    def answer(self, request: Request) -> Answer:
        """Return the first part's answer; 404 where none has one."""
        for part in self.parts:
            answer = part(request)
            if answer is not None:
                return answer
        return Answer(404, b"", {})

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Show our own failure, with its traceback; a client that went away is none."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Reads one request after another from a connection."""

    protocol_version = "HTTP/1.1"
    # Without these two an answer waits 40 ms for the client's acknowledgement.
    disable_nagle_algorithm, wbufsize = True, 65_536
    timeout = IDLE_SECONDS
    server: Server

    def take(self) -> None:
        """Read a request, have it answered, write the answer."""
        refusal = self._refusal()
        if refusal is not None:
            self.close_connection = True
            self._write(refusal)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._write(
            self.server.answer(
                Request(self.command, self.path, Headers(self.headers.items()), body)
            )
        )

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_HEAD = take  # noqa: N815 - its names

    def version_string(self) -> str:
        """Return the name in the header Server."""
        return "owl-local"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its signature
        """Log no request: paths hold the secret, and bodies numbers."""

    def _refusal(self) -> Answer | None:
        length = self.headers.get("Content-Length") or "0"
        if self.headers.get("Transfer-Encoding") is not None:
            return text(411, "send a Content-Length")
        if not (length.isascii() and length.isdigit()):
            return text(400, "the Content-Length is no number")
        if int(length) > MOST_BODY:
            return text(413, "the body is too long")
        return None

    def _write(self, answer: Answer) -> None:
        time.sleep(answer.wait)
        if answer.hangs_up:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        for cookie in answer.cookies:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()


def _refusal(port: int, fault: OSError) -> str:
    if fault.errno == errno.EADDRINUSE:
        return f"port {port} is taken by another program: choose another, as PORT={port + 1}."
    if fault.errno == errno.EACCES:
        return f"port {port} needs rights that you do not have: choose one over 1023."
    return f"port {port} cannot be used ({fault.strerror}): choose another with PORT=."
