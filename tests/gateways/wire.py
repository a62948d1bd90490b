"""This file is every gateway's other end of a post: it takes, keeps a log, and misbehaves by plan.

What it accepts is in its log before it answers, whatever it answers: the log is the judge. The
real sender posts to it over HTTP.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

from chalicelib.gateways.lines import GatewayLines
from chalicelib.gateways.mapped_sender import MappedSender
from chalicelib.gateways.mapping_read import mapped
from chalicelib.telecom.messages import BulkResult, SendResult
from chalicelib.telecom.routes import routes_of
from tests.sending import Killed

TIMEOUT = (1.0, 1.0)
Taken = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Dialect:
    """How one gateway is posted to, and how it answers and reports."""

    name: str
    read: Callable[[str], tuple[list[str], str]]
    answer: Callable[[Taken], str]
    report: Callable[[str, str, str], tuple[str, str]] | None = None
    size: int = 1
    status: int = 200
    is_masked: bool = False

    def address(self, number: str) -> str:
        """Return how OWL keeps somebody whom this gateway reaches."""
        return f"{self.name}:{number[1:]}" if self.is_masked else number

    def number(self, written: str) -> str:
        """Return the number of somebody as the gateway writes them."""
        return "+" + "".join(one for one in written if one.isdigit()).lstrip("0")


def _form(name: str, text: str) -> Callable[[str], tuple[list[str], str]]:
    def read(body: str) -> tuple[list[str], str]:
        form = parse_qs(body)
        return form[name], form[text][0]

    return read


def _naga(body: str) -> tuple[list[str], str]:
    form = parse_qs(body)
    return form["who"], bytes.fromhex(form["hex"][0]).decode("utf-16-be")


def _plasgate(body: str) -> tuple[list[str], str]:
    told = json.loads(body)
    return [told["to"]], told["content"]


def _ideamart(body: str) -> tuple[list[str], str]:
    told = json.loads(body)
    return told["destinationAddresses"], told["message"]


def _mekhala(body: str) -> tuple[list[str], str]:
    out = ET.fromstring(body)
    return [str(one.text) for one in out.findall("to")], str(out.findtext("msg"))


def _ideamart_answer(taken: Taken) -> str:
    each = [{"address": to, "messageId": one, "statusCode": "S1000"} for to, one in taken]
    return json.dumps({"statusCode": "S1000", "destinationResponses": each})


def _mekhala_answer(taken: Taken) -> str:
    each = "".join(f'<r to="{to}" rc="0" mid="{one}"/>' for to, one in taken)
    return f"<res>{each}</res>"


def _first(taken: Taken) -> str:
    return taken[0][1] if taken else ""


SMPP = {"delivered": "DELIVRD", "failed": "UNDELIV", "accepted": "ENROUTE"}
LETTERS = {"delivered": "D", "failed": "U", "accepted": "Q"}
WORDS = {"delivered": "DELIVERED", "failed": "EXPIRED", "accepted": "ACCEPTED"}
DIALECTS = (
    Dialect(
        "twilio",
        _form("To", "Body"),
        lambda taken: json.dumps({"sid": _first(taken), "status": "queued"}),
        lambda one, to, word: (f"MessageSid={one}&MessageStatus={word}&To=%2B{to[1:]}", "form"),
        status=201,
    ),
    Dialect(
        "jasmin",
        _form("to", "content"),
        lambda taken: f'Success "{_first(taken)}"',
        lambda one, _, word: (f"id={one}&message_status={SMPP[word]}", "form"),
    ),
    Dialect("plasgate", _plasgate, lambda taken: json.dumps({"queue_id": _first(taken)})),
    Dialect(
        "ideamart",
        _ideamart,
        _ideamart_answer,
        lambda one, to, word: (
            json.dumps(
                {
                    "requestId": one,
                    "deliveryStatus": WORDS[word],
                    "destinationAddress": f"tel:{to[1:]}",
                }
            ),
            "json",
        ),
        size=3,
        is_masked=True,
    ),
    Dialect(
        "mekhala",
        _mekhala,
        _mekhala_answer,
        lambda one, to, word: (f"mid={one}&to=0{to[1:]}&st={LETTERS[word]}", "form"),
        size=3,
    ),
    Dialect("naga", _naga, lambda taken: f"+OK {_first(taken)}", is_masked=True),
)
# What is not accepted, and how it is answered.
REFUSED: Mapping[str, int] = {"429": 429, "401": 401, "400": 400, "5xx": 503}
# What is accepted, and answered so that nobody can tell.
UNREADABLE: Mapping[str, Callable[[int, str], tuple[int, str]]] = {
    "5xx_after": lambda _, body: (502, body),
    "3xx_after": lambda _, body: (302, body),
    "nothing": lambda status, _: (status, ""),
    "html": lambda status, _: (status, "<html><body>OK</body></html>"),
    # Half of what its length says.
    "truncated": lambda status, body: (status, body),
    "wrong_type": lambda status, _: (status, '{"sent": true}'),
}
# What is accepted, and can be told by who reads well.
READABLE: Mapping[str, Callable[[Taken], Taken]] = {
    "reordered": lambda taken: taken[::-1],
    "twice": lambda taken: [*taken, *taken],
    "more": lambda taken: [*taken, ("tel:85599000001", "99")],
}


@dataclass
class Wire:
    """See `ports.Lines`: the wired lines of one gateway, whose other end is here."""

    dialect: Dialect
    url: str = ""
    log: list[tuple[str, str, str]] = field(default_factory=list)
    posts: int = 0
    asked: int = 0
    plan: Callable[[int], str] = lambda _: "accept"
    during: Callable[[], None] = lambda: None
    ids: Iterator[int] = field(default_factory=lambda: count(10_000_001))

    @property
    def name(self) -> str:
        """The gateway's name."""
        return self.dialect.name

    def send_many(self, addresses: Sequence[str], text: str, _route: str = "") -> BulkResult:
        """Post by the real sender; the process may die just after."""
        self.asked += 1
        way, before = self.plan(self.asked), self.posts
        answer = self._lines(down=way == "down").send_many(addresses, text, "")
        if way == "killed":
            raise Killed
        assert self.posts - before <= 1
        return answer

    def reply(self, address: str, text: str, via: str = "") -> SendResult:
        """Post one SMS by the real sender."""
        return self._lines().reply(address, text, via)

    def show(self, *_: object) -> SendResult:
        """Show no screen: this is about SMS."""
        return SendResult("rejected")

    def taken(self, body: str) -> tuple[int, str] | None:
        """Take a request to send as planned; None hangs up."""
        self.posts += 1
        self.during()
        way = self.plan(self.asked)
        if way in REFUSED:
            return REFUSED[way], "refused"
        parties, text = self.dialect.read(body)
        taken = [(party, f"{next(self.ids)}") for party in parties]
        self.log += [(self.dialect.number(to), text, one) for to, one in taken]
        if way == "lost":
            return None
        if way == "fewer":
            taken = taken[::2] if len(taken) > 1 else []
        answered = self.dialect.answer(READABLE.get(way, list)(taken))
        if way in UNREADABLE:
            return UNREADABLE[way](self.dialect.status, answered)
        return self.dialect.status, answered

    def copies(self, text: str | None = None) -> Counter[str]:
        """Return how often each number got a message."""
        return Counter(to for to, words, _ in self.log if text is None or words == text)

    def _lines(self, *, down: bool = False) -> GatewayLines:
        mapping = mapped(self.name)
        assert mapping.send is not None
        url = "http://127.0.0.1:9/send" if down else f"{self.url}/send"
        mapping = replace(mapping, send=replace(mapping.send, url=url))
        sender = MappedSender(mapping, dict.fromkeys(mapping.settings, "x"), "OWL", TIMEOUT)
        routes = routes_of(self.name, "")
        return GatewayLines({self.name: sender}, routes, lambda: 0.0, lambda *_, **__: None)


@contextmanager
def wired(dialect: Dialect) -> Iterator[Wire]:
    """Give the lines of a gateway whose other end runs on this machine."""
    wire = Wire(dialect)
    handler: Any = type("End", (_End,), {"wire": wire})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    wire.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _End(BaseHTTPRequestHandler):
    wire: Wire

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        told = self.wire.taken(self.rfile.read(length).decode())
        if told is None:
            self.close_connection = True
            return
        status, body = told
        self.send_response(status)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        cut = self.wire.plan(self.wire.asked) == "truncated"
        self.wfile.write(body.encode()[: len(body) // 2 if cut else None])
        self.close_connection = True

    do_PUT = do_POST  # noqa: N815 - its names

    def log_message(self, *_: object) -> None:
        """Say nothing."""
