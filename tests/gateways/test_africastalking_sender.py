"""This file tests the official SDK in our sender, against every way a gateway may answer."""

import json
import logging
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.gateways.africastalking_sender import AfricasTalking
from chalicelib.gateways.answers import of_their_own
from chalicelib.settings import Settings
from chalicelib.telecom.messages import SendResult
from tests.gateways.stub import JSON, Canned, serving

TO, OTHER, TEXT = "+85512000001", "+85512000002", "ឯកសារ ready"
SHORT = (0.5, 0.5)


@pytest.fixture
def stub() -> Iterator[Canned]:
    """A pretend gateway."""
    with serving() as canned:
        yield canned


def sending(url: str, **settings: Any) -> SendResult:
    """Send one message to a gateway at an address."""
    return AfricasTalking(Settings(gateway_url=url, **settings), "key", SHORT).send(TO, TEXT)


def a_recipient(
    *, number: str = TO, code: object = 101, status: str = "Success", id_: object = "ATXid_1"
) -> dict[str, object]:
    """Return one entry of the gateway's list."""
    return {
        "number": number,
        "statusCode": code,
        "status": status,
        "messageId": id_,
        "cost": "KES 0.8000",
    }


def listing(*recipients: object, message: str = "Sent to 1/1 Total Cost: KES 0.8000") -> bytes:
    """Return the gateway's body."""
    return json.dumps(
        {"SMSMessageData": {"Message": message, "Recipients": list(recipients)}}
    ).encode()


ACCEPTED = SendResult("accepted", "ATXid_1", cost="KES 0.8000")
BODIES = {
    "sent": (listing(a_recipient()), ACCEPTED),
    "processed": (listing(a_recipient(code=100)), ACCEPTED),
    "queued": (listing(a_recipient(code=102)), ACCEPTED),
    "code as text": (listing(a_recipient(code="101")), ACCEPTED),
    "number without plus": (listing(a_recipient(number=TO[1:])), ACCEPTED),
    "number spaced": (listing(a_recipient(number="+855 12 000 001")), ACCEPTED),
    "extra recipient": (listing(a_recipient(number=OTHER, code=403), a_recipient()), ACCEPTED),
    "twice, once refused": (listing(a_recipient(code=403), a_recipient()), ACCEPTED),
    "accepted without an id": (
        listing(a_recipient(id_="None")),
        SendResult("accepted", "", cost="KES 0.8000"),
    ),
    "accepted with an id longer than any report's": (
        listing(a_recipient(id_="x" * 3_000)),
        SendResult("accepted", "", cost="KES 0.8000"),
    ),
    "accepted with an id of no letters": (
        listing(a_recipient(id_="\\ud800")),
        SendResult("accepted", "", cost="KES 0.8000"),
    ),
    "refused with the id None": (
        listing(a_recipient(code=403, status="InvalidPhoneNumber", id_="None")),
        SendResult("rejected", reason="invalid_phone_number"),
    ),
    "twice, once in doubt": (
        listing(a_recipient(code=403), a_recipient(code=500)),
        SendResult("unknown", reason="gateway_error"),
    ),
    "unknown code": (listing(a_recipient(code=799)), SendResult("unknown", reason="gateway_error")),
    "no code": (listing(a_recipient(code=None)), SendResult("unknown", reason="gateway_error")),
    "empty list": (
        listing(message="InvalidSenderId"),
        SendResult("unknown", reason="no_recipient"),
    ),
    "another's only": (
        listing(a_recipient(number=OTHER)),
        SendResult("unknown", reason="no_recipient"),
    ),
    "entries that are none": (listing("Success", 7), SendResult("unknown", reason="no_recipient")),
    "truncated": (listing(a_recipient())[:-20], SendResult("unknown", reason="unreadable")),
    "empty": (b"", SendResult("unknown", reason="unreadable")),
    "html": (b"<html>busy</html>", SendResult("unknown", reason="unreadable")),
    "not UTF-8": (b"\xff\xfe\x00", SendResult("unknown", reason="unreadable")),
    "list of lists": (b"[[]]", SendResult("unknown", reason="unreadable")),
    "no list": (
        b'{"SMSMessageData": {"Recipients": null}}',
        SendResult("unknown", reason="unreadable"),
    ),
    "nested without end": (b"[" * 100_000, SendResult("unknown", reason="unreadable")),
}


