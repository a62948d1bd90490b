"""This file makes a stage on the emulator with people in it, and orders messages as staff do."""

import os
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import botocore.session

from chalicelib.capabilities.broadcasts import Audience, Order
from chalicelib.capabilities.ledger import Head
from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.storage.base import Database
from chalicelib.storage.delivery import DynamoRecipients
from chalicelib.storage.key_maker import LOCAL_SECRET, ensure_keys
from chalicelib.storage.keys import CONTACTS, SENDER_PUBLIC, OwnKeyRing
from chalicelib.storage.people import PersonRow
from chalicelib.storage.seals import sealed_to_sender
from chalicelib.telecom.callbacks import Call
from chalicelib.wiring.phones import Webhooks
from infra import stack
from infra.local.environment import AWS, SANDBOX_KEY
from tests.builders import a_party
from tests.faults.clock import MovedClock

FORM = {"content-type": "application/x-www-form-urlencoded"}
REGION = "ap-southeast-1"
COMMUNE = "021201"
FIRST_NUMBER = 12_000_000
AUTHOR, SECOND = "dara", "sok"


class Town:
    """One stage: tables from the template, keys, people of one commune."""

    def __init__(
        self, name: str, endpoint: str, folder: Path, clock: MovedClock, told: Mapping[str, str]
    ) -> None:
        self.clock, self.folder = clock, folder
        session = botocore.session.get_session()
        clients = [
            session.create_client(one, region_name=REGION, endpoint_url=endpoint)
            for one in ("dynamodb", "sqs")
        ]
        urls = stack.create(*clients, name)
        told = {**told, "OWL_QUEUE_OUTBOX": urls["OutboxQueue"]}
        self.environ = _environ(name, endpoint, clock, told)
        self.settings = Settings.of(self.environ)
        self.gateway = self.settings.gateways.split(",")[0]
        self.dynamodb, self.sqs = clients
        self.database = Database(self.settings, patient=True)
        ensure_keys(self.database, clock.now(), folder / "keys")
        self.keys = OwnKeyRing(self.database, clock, (CONTACTS, SENDER_PUBLIC))
        self.office = Office(self.settings)
        self.ids: dict[str, str] = {}

    def people(self, wanted: int, commune: str = COMMUNE) -> list[str]:
        """Put more people into the commune; return their numbers."""
        begin = FIRST_NUMBER + len(self.ids)
        numbers = [f"+855{n}" for n in range(begin, begin + wanted)]
        rows, now = self.database.bound(PersonRow), self.clock.now().isoformat()
        with rows.batch_write() as batch:
            for number in numbers:
                self.ids[number] = self.keys.now().person(a_party(number=number))
                row = rows(self.ids[number], language="en", commune=commune, consented_at=now)
                row.number = sealed_to_sender(self.keys.now(), number)
                batch.save(row)
        return numbers

    def order(self, id_: str, kind: Any = "forum", hours: float = 72, **values: Any) -> Order:
        """Return an order to the commune, its words its own."""
        text = f"Message {id_}. One Window. STOP to 38455"
        now = self.clock.now()
        told: dict[str, Any] = {
            "texts": {"en": text, "km-Latn": text},
            "audience": Audience(communes=(COMMUNE,)),
            "not_before": now,
            "not_after": now + timedelta(hours=hours),
        }
        return Order(id=id_, kind=kind, author=AUTHOR, **{**told, **values})

    def plan(self, order: Order) -> None:
        """Draft a message and ask for its plan; the tick will make it."""
        self.office.ledger.draft(order)
        self.office.ledger.move(order.id, "DRAFT", "PLANNING")

    def approve(self, order_id: str) -> None:
        """Agree to a planned message as a second person, and let it go."""
        self.office.ledger.sign(order_id, SECOND, self.head(order_id).seen)
        self.office.ledger.release(order_id)

    def head(self, order_id: str) -> Head:
        """Return how a message stands."""
        return self.office.ledger.head(order_id)

    def resume(self, order_id: str) -> bool:
        """Let a paused message go on, as `owl broadcast resume` does."""
        self.office.sweeper.ledger.control.mend(order_id)
        return self.office.ledger.resume(order_id)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return all rows of a table, as a backup holds them."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.settings.table(name))
        return [row for page in pages for row in page["Items"]]

    def restore(self, name: str, rows: list[dict[str, Any]]) -> None:
        """Make a table what a backup holds."""
        table, kept = self.settings.table(name), {row["id"]["S"] for row in rows}
        for row in self.rows(name):
            if row["id"]["S"] not in kept:
                self.dynamodb.delete_item(TableName=table, Key={"id": row["id"]})
        for row in rows:
            self.dynamodb.put_item(TableName=table, Item=row)

    def forgets(self, ids: Mapping[str, str]) -> int:
        """Count the messages of a post that the ledger knows nothing of."""
        store = DynamoRecipients(self.database, self.clock)
        return len(ids) - len(store.statuses(self.gateway, list(ids)))

    def shuffled(self, chance: random.Random) -> list[str]:
        """Return all numbers in some order."""
        numbers = list(self.ids)
        chance.shuffle(numbers)
        return numbers


def texted(webhooks: Webhooks, number: str, text: str, id_: str) -> None:
    """Text something to the short code, as the gateway passes it on."""
    fields = {"text": text, "to": "38455", "id": id_, "from": number, "date": ""}
    body = "&".join(f"{name}={quote_plus(value)}" for name, value in fields.items())
    answer = webhooks.edges.answer("africastalking", "sms", Call(LOCAL_SECRET, body.encode(), FORM))
    assert answer.status == 200, answer


@contextmanager
def own_credentials() -> Iterator[None]:
    """Let this process call the emulator and nobody's account, for as long as it lasts."""
    before = dict(os.environ)
    os.environ.update(AWS, AWS_DEFAULT_REGION=REGION)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _environ(
    name: str, endpoint: str, clock: MovedClock, told: Mapping[str, str]
) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "OWL_"))}
    return {
        **kept,
        **AWS,
        "AWS_DEFAULT_REGION": REGION,
        "OWL_STAGE": name,
        "OWL_REGION": REGION,
        "OWL_ENDPOINT": endpoint,
        "OWL_CLOCK_FILE": str(clock.file),
        "OWL_DEFAULT_LANGUAGE": "en",
        "OWL_GATEWAY_KEY": SANDBOX_KEY,
        # So fast that nobody waits: rows about the rate set their own.
        "OWL_SMS_A_SECOND": "1000000",
        **told,
    }
