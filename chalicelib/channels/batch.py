"""This file works through one batch of a queue; what failed comes again, the rest does not."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.observe import TRACE, Observer, tracing

Failures = dict[str, list[dict[str, str]]]


def worked(
    records: Sequence[Mapping[str, Any]],
    work: Callable[[Mapping[str, str]], object],
    observe: Observer,
) -> Failures:
    """Do each message of an SQS event; return those to bring again, as Lambda wants them told.

    A message that can never be done goes to the dead-letter queue after its last try, by
    itself: no fault of one message may bring its neighbours again.
    """
    failed = []
    for record in records:
        with tracing(_trace(record)):
            try:
                work(json.loads(record["body"]))
            except Exception as fault:  # noqa: BLE001 - the others of the batch must not suffer
                observe("message_failed", error=type(fault).__name__)
                failed.append({"itemIdentifier": str(record["messageId"])})
    return {"batchItemFailures": failed}


def _trace(record: Mapping[str, Any]) -> str:
    """Return the trace of the call that put a message there; empty where it has none."""
    attributes = record.get("messageAttributes") or {}
    return str(attributes.get(TRACE, {}).get("stringValue", ""))
