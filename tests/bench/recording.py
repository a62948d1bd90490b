"""This file plays each case once on moto, and keeps what the database and the queue answered."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from moto import mock_aws

from tests.bench import events
from tests.bench.network import Exchange, Recorder

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "OWL_HOPS_A_SECOND": "100000000",
    "OWL_HOPS_A_NUMBER": "100000000",
}
COMMUNE = "021204"


def recorded(folder: Path) -> Path:
    """Write what every case asks and is answered to a file of JSON; return its path."""
    os.environ.update(ENVIRONMENT)
    with mock_aws():
        app, webhooks = _stage()
        heard = Recorder(webhooks.database.wire)
        webhooks.keys.kept = webhooks.shelf.kept = None
        webhooks.warm()
        kept = {"warm": heard.since()} | {
            name: heard.since() for name in _cases(app, webhooks, heard)
        }
    queues = {name: value for name, value in os.environ.items() if name.startswith("OWL_QUEUE_")}
    path = folder / "exchanges.json"
    path.write_text(json.dumps({"environment": ENVIRONMENT | queues, "exchanges": kept}))
    return path


def read(path: Path) -> tuple[dict[str, str], dict[str, list[Exchange]]]:
    """Return the settings under which a file was recorded, and its exchanges by case."""
    told = json.loads(path.read_text())
    cases = {name: [(*one,) for one in kept] for name, kept in told["exchanges"].items()}
    return told["environment"], cases  # type: ignore[return-value]


def _stage() -> tuple[Any, Any]:
    import boto3

    import app
    from chalicelib import wiring
    from chalicelib.storage.key_maker import ensure_keys
    from infra import stack
    from tests.builders import a_catalogue

    urls = stack.create(boto3.client("dynamodb"), boto3.client("sqs"), "local")
    os.environ["OWL_QUEUE_OUTBOX"] = urls["OutboxQueue"]
    os.environ["OWL_QUEUE_REPORTS"] = urls["ReportsQueue"]
    wiring.settings.cache_clear()
    wiring.webhooks.cache_clear()
    webhooks = wiring.webhooks()
    ensure_keys(webhooks.database, webhooks.clock.now())
    webhooks.keys.rows("webhooks", value=f"*:{events.SECRET}".encode()).save()
    webhooks.desk.catalogue.publish(a_catalogue())
    return app.app, webhooks


def _cases(app: Any, webhooks: Any, heard: Recorder) -> Iterator[str]:
    # The month's number is counted, and a language is stored, before anything is measured.
    app(events.hop("8"), None)
    app(events.sms("INFO", "bench-0"), None)
    heard.since()
    first = app(events.hop(), None)
    yield "first"
    echo = first["headers"][events.ECHO]
    app(events.hop("1*102*2", echo), None)
    yield "lookup"
    ended = app(events.hop(f"6*2*{COMMUNE}", echo), None)
    if not ended["body"].startswith("END You joined"):
        raise SystemExit(f"the bench does not know this menu: {ended['body']}")
    yield "submit"
    app(events.sms("INFO 102", "bench-1"), None)
    yield "keyword"