@pytest.mark.parametrize(("body", "expected"), BODIES.values(), ids=BODIES)
def test_a_2xx_counts_for_what_it_says_of_the_one_number(
    body: bytes, expected: SendResult, stub: Canned
) -> None:
    stub.body = body
    assert sending(stub.url) == expected


CODES = {
    401: "risk_hold",
    402: "invalid_sender_id",
    403: "invalid_phone_number",
    404: "unsupported_number_type",
    405: "insufficient_balance",
    406: "user_in_blacklist",
    407: "could_not_route",
    409: "do_not_disturb_rejection",
}


@pytest.mark.parametrize(("code", "reason"), CODES.items())
def test_a_refusal_of_a_number_is_told_with_its_reason(
    code: int, reason: str, stub: Canned
) -> None:
    stub.body = listing(a_recipient(code=code, id_="None"))
    assert sending(stub.url) == SendResult("rejected", reason=reason)


@pytest.mark.parametrize("code", [500, 501, 502])
def test_the_gateways_own_fault_leaves_a_message_in_doubt(code: int, stub: Canned) -> None:
    stub.body = listing(a_recipient(code=code, id_="None"))
    assert sending(stub.url).outcome == "unknown"


@pytest.mark.parametrize("kind", [JSON, "application/json; charset=utf-8", "text/plain", ""])
def test_an_answer_is_read_whatever_type_it_says_it_is(kind: str, stub: Canned) -> None:
    stub.body, stub.headers = listing(a_recipient()), {"Content-Type": kind} if kind else {}
    assert sending(stub.url) == ACCEPTED


STATUSES = {
    200: "accepted",
    201: "accepted",
    301: "unknown",
    302: "unknown",
    304: "unknown",
    307: "unknown",
    400: "rejected",
    401: "deferred",
    403: "deferred",
    404: "rejected",
    408: "unknown",
    409: "unknown",
    422: "rejected",
    429: "deferred",
    500: "unknown",
    502: "unknown",
    503: "unknown",
    504: "unknown",
}


@pytest.mark.parametrize(("status", "outcome"), STATUSES.items())
def test_only_what_cannot_have_been_accepted_counts_as_not_accepted(
    status: int, outcome: str, stub: Canned
) -> None:
    stub.status, stub.body = status, listing(a_recipient())
    assert sending(stub.url).outcome == outcome
    assert len(stub.posts) == 1


def test_wrong_credentials_are_told_as_such(stub: Canned) -> None:
    stub.status, stub.headers = 401, {"Content-Type": "text/plain"}
    stub.body = b"The supplied authentication is invalid"
    assert sending(stub.url) == SendResult("deferred", reason="credentials")


def test_a_redirect_is_not_followed(stub: Canned) -> None:
    stub.status, stub.headers = 307, {"Location": f"{stub.url}/elsewhere"}
    assert sending(stub.url) == SendResult("unknown", reason="http_307")
    assert [one["path"] for one in stub.asked] == ["/version1/messaging"]


def test_silence_after_the_post_is_doubt_and_no_second_try(stub: Canned) -> None:
    stub.hangs = 1.0
    assert sending(stub.url) == SendResult("unknown", reason="ReadTimeout")
    assert len(stub.posts) == 1


def test_a_body_cut_off_is_doubt(stub: Canned) -> None:
    stub.body = listing(a_recipient())
    stub.claims = len(stub.body) + 100
    assert sending(stub.url).outcome == "unknown"


