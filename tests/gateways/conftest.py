"""This file holds every function on tables and queues under moto, and a gateway to send to."""

from collections.abc import Iterator

import boto3
import pytest
from chalice.test import Client
from moto import mock_aws

import app
from chalicelib import wiring
from infra import stack
from tests.builders import NUMBER
from tests.gateways.callbacks import Aws, Functions, a_stage
from tests.gateways.stub import Canned, serving

QUEUES = {
    "OWL_QUEUE_OUTBOX": "OutboxQueue",
    "OWL_QUEUE_CHUNKS": "ChunksQueue",
    "OWL_QUEUE_REPORTS": "ReportsQueue",
}


def forget() -> None:
    """Forget what the process wired, as a new function instance would."""
    for one in (
        *(wiring.settings, wiring.webhooks, wiring.sender),
        *(wiring.broadcaster, wiring.sweeper, wiring.delivery),
    ):
        one.cache_clear()


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    """Clients of AWS, made once: they cost more than a test."""
    made = Aws(boto3.client("dynamodb"), boto3.client("sqs"), [])
    with mock_aws():
        urls = stack.create(made.dynamodb, made.sqs, "local")
    with pytest.MonkeyPatch.context() as patch:
        for variable, queue in QUEUES.items():
            patch.setenv(variable, urls[queue])
        patch.setenv("OWL_GATEWAY_KEY", "key")
        forget()
        events = wiring.webhooks().database.wire.events
        events.register("before-send.dynamodb", lambda operation, **_: made.calls.append(operation))
        yield made
    forget()


@pytest.fixture
def functions(aws: Aws) -> Iterator[Functions]:
    """Every function of one stage that is new to each test."""
    with mock_aws(), Client(app.app) as client:
        yield a_stage(aws, client)


@pytest.fixture
def stub(functions: Functions, monkeypatch: pytest.MonkeyPatch) -> Iterator[Canned]:
    """A gateway that accepts what the sender function posts to it."""
    with serving() as canned:
        monkeypatch.setenv("OWL_GATEWAY_URL", canned.url)
        recipient = f'{{"number": "{NUMBER}", "statusCode": 101, "messageId": "ATXid_1"}}'
        canned.body = f'{{"SMSMessageData": {{"Recipients": [{recipient}]}}}}'.encode()
        wiring.settings.cache_clear()
        wiring.sender.cache_clear()
        yield canned
    wiring.settings.cache_clear()
    wiring.sender.cache_clear()
