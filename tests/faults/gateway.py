"""This file is the pretend gateway as a process of its own; the log it keeps is the judge.

It speaks the vendor's contract and misbehaves by plan: each request to send gets a mode by chance,
from a seed. What it accepts is in its log before it answers, whatever it answers.
"""

import json
import os
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from chalicelib.clock import SystemClock
from chalicelib.settings import Settings
from infra.local import answers
from infra.local.environment import SANDBOX_KEY
from infra.local.exchange import JSON, TEXT, Answer, Request, shown, text
from infra.local.server import Server

PATH, FILE_PATH = "/version1/messaging", "/send"
OK = "ok"
# Longer than the workers of these runs wait for an answer.
HANGS = 3.0
Recipients = list[dict[str, Any]]
# The codes of answers that refuse each number by itself.
EACH_REFUSED: Mapping[str, int] = {"blocked": 406, "doubted": 500, "unpaid": 405}
# The answers to what is not accepted.
REFUSALS: Mapping[str, Answer] = {
    "5xx": text(500, "Internal Server Error"),
    "429": text(429, "Too many requests"),
    "429_after": Answer(429, b"Too many requests", {"Content-Type": TEXT, "Retry-After": "90"}),
    "401": text(401, "The supplied authentication is invalid"),
    "nobody": shown(201, {"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}),
}


def _told(recipients: Recipients) -> Answer:
    return answers.dressed(OK, recipients)


def _half(recipients: Recipients) -> Answer:
    return _told(recipients[::2])


def _more(recipients: Recipients) -> Answer:
    strangers = [{**one, "number": f"+85599{n:06}"} for n, one in enumerate(recipients[:3])]
    return _told([*recipients, *strangers])


def _twice(recipients: Recipients) -> Answer:
    return _told([*recipients, *recipients])


def _reordered(recipients: Recipients) -> Answer:
    return _told(recipients[::-1])


def _reformatted(recipients: Recipients) -> Answer:
    ways = ("{0}", "{0[1]}{0[2]}{0[3]} {1}", "({0}) ", "{2}")
    return _told(
        [
            {**one, "number": ways[n % 4].format(one["number"], one["number"][4:], _bare(one))}
            for n, one in enumerate(recipients)
        ]
    )


def _bare(one: Mapping[str, Any]) -> str:
    return str(one["number"]).removeprefix("+")


def _wrong_type(_: Recipients) -> Answer:
    return shown(201, {"SMSMessageData": {"Recipients": "Sent"}})


def _server_error(_: Recipients) -> Answer:
    return text(502, "Bad Gateway")


def _lost(_: Recipients) -> Answer:
    return Answer(201, hangs_up=True)


def _too_slow(_: Recipients) -> Answer:
    return Answer(201, wait=HANGS, hangs_up=True)


def _slow(recipients: Recipients) -> Answer:
    told = _told(recipients)
    return Answer(told.status, told.body, told.headers, wait=0.3)


def _moved(_: Recipients) -> Answer:
    return Answer(302, b"", {"Location": PATH})


# The answers to what is accepted, all of it.
DRESSES: Mapping[str, Callable[[Recipients], Answer]] = {
    OK: _told,
    "lost": _lost,
    "too_slow": _too_slow,
    "slow": _slow,
    "5xx_after": _server_error,
    "3xx_after": _moved,
    "fewer": _half,
    "more": _more,
    "twice": _twice,
    "reordered": _reordered,
    "reformatted": _reformatted,
    "wrong_type": _wrong_type,
    "truncated": lambda found: answers.dressed("truncated", found),
    "html": lambda found: answers.dressed("html", found),
    "nothing": lambda found: answers.dressed("nothing", found),
    "not_json": lambda _: Answer(201, b"\xff\xfe", {"Content-Type": JSON}),
}


class Gateway:
    """Accepts, logs, and answers as the plan says."""

    def __init__(self, log: Path, now: Callable[[], float]) -> None:
        self.log, self.now, self.lock = log.open("a", encoding="utf-8"), now, threading.Lock()
        self.chance, self.modes, self.posts = random.Random(0), {OK: 1.0}, 0

    def answer(self, request: Request) -> Answer | None:
        """Answer a request to send, or take a plan."""
        if request.path == PATH:
            return self.messaging(request)
        if request.path == FILE_PATH:
            return self.send(request)
        if request.path == "/plan":
            plan = json.loads(request.body)
            with self.lock:
                self.chance, self.modes = random.Random(plan["seed"]), plan["modes"]
            return text(200, "planned")
        return None

    def messaging(self, request: Request) -> Answer:
        """Take one request to send."""
        if request.headers.read("apiKey") != SANDBOX_KEY:
            return REFUSALS["401"]
        form = request.form()
        with self.lock:
            self.posts += 1
            mode = self.chance.choices(list(self.modes), list(self.modes.values()))[0]
            is_refused = mode in REFUSALS or mode in EACH_REFUSED
            numbers = [] if is_refused else form["to"].split(",")
            ids = {f"ATXid_{uuid4().hex}": to for to in numbers}
            self._keep(mode, form, ids)
        if mode in REFUSALS:
            return REFUSALS[mode]
        if mode in EACH_REFUSED:
            code = EACH_REFUSED[mode]
            return _told([answers.rejected(code, to) for to in form["to"].split(",")])
        kept = [{"id": one, "to": to, "segments": 1} for one, to in ids.items()]
        return DRESSES[mode]([answers.accepted(101, one) for one in kept])

    def send(self, request: Request) -> Answer:
        """Take one SMS as Jasmin does, to one number, and answer in its words."""
        form = request.form()
        with self.lock:
            self.posts += 1
            mode = self.chance.choices(list(self.modes), list(self.modes.values()))[0]
            id_ = str(uuid4())
            told = {"to": f"+{form['to']}", "message": form["content"]}
            self._keep(mode, told, {id_: told["to"]})
        answer = DRESSES[mode]([])
        return replace(answer, status=200, body=f'Success "{id_}"'.encode())

    def _keep(self, mode: str, form: Mapping[str, str], ids: Mapping[str, str]) -> None:
        line = {
            "at": self.now(),
            "mode": mode,
            "asked": len(form["to"].split(",")),
            "text": form["message"],
            "ids": ids,
        }
        self.log.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.log.flush()


def serve(port: int, log: Path, environ: Mapping[str, str]) -> None:
    """Be the gateway, at a port, by the clock of a run."""
    os.environ.update(environ)
    clock = SystemClock(Settings.of(environ))
    server = Server(port)
    server.parts = (Gateway(log, lambda: clock.now().timestamp()).answer,)
    server.serve()