def test_a_connection_closed_without_an_answer_is_doubt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drop() -> None:
            line, _ = server.accept()
            line.recv(10)
            line.close()

        thread = threading.Thread(target=drop)
        thread.start()
        result = sending(f"http://127.0.0.1:{server.getsockname()[1]}/version1")
        thread.join()
    assert result.outcome == "unknown"


def test_a_refused_connection_may_be_tried_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert sending(f"http://127.0.0.1:{port}/version1").outcome == "deferred"


def test_a_name_that_does_not_exist_may_be_tried_later() -> None:
    assert sending("http://gateway.invalid/version1").outcome == "deferred"


def test_a_line_without_its_tls_may_be_tried_later(stub: Canned) -> None:
    assert sending(stub.url.replace("http:", "https:")).outcome == "deferred"
    assert stub.posts == []


def test_a_connection_nobody_takes_may_be_tried_later() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        port = server.getsockname()[1]
        queued = []
        for _ in range(3):
            one = socket.socket()
            one.settimeout(0)
            one.connect_ex(("127.0.0.1", port))
            queued.append(one)
        result = sending(f"http://127.0.0.1:{port}/version1")
        for one in queued:
            one.close()
    assert result == SendResult("deferred", reason="ConnectTimeout", posted=False)


def test_the_post_is_the_one_the_vendor_documents(stub: Canned) -> None:
    stub.body = listing(a_recipient())
    sending(stub.url, sender_id="OWL", gateway_username="sandbox")
    assert stub.posts == [
        {"username": "sandbox", "to": TO, "message": TEXT, "bulkSMSMode": "1", "from": "OWL"}
    ]
    assert stub.asked[0]["apikey"] == "key"
    assert stub.asked[0]["content-type"] == "application/x-www-form-urlencoded"


def test_no_sender_name_is_sent_where_none_is_set(stub: Canned) -> None:
    stub.body = listing(a_recipient())
    sending(stub.url)
    assert "from" not in stub.posts[0]


def test_no_proxy_and_no_netrc_is_asked(
    stub: Canned, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    stub.body = listing(a_recipient())
    assert sending(stub.url) == ACCEPTED
    assert "authorization" not in stub.asked[0]


def test_without_an_address_the_vendors_own_is_used() -> None:
    sandbox = AfricasTalking(Settings(), "key").service
    live = AfricasTalking(Settings(gateway_username="owl"), "key").service
    assert sandbox._baseUrl == "https://api.sandbox.africastalking.com/version1"
    assert live._baseUrl == "https://api.africastalking.com/version1"


@pytest.mark.parametrize("number", ["", "MTN", "85512000001", "+85512000001\n", "+៨៥៥១២០០០០០១"])
def test_what_is_no_number_is_refused_without_a_post(number: str, stub: Canned) -> None:
    gateway = AfricasTalking(Settings(gateway_url=stub.url), "key", SHORT)
    assert gateway.send(number, TEXT) == SendResult("rejected", reason="not_a_number")
    assert stub.posts == []


@pytest.mark.parametrize("status", [201, 401, 500])
def test_no_log_holds_the_number_the_text_or_the_key(
    status: int, stub: Canned, caplog: pytest.LogCaptureFixture
) -> None:
    stub.status, stub.body = status, listing(a_recipient())
    with caplog.at_level(logging.DEBUG):
        result = AfricasTalking(Settings(gateway_url=stub.url), "s3cret", SHORT).send(TO, TEXT)
    told = caplog.text + repr(result)
    assert [one for one in (TO, TO[1:], "12000001", TEXT, "s3cret") if one in told] == []


def test_an_id_given_to_several_people_is_nobodys() -> None:
    named = {"1": SendResult("accepted", "a"), "2": SendResult("accepted", "b")}
    assert of_their_own(named) == named
    shared = {**named, "3": SendResult("accepted", "a")}
    assert [one.message_id for one in of_their_own(shared).values()] == ["", "b", ""]
