"""This file tests stages whose gateways are files, through the real entry points."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from chalice.test import Client, HTTPResponse
from moto import mock_aws

import app
from chalicelib import wiring
from chalicelib.gateways import mapping_read
from chalicelib.storage.key_maker import ensure_keys
from chalicelib.storage.keys import secrets_row
from infra import stack
from tests.builders import NUMBER, a_catalogue
from tests.gateways.callbacks import Functions, an_event
from tests.gateways.conftest import Aws, forget
from tests.gateways.shapes import UNSEEN
from tests.gateways.stub import Canned, serving

GATEWAYS = ("ideamart", "jasmin", "twilio")
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
HOP = {
    "message": "*384*55#",
    "requestId": "r1",
    "sessionId": "s1",
    "ussdOperation": "mo-init",
    "sourceAddress": "tel:AZ1",
}
SHOWN = b'{"statusCode":"S1000","requestId":"1"}'


class Stage:
    """A stage with gateways that are files, and a pretend one that answers for all."""

    def __init__(self, functions: Functions, stub: Canned) -> None:
        self.functions, self.stub = functions, stub

    def post(self, gateway: str, kind: str, body: str, content_type: str = FORM) -> HTTPResponse:
        """Post one callback with its own secret."""
        row = self.functions.webhooks.keys.now().values[secrets_row(gateway)].decode()
        secret = dict(line.split(":") for line in row.split("\n"))[kind]
        path = f"/gateways/{gateway}/{secret}/{kind}"
        headers = {"Content-Type": content_type}
        self.functions.calls.clear()
        return self.functions.client.http.post(path, headers=headers, body=body.encode())

    def hop(self, **changed: str) -> HTTPResponse:
        """Post one hop of Ideamart's."""
        return self.post("ideamart", "ussd", json.dumps(HOP | changed), JSON)

    def sends(self) -> list[dict[str, Any]]:
        """Run the sender over its queue, each message twice; return the failures."""
        told = self.functions.queued("OutboxQueue")
        found = []
        for _ in range(2):
            failed = app.send_outbox(an_event(*told), None)["batchItemFailures"]
            found += list(failed)
        return found


