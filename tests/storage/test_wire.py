"""This file tests the wire: what it sends, reads, tries again, and how it says what went wrong."""

import io
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
)
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.storage import wire as wires
from chalicelib.storage.wire import Patience, Wire, address

PATIENCE = Patience(connect=1.0, read=0.3, attempts=3)
REGION, KEY, TOKEN = "ap-southeast-1", "AKIDEXAMPLE", "wire-test-token"
THROTTLED = {"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow"}
MET = {"__type": "com.amazonaws.dynamodb.v20120810#TransactionConflictException", "message": ""}
REFUSED = {"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException:"}
Answer = tuple[int, bytes]


class _Stream(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        """Give what urllib3 would."""
        yield self.read()


def answered(status: int, told: Mapping[str, Any]) -> AWSResponse:
    """Return what stands for an answer of the network."""
    body: Any = _Stream(json.dumps(told).encode())
    return AWSResponse("", status, {}, body)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who calls is known, and nobody waits before a call is tried again."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "_X_AMZN_TRACE_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(wires, "PAUSE", 0.0)


def a_wire(endpoint: str = "", service: str = "dynamodb") -> Wire:
    """Return a wire with a session of its own."""
    return Wire(botocore.session.get_session(), service, REGION, endpoint, PATIENCE)


def heard(wire: Wire, *answers: AWSResponse | Exception) -> list[Any]:
    """Answer the next calls so, the last for ever; return the requests as they go."""
    asked: list[Any] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        asked.append(request)
        told = answers[min(len(asked), len(answers)) - 1]
        if isinstance(told, Exception):
            raise told
        return AWSResponse("", told.status_code, {}, _Stream(told.content))  # type: ignore[arg-type]

    wire.events.register("before-send", answer)
    return asked


def test_a_request_is_what_botocore_sends() -> None:
    ours, theirs = a_wire(), botocore.session.get_session()
    client = theirs.create_client("dynamodb", region_name=REGION)
    asked = {"TableName": "t", "Key": {"id": {"S": "ភាសា"}}, "ReturnConsumedCapacity": "TOTAL"}
    mine = heard(ours, answered(200, {}))
    other: list[Any] = []

    def note(request: Any, **_: Any) -> AWSResponse:
        other.append(request)
        return answered(200, {})

    client.meta.events.register("before-send", note)
    ours.call("GetItem", **asked)
    client.get_item(**asked)
    (one,), (two,) = mine, other
    assert json.loads(one.body) == json.loads(two.body)
    assert one.url == two.url
    for name in ("X-Amz-Target", "Content-Type", "X-Amz-Security-Token"):
        told = two.headers[name]
        assert one.headers[name] == (told.decode() if isinstance(told, bytes) else told)
    begin, end = f"AWS4-HMAC-SHA256 Credential={KEY}/", f"/{REGION}/dynamodb/aws4_request, "
    assert one.headers["Authorization"].startswith(begin)
    assert end in one.headers["Authorization"]


@given(
    st.recursive(
        st.one_of(
            st.fixed_dictionaries({"S": st.text()}),
            st.fixed_dictionaries({"N": st.integers().map(str)}),
            st.fixed_dictionaries({"B": st.binary()}),
            st.fixed_dictionaries({"BS": st.lists(st.binary(), min_size=1)}),
            st.fixed_dictionaries({"BOOL": st.booleans()}),
        ),
        lambda inner: st.one_of(
            st.fixed_dictionaries({"L": st.lists(inner)}),
            st.fixed_dictionaries({"M": st.dictionaries(st.sampled_from(["a", "B", "BS"]), inner)}),
        ),
    )
)
def test_what_goes_out_comes_back_bytes_as_bytes(value: dict[str, Any]) -> None:
    body = json.dumps({"Item": {"B": value}}, default=wires._base64).encode()
    assert wires._read(body) == {"Item": {"B": value}}


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_fault_of_the_server_is_asked_again(status: int) -> None:
    wire = a_wire()
    asked = heard(wire, answered(status, {}), answered(200, {"Items": []}))
    assert wire.call("Query", TableName="t") == {"Items": []}
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("told", "raised", "tries"),
    [
        (answered(400, THROTTLED), ClientError, 3),
        (answered(400, MET), ClientError, 3),
        (answered(500, {}), ClientError, 3),
        (answered(400, REFUSED), ClientError, 1),
        (answered(200, []), HTTPClientError, 3),  # type: ignore[arg-type]
        (HTTPClientError(error="the line is cut"), HTTPClientError, 3),
    ],
)
def test_only_what_may_help_is_tried_again(told: Any, raised: type[Exception], tries: int) -> None:
    wire = a_wire()
    asked = heard(wire, told)
    with pytest.raises(raised):
        wire.call("PutItem", TableName="t", Item={})
    assert len(asked) == tries


