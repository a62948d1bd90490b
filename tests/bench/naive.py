"""This file measures row 10: people a second of a message to many, over a loop with the stock SDK.

Both sides post to the same pretend gateway and write to the same emulator. Each is a process of
its own and answers over HTTP, so a call costs both sides the same, and a database that serves a
transaction slower than a put, as this one does, only counts against us. The loop puts a row, sends
with the vendor's SDK, and updates the row, one person after the other; ours plans, is agreed to by
two people, sends chunk by chunk with the function's own gateway and as many workers as are
deployed, here threads of one process, and closes its books. A stopped clock takes the waits for
the minute and for the gateway's rate out of ours; the loop has none.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import africastalking
import boto3

from chalicelib.capabilities.ledger_preview import WORKERS
from chalicelib.gateways.made import lines_of
from chalicelib.observe import observed
from chalicelib.settings import Settings
from chalicelib.storage.base import Database
from chalicelib.storage.key_maker import ensure_keys
from chalicelib.storage.keys import CONTACTS, SENDER, SENDER_PUBLIC, OwnKeyRing
from infra import stack
from infra.local.environment import SANDBOX_KEY
from tests.bench.environ import environ
from tests.bench.figures import ROUNDS, Figure, Say, of_rounds
from tests.faults.fleet import PretendGateway
from tests.faults.run import emulator
from tests.faults.town import REGION
from tests.scale.emulated import Stage, join
from tests.scale.run import FIRST, TEXTS, the_order
from tests.world import StoppedClock

PEOPLE, GOAL, USER = 3_000, 10.0, "bench"
# The loop takes as long for each person whatever the audience, so a part of it tells its rate, and
# both sides are at work for seconds. Ours has a part that an audience pays once, whatever its size.
LOOP_PART = 3
# The loop counts nothing for a person, nor do we for a forum's message; a broadcast has caps.
KINDS, LOOP = ("forum", "broadcast"), "naive loop"
Send = Callable[[], None]


def figures(say: Say, people: int = PEOPLE, rounds: int = ROUNDS) -> Iterator[Figure]:
    """Send to so many people both ways, by turns; the loop sends to a part of them.

    Raises:
        SystemExit: somebody got no message, or two.
    """
    with environ(), TemporaryDirectory() as folder, emulator(Path(folder)) as place:
        gateway = PretendGateway(Path(folder) / "gateway.jsonl", {})
        gateway.start()
        try:
            found = [_round(n, gateway, place.endpoint, people, say) for n in range(rounds)]
        finally:
            gateway.stop()
    rates = {kind: [one[kind] / one[LOOP] for one in found] for kind in KINDS}
    yield of_rounds(10, "people a second / naive loop", rates["forum"], GOAL, sense="at least")
    capped = rates["broadcast"]
    yield of_rounds(10, "the same, a cap kept for each person", capped, 0, sense="told")
    for name in (*KINDS, LOOP):
        each = [one[name] for one in found]
        yield of_rounds(10, f"people a second, {name}", each, 0, sense="told", unit="people/s")


def _round(
    n: int, gateway: PretendGateway, endpoint: str, people: int, say: Say
) -> dict[str, float]:
    # The loop stands on both sides of ours, so that a slow moment of the machine is not ours alone.
    part = people // LOOP_PART // len(KINDS)
    turns: list[tuple[str, int, Send]] = []
    for kind in KINDS:
        turns.append((LOOP, part, loop_of(f"naive-{kind}{n}", gateway, endpoint, part)))
        turns.append((kind, people, many_of(kind, f"{kind}{n}", gateway, endpoint, people)))
    sent, took = Counter[str](), defaultdict[str, float](float)
    for name, each, send in turns:
        say(f"naive: round {n + 1}, {name}, {each:,} people")
        before = len(gateway.log_lines())
        begun = time.perf_counter()
        send()
        took[name] += time.perf_counter() - begun
        sent[name] += each
        _judge(name, gateway.log_lines()[before:], each)
    return {name: sent[name] / took[name] for name in sent}


def _judge(name: str, posts: Sequence[dict[str, Any]], people: int) -> None:
    copies = Counter(to for post in posts for to in post["ids"].values())
    if len(copies) != people or set(copies.values()) != {1}:
        raise SystemExit(f"{name} sent {sum(copies.values())} messages to {len(copies)} people")


def many_of(kind: str, name: str, gateway: PretendGateway, endpoint: str, people: int) -> Send:
    """Prepare our stage with people who agreed; return what sends to them."""
    dynamodb, sqs = (_client(one, endpoint) for one in ("dynamodb", "sqs"))
    stack.create(dynamodb, sqs, name)
    settings = Settings(
        stage=name, endpoint=endpoint, region=REGION, gateway_url=f"{gateway.url}/version1"
    )
    database, clock = Database(settings, patient=True), StoppedClock()
    ensure_keys(database, clock.now())
    keys = OwnKeyRing(database, clock, (CONTACTS, SENDER, SENDER_PUBLIC))
    join(database, keys, people)
    gateways = lines_of(settings, lambda: SANDBOX_KEY, time.monotonic, observed)
    stage = Stage(database, keys, clock, gateways, workers=WORKERS)
    order = replace(the_order(kind), id="b1")

    def send() -> None:
        stage.let_go(order)
        stage.run()

    return send


def loop_of(name: str, gateway: PretendGateway, endpoint: str, people: int) -> Send:
    """Prepare a table and the vendor's SDK; return the loop that everybody writes first."""
    dynamodb, languages = _client("dynamodb", endpoint), tuple(TEXTS)
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    africastalking.initialize(USER, SANDBOX_KEY)
    sms = africastalking.SMS
    sms._baseUrl = f"{gateway.url}/version1"
    changed = {
        "UpdateExpression": "SET sent = :sent, message = :message",
        "TableName": name,
    }

    def send() -> None:
        for n in range(people):
            number = f"+855{FIRST + n}"
            key = {"id": {"S": number}}
            dynamodb.put_item(TableName=name, Item={**key, "sent": {"BOOL": False}})
            answer = sms.send(TEXTS[languages[n % len(languages)]], [number])
            (told,) = answer["SMSMessageData"]["Recipients"]
            values = {":sent": {"BOOL": True}, ":message": {"S": told["messageId"]}}
            dynamodb.update_item(Key=key, ExpressionAttributeValues=values, **changed)

    return send


def _client(service: str, endpoint: str) -> Any:
    return boto3.client(service, region_name=REGION, endpoint_url=endpoint)
