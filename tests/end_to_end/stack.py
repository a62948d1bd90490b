"""This file runs the local stage as a process of its own, and speaks to it as Africa's Talking."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote_plus, urlsplit

T = TypeVar("T")
ROOT = Path(__file__).parent.parent.parent
HOOKS = "/gateways/africastalking/local-secret"
ECHO = "at-ussd-hop-metadata"
FORM = "application/x-www-form-urlencoded"
VENDOR = {"User-Agent": "at-ussd-api/1.0", "Accept": "*/*", "Content-Type": FORM}
SLOW_SECONDS = 30
LAST_LINE = "Ctrl-C stops and saves."
# What a person's own environment may hold, and a local run must not heed.
FOREIGN = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "AWS_PROFILE": "nobody",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "OWL_GATEWAY_URL": "http://127.0.0.1:9",
    "OWL_STAGE": "production",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.text)


@dataclass(slots=True)
class Local:
    """One local run: its process, its folder and what it printed so far."""

    process: subprocess.Popen[str]
    folder: Path
    lines: list[str]
    seconds: float = 0.0

    @property
    def url(self) -> str:
        """Where it serves, as it told `owl`."""
        return str(json.loads((self.folder / "run.json").read_text())["url"])

    @property
    def emulator(self) -> int:
        """The process of its emulator."""
        return int((self.folder / "emulator.lock").read_text())

    def calls(
        self, method: str, path: str, body: str | bytes = "", headers: Mapping[str, str] = VENDOR
    ) -> Answer:
        """Send one request on a line of its own."""
        line = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=SLOW_SECONDS)
        try:
            line.request(method, path, body or None, dict(headers))
            answer = line.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read().decode())
        finally:
            line.close()

    def hops(self, number: str, text: str = "", session: str = "1", echo: str = "") -> Answer:
        """Send one USSD hop with the vendor's fields in the vendor's order."""
        fields = {
            "phoneNumber": number,
            "serviceCode": "*384*55#",
            "text": text,
            "sessionId": f"ATUid_{session:0>32}",
            "networkCode": "99999",
        }
        headers = VENDOR | ({ECHO: echo} if echo else {})
        return self.calls("POST", f"{HOOKS}/ussd", encoded(fields), headers)

    def texts(self, number: str, text: str, id_: str) -> Answer:
        """Send one SMS with the vendor's fields in the vendor's order."""
        fields = {
            "linkId": "28a92cdf-2d63-4ee3-93df-4233d3de0356",
            "text": text,
            "to": "38455",
            "id": id_,
            "date": "2026-11-25 06:04:45",
            "from": number,
            "cost": "None",
            "networkCode": "99999",
        }
        return self.calls("POST", f"{HOOKS}/sms", encoded(fields))

    def messages(self, number: str) -> list[dict[str, Any]]:
        """Return what a handset received, asked for as people type it."""
        listed: list[dict[str, Any]] = self.calls("GET", f"/sandbox/messages?to={number}").json()
        return listed

    def receives(self, number: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait until a handset has received so many messages."""
        return until(lambda: self.messages(number), lambda listed: len(listed) >= count)

    def answers(self, mode: str, *, times: int = 0, reports: bool = True) -> None:
        """Choose how the pretend gateway answers."""
        wish = json.dumps({"mode": mode, "times": times, "reports": reports})
        assert self.calls("POST", "/sandbox/mode", wish).status == 200

    def ends(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it by a signal; return its exit code."""
        self.process.send_signal(how)
        code = self.process.wait(SLOW_SECONDS)
        self.lines += (self.process.stdout or iter(())) if how != signal.SIGKILL else ()
        return code


def until(look: Callable[[], T], good: Callable[[T], bool], seconds: float = 15) -> T:
    """Look until what is seen is good; fail with what was seen last."""
    last = time.monotonic() + seconds
    while not good(seen := look()):
        assert time.monotonic() < last, seen
        time.sleep(0.05)
    return seen


def begun(
    folder: Path, *arguments: str, module: str = "infra.local", **environ: str
) -> subprocess.Popen[str]:
    """Start a local run on a free port, in an environment that points elsewhere."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("OWL_")}
    told |= FOREIGN | {"PORT": "0", "OWL_LOCAL_DIR": str(folder)} | environ
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=told,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def started(folder: Path, *arguments: str, **told: str) -> Local:
    """Start a local run as `begun`, and wait until it says that it is ready."""
    begin = time.monotonic()
    local = Local(begun(folder, *arguments, **told), folder, [])
    for line in local.process.stdout or ():
        local.lines.append(line)
        if line.startswith("ready "):
            local.seconds = time.monotonic() - begin
        if line.startswith(LAST_LINE):
            return local
    raise AssertionError("".join(local.lines))


@contextmanager
def running(folder: Path, *arguments: str, **told: str) -> Iterator[Local]:
    """Give a local run, and end it however the test ends."""
    local = started(folder, *arguments, **told)
    try:
        yield local
    finally:
        if local.process.poll() is None:
            local.process.terminate()
            local.process.wait(SLOW_SECONDS)
        if local.process.stdout:
            local.process.stdout.close()


def encoded(fields: Mapping[str, str]) -> str:
    """Encode a form as the vendor does, byte for byte: `*` and `#` too."""
    return "&".join(f"{name}={quote_plus(value, safe='')}" for name, value in fields.items())
