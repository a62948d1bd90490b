"""This file is a deployed stage as `owl` sees it: its API, and the key that says who asks.

The key stands in a file that only its owner reads, one for each stage. Nothing else of the stage
is on a laptop: no right to a table, and no key that opens complaints.
"""

import json
import os
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec
import urllib3

from chalicelib.errors import NotAcceptable, NotFound, Unavailable
from chalicelib.operations.base import Asked, Operation, Told

A = TypeVar("A", bound=Asked)
B = TypeVar("B")
ROOT = "/api/v1"
TOLD = "application/vnd.owl.told+json"
PROBLEM = "application/problem+json"
STAGE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
HERE = frozenset({"127.0.0.1", "localhost", "::1"})
# A request may take as long as the function that answers it.
WAITS = urllib3.Timeout(connect=5, read=60)
TRIES, PAUSE = 4, 1.0
BUSY = frozenset({409, 429, 503})
FAULTS, NOT_FOUND = 400, 404


@dataclass(frozen=True, slots=True)
class Remote:
    """A stage's API, asked with a key."""

    url: str
    key: str = field(repr=False)

    def ask(self, operation: Operation[A, B], asked: A) -> Told[B]:
        """Do an operation there.

        It is asked again where no answer came, under one id, by which it is done once.

        Raises:
            NotAcceptable: it was refused, or the key was.
            NotFound: what it is about is not there.
            Unavailable: the stage does not answer.
        """
        fields = msgspec.to_builtins(asked)
        parts = {one: quote(str(fields.pop(one)), safe="") for one in _fields(operation.path)}
        url = f"{self.url}{ROOT}{operation.path.format(**parts)}"
        body = None if operation.is_quiet else json.dumps(fields).encode()
        if operation.is_quiet:
            url += f"?{urlencode(_query(fields))}"
        return _told(operation, self.called(operation.method, url, body))

    def called(self, method: str, url: str, body: bytes | None = None) -> dict[str, Any]:
        """Return the answer to one request, tried again while that may help."""
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Accept": TOLD,
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.uuid4()),
        }
        pool = urllib3.PoolManager(timeout=WAITS, retries=False)
        for last in (*[False] * (TRIES - 1), True):
            try:
                answer = pool.request(method, url, body=body, headers=headers, redirect=False)
            except urllib3.exceptions.HTTPError:
                if last:
                    raise Unavailable(f"{self.url} does not answer: is it right?") from None
            else:
                if answer.status not in BUSY or last:
                    return _answer(answer)
            time.sleep(PAUSE)
        raise Unavailable(f"{self.url} does not answer")


def signed_in(stage: str) -> Remote:
    """Return a stage's API with the key that was kept for it.

    Raises:
        NotAcceptable: nobody signed in from here, or others may read the key.
    """
    path = _place(stage)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotAcceptable(
            f"nobody signed in to stage {stage} here: make a key on the console's page of keys, "
            "then `owl sign-in URL`"
        ) from None
    if path.stat().st_mode & 0o077:
        raise NotAcceptable(f"others may read your key: chmod 600 {path}")
    return Remote(kept["url"], kept["key"])


def keep(stage: str, remote: Remote) -> Path:
    """Keep a key for a stage, readable by its owner alone."""
    path = _place(stage)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(remote), file)
    return path


def forget(stage: str) -> None:
    """Forget the key of a stage."""
    _place(stage).unlink(missing_ok=True)


def address(text: str) -> str:
    """Return the address of a console as it is kept.

    Raises:
        NotAcceptable: it is none, or a key would travel in the open.
    """
    parts = urlsplit(text.strip())
    is_here = parts.hostname in HERE
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise NotAcceptable(f"'{text}' is no address of a console: write https://...")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _place(stage: str) -> Path:
    # Its name is what somebody's server says, or what was typed.
    if not STAGE.fullmatch(stage):
        raise NotAcceptable(f"'{stage[:40]}' is no stage: a name has a-z, 0-9 and dash")
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "owl" / f"{stage}.json"


def _fields(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _query(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return fields as a query: a list by repeating it, nothing for what is empty."""
    return [
        (name, json.dumps(one) if isinstance(one, bool) else str(one))
        for name, value in fields.items()
        for one in (value if isinstance(value, list) else [value])
        if one not in ("", None)
    ]


def _answer(answer: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if kind not in {TOLD, PROBLEM}:
        raise Unavailable(f"no API of OWL answers there (HTTP {answer.status})")
    told: dict[str, Any] = json.loads(answer.data)
    if answer.status < FAULTS:
        return told
    said = "; ".join([str(told["detail"]), *(str(one) for one in told.get("errors", ()))])
    if answer.status == NOT_FOUND:
        raise NotFound(said)
    if answer.status in BUSY:
        raise Unavailable(said)
    raise NotAcceptable(said)


def _told(operation: Operation[A, B], told: Mapping[str, Any]) -> Told[B]:
    answer = msgspec.convert(told["answer"], operation.answer)
    return Told(answer, told["lines"], told["notes"])
