"""This file stands for the network: it records answers of AWS, and plays them."""

import io
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.awsrequest import AWSResponse

from chalicelib.storage.wire import Wire

# An operation as the wire names it, what was asked, and what was answered.
Exchange = tuple[str, str, str]


class Recorder:
    """Keeps what was asked over wires of ours, and what was answered."""

    def __init__(self, *wires: Wire) -> None:
        self.kept: list[Exchange] = []
        for wire in wires:
            wire.events.register_first("before-send", self._asked)
            wire.events.register("response-received", self._answered)
        self.asked = ("", "")

    def since(self) -> list[Exchange]:
        """Return what was kept since the last look, and forget it."""
        kept, self.kept = self.kept, []
        return kept

    def _asked(self, operation: str, request: Any, **_: Any) -> None:
        self.asked = (operation, request.body.decode())

    def _answered(self, answer: Any, **_: Any) -> None:
        text = json.dumps(answer, default=lambda value: b64encode(value).decode())
        self.kept.append((*self.asked, text))


class Network:
    """Answers every call of a client at once, with what was answered to the same or the like."""

    def __init__(self, exchanges: list[Exchange]) -> None:
        self.same = by_words(exchanges)
        self.like = {target: answer for target, _, answer in exchanges}
        self.calls = 0

    def serve(self, events: Any) -> None:
        """Answer a wire, or a client of botocore's, in place of its network."""
        events.register_first("before-send", self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.calls += 1
        target, body = _named(request.headers["X-Amz-Target"]), request.body
        text = body.decode() if isinstance(body, bytes) else str(body)
        answer = self.same.get((target, text)) or self.like[target]
        return AWSResponse(request.url, 200, HEADERS, _Body(answer.encode()))


def by_words(exchanges: Iterable[Exchange]) -> dict[tuple[str, str], str]:
    """Return answers by what was asked, as our wire spells it and as botocore does."""
    return {
        (target, spelled): answer
        for target, asked, answer in exchanges
        for spelled in (asked, json.dumps(json.loads(asked)))
    }


HEADERS: Mapping[str, str] = {"content-type": "application/x-amz-json-1.0"}


class _Body(io.BytesIO):
    def stream(self, **_: Any) -> Any:
        """Give what urllib3 would."""
        yield self.read()


def _named(target: Any) -> str:
    text = target.decode() if isinstance(target, bytes) else str(target)
    return text.rpartition(".")[2]


def parameters(asked: str) -> dict[str, Any]:
    """Return what was asked as the parameters of a client's method."""

    def with_bytes(value: dict[str, Any]) -> dict[str, Any]:
        if set(value) == {"B"} and isinstance(value["B"], str):
            return {"B": b64decode(value["B"])}
        return value

    read: dict[str, Any] = json.loads(asked, object_hook=with_bytes)
    return read
