"""This file posts callbacks to the real functions, as the gateway and strangers would."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from chalice.test import Client, HTTPResponse

from chalicelib import wiring
from chalicelib.storage.key_maker import ensure_keys
from chalicelib.storage.keys import KeyRow
from chalicelib.telecom.callbacks import FORM_TYPE
from chalicelib.wiring.phones import Webhooks
from infra import stack
from tests.builders import NUMBER, TICKETS, a_catalogue

FORM = {"Content-Type": FORM_TYPE, "User-Agent": "at-ussd-api/1.0"}
HOP = {
    "phoneNumber": NUMBER,
    "serviceCode": "*384*55#",
    "text": "",
    "sessionId": "ATUid_1",
    "networkCode": "99999",
}
TEXT = {"date": "2026-11-25 08:00:00", "from": NUMBER, "id": "sms-1", "text": "HELP", "to": "38455"}
TICK = {
    **dict.fromkeys(("version", "account", "region", "detail-type", "id", "source"), ""),
    "time": "2026-11-25T17:10:00Z",
    "resources": [],
    "detail": {},
}


@dataclass(frozen=True)
class Aws:
    """Clients of the services behind the functions, and the calls that webhooks made."""

    dynamodb: Any
    sqs: Any
    calls: list[str]


@dataclass
class Functions:
    """Every function of one stage, in one process, on tables and queues under moto."""

    aws: Aws
    webhooks: Webhooks
    queues: Mapping[str, str]
    secrets: Mapping[str, str]
    client: Client

    @property
    def calls(self) -> list[str]:
        """The calls to DynamoDB that the last callback cost."""
        return self.aws.calls

    def post(
        self,
        kind: str,
        fields: Mapping[str, str] | bytes,
        *,
        secret: str | None = None,
        headers: Mapping[str, str] = FORM,
    ) -> HTTPResponse:
        """Post one callback; with the right secret of its kind unless told."""
        secret = self.secrets[kind] if secret is None else secret
        body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
        path = f"/gateways/africastalking/{secret}/{kind}"
        self.calls.clear()
        return self.client.http.post(path, headers=dict(headers), body=body)

    def hop(self, **changed: str) -> str:
        """Post one hop and return its screen, which is one whatever was posted."""
        answer = self.post("ussd", HOP | changed)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.body[:4] in (b"CON ", b"END ")
        assert len(answer.body) > 4
        return answer.body.decode()

    def queued(self, queue: str) -> list[dict[str, str]]:
        """Take what waits in a queue."""
        sqs, url, found = self.aws.sqs, self.queues[queue], []
        while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for one in got:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
                found.append(json.loads(one["Body"]))
        return found

    def stored(self, table: str) -> list[dict[str, Any]]:
        """Return all rows of a table."""
        answer: dict[str, Any] = self.aws.dynamodb.scan(TableName=f"owl-local-{table}")
        return list(answer["Items"])


def an_event(*bodies: object, raw: bool = False) -> dict[str, Any]:
    """Return the event of a queue with a record for each body, each with an id of its own."""
    texts = [str(body) if raw else json.dumps(body) for body in bodies]
    return {
        "Records": [
            {"messageId": f"record-{n}", "receiptHandle": "handle", "body": text}
            for n, text in enumerate(texts)
        ]
    }


def a_stage(aws: Aws, client: Client) -> Functions:
    """Make a stage with keys of its own, and let the functions meet it as at a cold start."""
    queues = stack.create(aws.dynamodb, aws.sqs, "local")
    webhooks = wiring.webhooks()
    restarted(webhooks)
    ensure_keys(webhooks.database, webhooks.clock.now())
    webhooks.desk.catalogue.publish(a_catalogue())
    webhooks.desk.tickets.save_many(TICKETS)
    webhooks.warm()
    lines = webhooks.keys.now().values["webhooks"].decode().split("\n")
    secrets = dict(one.split(":") for one in lines)
    return Functions(aws, webhooks, queues, secrets, client)


def restarted(webhooks: Webhooks) -> None:
    """Empty what a function instance keeps in memory, all but its connections."""
    webhooks.keys.kept = webhooks.shelf.kept = None
    webhooks.clock.offset = timedelta()
    flood = webhooks.ussd.flood
    flood.clock = time.monotonic
    flood.numbers.clear()
    flood.whole = 0.0


def set_webhook_secrets(functions: Functions, *lines: str) -> None:
    """Store webhook secrets, as who changes one does."""
    rows = functions.webhooks.database.bound(KeyRow)
    rows("webhooks", value="\n".join(lines).encode()).save()