def test_a_refusal_says_its_code_and_what_came_with_it() -> None:
    wire = a_wire()
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": {"id": {"S": "1"}}}]
    told = {"__type": "x#TransactionCanceledException", "Message": "m"}
    heard(wire, answered(400, {**told, "CancellationReasons": reasons}))
    with pytest.raises(ClientError) as fault:
        wire.call("TransactWriteItems", TransactItems=[])
    response: Any = fault.value.response
    assert response["Error"] == {"Code": "TransactionCanceledException", "Message": "m"}
    assert response["CancellationReasons"] == reasons
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_proxy_that_speaks_no_json_is_a_fault_by_its_status() -> None:
    wire = a_wire()
    told: Any = _Stream(b"<html>403 Forbidden</html>")
    heard(wire, AWSResponse("", 403, {}, told))
    with pytest.raises(ClientError, match="403"):
        wire.call("GetItem", TableName="t")


def test_the_repeats_of_a_transaction_carry_one_token_and_another_call_another() -> None:
    wire = a_wire()
    asked = heard(wire, answered(500, {}), answered(200, {}))
    wire.call("TransactWriteItems", TransactItems=[])
    wire.call("TransactWriteItems", TransactItems=[])
    first, again, other = (json.loads(one.body)["ClientRequestToken"] for one in asked)
    assert first == again != other
    wire.call("TransactWriteItems", TransactItems=[], ClientRequestToken="mine")
    assert json.loads(asked[-1].body)["ClientRequestToken"] == "mine"


def test_who_calls_must_be_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(NoCredentialsError):
        a_wire().call("GetItem", TableName="t")


def test_a_function_that_wakes_itself_is_seen_by_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = a_wire(service="sqs")
    asked = heard(wire, answered(200, {}))
    wire.call("SendMessage", QueueUrl="q", MessageBody="{}")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988;Lineage=a:1\n")
    wire.call("SendMessage", QueueUrl="q", MessageBody="{}")
    assert "X-Amzn-Trace-Id" not in asked[0].headers
    assert asked[1].headers["X-Amzn-Trace-Id"] == "Root=1-5759e988;Lineage=a:1%0A"


def test_where_a_service_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert address("dynamodb", REGION) == "https://dynamodb.ap-southeast-1.amazonaws.com"
    assert address("sqs", "cn-north-1") == "https://sqs.cn-north-1.amazonaws.com.cn"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566/")
    assert address("sqs", REGION) == "http://127.0.0.1:4566"
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9324")
    assert address("sqs", REGION) == "http://127.0.0.1:9324"


@contextmanager
def a_server(answer: Callable[[int], Answer | None]) -> Iterator[tuple[str, list[bytes]]]:
    """Serve on a port of this machine; None cuts the line in the middle of the answer."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            told = answer(len(bodies))
            status, body = told or (200, b"{}")
            self.send_response(status)
            self.send_header("Content-Length", str(len(body) + (told is None)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = told is None

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", bodies
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_over_a_real_line_an_answer_cut_short_is_asked_again() -> None:
    told = {"Item": {"id": {"S": "1"}}}
    with a_server(lambda n: None if n == 1 else (200, json.dumps(told).encode())) as (url, bodies):
        assert a_wire(url).call("GetItem", TableName="t") == told
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]


def test_no_part_of_a_request_is_held_back() -> None:
    with a_server(lambda _: (200, b"{}")) as (url, _):
        line = a_wire(url).http._manager.connection_from_url(url)._new_conn()
        line.connect()
        assert line.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        line.close()


def test_a_server_that_is_silent_is_given_up() -> None:
    free = threading.Event()
    with a_server(lambda _: (200, b"{}") if free.wait(5) else None) as (url, bodies):
        with pytest.raises(HTTPClientError):
            a_wire(url).call("GetItem", TableName="t")
        free.set()
    assert len(bodies) == PATIENCE.attempts


def test_nobody_there_is_given_up() -> None:
    with a_server(lambda _: (200, b"{}")) as (url, _):
        pass
    with pytest.raises(EndpointConnectionError):
        a_wire(url).call("GetItem", TableName="t")