@pytest.fixture
def stage(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A new stage with Ideamart, Jasmin and Twilio."""
    with mock_aws(), Client(app.app) as client, serving() as stub:
        queues = stack.create(aws.dynamodb, aws.sqs, "local")
        url = stub.url.removesuffix("/version1")
        jasmin = {"url": url, "username": "u", "password": "p", "dlr_url": "https://owl/dlr"}
        keys = {
            "ideamart": {"url": url, "application_id": "APP_1", "password": "secret"},
            "jasmin": jasmin,
            "twilio": {"account_sid": "AC1", "auth_token": "t", "from": "OWL"},
        }
        monkeypatch.setenv("OWL_GATEWAYS", ",".join(GATEWAYS))
        monkeypatch.setenv("OWL_ROUTES", "*=jasmin")
        monkeypatch.setenv("OWL_GATEWAY_KEY", json.dumps(keys))
        forget()
        webhooks = wiring.webhooks()
        calls = aws.calls
        events = webhooks.database.wire.events
        events.register("before-send.dynamodb", lambda operation, **_: calls.append(operation))
        ensure_keys(webhooks.database, webhooks.clock.now(), gateways=GATEWAYS)
        webhooks.desk.catalogue.publish(a_catalogue())
        stub.status, stub.body = 200, SHOWN
        yield Stage(Functions(aws, webhooks, queues, {}, client), stub)
    monkeypatch.undo()
    forget()


def test_a_hop_is_acknowledged_at_once_and_its_screen_sent_once(stage: Stage) -> None:
    answer = stage.hop()
    assert (answer.status_code, answer.json_body["statusCode"]) == (200, "S1000")
    assert stage.stub.bodies == []
    for _ in range(3):
        stage.hop()
    assert stage.sends() == []
    (sent,) = stage.stub.bodies
    told = json.loads(sent)
    assert told["destinationAddress"] == "tel:AZ1"
    assert (told["sessionId"], told["ussdOperation"]) == ("s1", "mt-cont")
    assert "1" in told["message"]
    assert stage.stub.asked[0]["path"] == "/ussd/send"


def test_the_next_hop_goes_on_where_the_session_was(stage: Stage) -> None:
    stage.hop()
    stage.hop(requestId="r2", ussdOperation="mo-cont", message="1")
    stage.hop(requestId="r3", ussdOperation="mo-cont", message="102")
    stage.sends()
    messages = [json.loads(one)["message"] for one in stage.stub.bodies]
    assert len(set(messages)) == 3


@pytest.mark.parametrize("status", [500, 200])
def test_F3_a_screen_whose_reply_is_lost_is_not_sent_again(stage: Stage, status: int) -> None:
    stage.stub.status, stage.stub.body = status, b""
    stage.hop()
    assert stage.sends() == []
    stage.hop()
    assert stage.sends() == []
    assert len(stage.stub.bodies) == 1


def test_F5_a_screen_that_no_connection_carried_waits_and_is_sent_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.hop()
    (message,) = stage.functions.queued("OutboxQueue")
    gateway: Any = wiring.sender().gateway()
    show = gateway.gateways["ideamart"]
    url, show.settings["url"] = show.settings["url"], "http://127.0.0.1:9"
    assert app.send_outbox(an_event(message), None)["batchItemFailures"]
    show.settings["url"] = url
    assert not app.send_outbox(an_event(message), None)["batchItemFailures"]
    assert len(stage.stub.bodies) == 1


def test_a_hop_costs_two_reads_and_its_writes(stage: Stage) -> None:
    """A read of what was typed, one of the profile; what was typed, then the screen, are written.

    The first hop of the month counts its user too.
    """
    stage.hop()
    stage.hop(requestId="r2", ussdOperation="mo-cont", message="1")
    assert stage.functions.calls == [
        "BatchGetItem",
        "TransactWriteItems",
        "BatchGetItem",
        "TransactWriteItems",
    ]


def test_a_text_is_acknowledged_as_its_gateway_wants_and_answered_by_it(stage: Stage) -> None:
    stage.stub.body = b'Success "07033084-5cfd-4812-90a4-e4d24ffb6e3d"'
    body = "id=1&from=85512000001&to=38455&content=HELP&coding=0"
    answer = stage.post("jasmin", "sms", body)
    assert (answer.status_code, answer.body) == (200, b"ACK/Jasmin")
    stage.sends()
    (posted,) = stage.stub.posts
    assert (posted["to"], posted["username"]) == (NUMBER[1:], "u")
    assert stage.stub.asked[0]["path"] == "/send"


def test_each_gateway_has_secrets_of_its_own(stage: Stage) -> None:
    rows = {row["id"]["S"]: row["value"]["B"] for row in stage.functions.stored("keys")}
    assert {secrets_row(one) for one in GATEWAYS} <= rows.keys()
    secret = rows[secrets_row("jasmin")].decode().split("\n")[2].partition(":")[2]
    client = stage.functions.client.http
    path = f"/gateways/twilio/{secret}/sms"
    answer = client.post(path, headers={"Content-Type": FORM}, body=b"Body=x")
    assert (answer.status_code, answer.body) == (404, b"")
    for other in ("africastalking", "nobody"):
        path = f"/gateways/{other}/{secret}/sms"
        assert client.post(path, headers={"Content-Type": FORM}, body=b"").status_code == 404


def test_a_masked_person_joins_and_is_written_to_by_their_gateway_alone(stage: Stage) -> None:
    text = {"sourceAddress": "tel:AZ1", "message": "STOP", "requestId": "m1"}
    stage.stub.body = (
        b'{"destinationResponses":[{"address":"tel:AZ1","messageId":"M","statusCode":"S1000"}]}'
    )
    assert stage.post("ideamart", "sms", json.dumps(text), JSON).status_code == 200
    (person,) = stage.functions.stored("people")
    assert person["network"] == {"S": "ideamart"}
    stage.sends()
    assert json.loads(stage.stub.bodies[0])["destinationAddresses"] == ["tel:AZ1"]
    assert [one["path"] for one in stage.stub.asked] == ["/sms/send"]


def test_a_hop_that_is_all_query_comes_through_the_real_entry_point(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping_read, "FOLDER", UNSEEN)
    mapping_read.mapped.cache_clear()
    monkeypatch.setenv("OWL_GATEWAYS", "mekhala")
    monkeypatch.setenv("OWL_ROUTES", "")
    forget()
    webhooks = wiring.webhooks()
    ensure_keys(webhooks.database, webhooks.clock.now(), gateways=["mekhala"])
    row = webhooks.keys.now().values[secrets_row("mekhala")].decode()
    secret = dict(line.split(":") for line in row.split("\n"))["ussd"]
    path = f"/gateways/mekhala/{secret}/ussd"
    query = "tid=7&msn=085512000001&sc=384%2F55&txt="
    get = stage.functions.client.http.get
    home, menu = (get(f"{path}?{query}{typed}").body.decode() for typed in ("", "8%3B1"))
    assert home.startswith("FREE\n")
    assert menu.startswith("FREE\n")
    assert menu != home
    assert get(f"{path}?{query}&txt=1").body.startswith(b"BREAK\n")
    posted = stage.functions.client.http.post(path, headers={"Content-Type": FORM}, body=b"")
    assert posted.status_code == 405
    mapping_read.mapped.cache_clear()
