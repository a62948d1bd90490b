"""This file is every entry point of OWL's functions; what they do is in `chalicelib`.

Each function imports this file, and only what it runs: `wiring` makes the rest when asked.
"""

import gc

# What a function starts with stays for as long as it lives: to look for garbage in it costs a tenth
# of the start, and a pause of a hop later on.
gc.disable()

import os
from collections.abc import Mapping
from typing import Any

from chalice.app import Chalice, Cron, Rate, Response

from chalicelib import observe, wiring
from chalicelib.channels.batch import Failures, worked
from chalicelib.errors import CivicError
from chalicelib.observe import observed, tracing
from chalicelib.telecom.callbacks import Call

# Real queues take these names' place in infra/aws/resources.yaml: Chalice wants one of its own.
OUTBOX, REPORTS = (
    f"arn:aws:sqs:ap-southeast-1:000000000000:{name}" for name in ("outbox", "reports")
)


class Words(Response):
    """An answer of words; of any other Chalice asks again whether its type is a binary one."""

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:  # noqa: ARG002
        """Return it as API Gateway takes it."""
        return {
            "statusCode": self.status_code,
            "headers": self.headers,
            "multiValueHeaders": {},
            "body": self.body,
        }


app = Chalice(app_name="owl", configure_logs=False)
# Callbacks are forms, and answers are words: nothing here is binary.
app.api.binary_types = []
observe.begin(wiring.settings().stage, wiring.settings().log_level)


@app.route("/health", methods=["GET"])
def health() -> dict[str, str]:
    """Say that the phone side is wired; no citizen is served by this."""
    phones = wiring.webhooks()
    try:
        phones.keys.now()
    except CivicError:
        return {"status": "ok", "menus": phones.conversation.book.version, "keys": "missing"}
    return {"status": "ok", "menus": phones.conversation.book.version, "keys": "there"}


# Of which type a callback is, its gateway asks behind the secret.
@app.route("/gateways/{gateway}/{secret}/{kind}", methods=["GET", "POST"], content_types=[])
def callback(gateway: str, secret: str, kind: str) -> Response:
    """Answer what a gateway calls: a hop of a session, its end, an SMS, a report, an opt-out."""
    call = _call(gateway, secret, kind)
    with tracing(_request(app.lambda_context)):
        answer = wiring.webhooks().edges.answer(gateway, kind, call)
    return Words(answer.body, headers=dict(answer.headers), status_code=answer.status)


# One message at a time: a POST may take 23 of the function's 45 seconds.
@app.on_sqs_message(queue_arn=OUTBOX, batch_size=1, maximum_concurrency=5, name="sender")
def send_outbox(event: Any) -> Failures:
    """Send what the outbox holds under an id, or a chunk that the other queue names."""
    send = wiring.sender().send

    def one(message: Mapping[str, str]) -> str:
        return wiring.broadcaster().send(message) if "chunk" in message else send(message["id"])

    return worked(event.to_dict()["Records"], one, observed)


@app.on_sqs_message(queue_arn=REPORTS, batch_size=10, maximum_concurrency=5, name="delivery")
def settle_reports(event: Any) -> Failures:
    """Apply delivery reports."""
    return worked(event.to_dict()["Records"], wiring.delivery().settle, observed)


# Every minute from two to three at night in Phnom Penh, of which one that nobody can tell counts
# the ratings; the next month's key is there since the month before.
@app.schedule(Cron("*", 19, "*", "*", "?", "*"), name="tally")
def tally(event: Any) -> None:
    """Make the keys of the months and destroy those that are over; count ratings once a night."""
    with tracing(_request(event.context)):
        wiring.tally()


# Every message to many moves on here: it is planned, let go in its window, repaired and closed.
@app.schedule(Rate(1, unit=Rate.MINUTES), name="tick")
def tick(event: Any) -> None:
    """Move every message to many on by what is due."""
    with tracing(_request(event.context)):
        try:
            wiring.announce()
        finally:
            # Whatever a forum is stuck at, broadcasts and repairs go on.
            wiring.sweeper().tick()


# The template gives it the handler of `chalicelib.console.aws`; this is what makes its role.
@app.lambda_function(name="console")
def console(event: Any, context: Any) -> Any:
    """Answer one request of the staff console."""
    from chalicelib.console.aws import handler

    return handler(event, context)


def _call(gateway: str, secret: str, kind: str) -> Call:
    request: Any = app.current_request
    path = f"/gateways/{gateway}/{secret}/{kind}"
    asked = request.query_params
    query = tuple((name, one) for name in asked for one in asked.getlist(name)) if asked else ()
    # The headers of the request are a mapping that lowers each name again at each look.
    told = request.to_original_event()["headers"] or {}
    headers = {name.lower(): value for name, value in told.items()}
    return Call(secret, request.raw_body, headers, request.method, path, query)


def _request(context: Any) -> str:
    """Return Lambda's own name of a call, under which its log tells time and memory."""
    return str(getattr(context, "aws_request_id", ""))


# Lambda gives a function a whole processor while it starts: keys, menus and services are read
# then, by the function that answers phones alone.
if os.environ.get("_HANDLER") == "app.app":
    wiring.webhooks().warm()

gc.freeze()
gc.enable()
