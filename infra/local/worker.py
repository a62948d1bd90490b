"""This file takes messages from the queues and hands them to the app, as AWS Lambda does."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

BATCH, WAIT_SECONDS, PAUSE_SECONDS = 10, 1, 1.0
Function = Callable[[dict[str, Any], Any], Any]


@dataclass(frozen=True, slots=True)
class Worker:
    """One queue and the function it triggers; what the function took is deleted."""

    name: str
    sqs: Any
    url: str
    function: Function
    batch: int
    stopping: threading.Event

    def run(self) -> None:
        """Work until the local run stops."""
        while not self.stopping.is_set():
            try:
                self.turn()
            except (BotoCoreError, ClientError) as fault:
                # The emulator is ending, or the main thread is about to say that it died.
                self._say(f"the queue does not answer ({type(fault).__name__})")
                self.stopping.wait(PAUSE_SECONDS)

    def turn(self) -> None:
        """Take one batch; what failed comes back after the queue's visibility time-out."""
        answer = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=min(self.batch, BATCH),
            WaitTimeSeconds=WAIT_SECONDS,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        failed = self._failed(messages) if messages else set()
        for message in messages:
            if message["MessageId"] not in failed:
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def _failed(self, messages: list[dict[str, Any]]) -> set[str]:
        try:
            answer = self.function({"Records": [record_of(one) for one in messages]}, None) or {}
        except Exception as fault:  # noqa: BLE001 - Lambda keeps the batch, whatever was raised
            self._say(f"a batch failed and comes back later ({type(fault).__name__})")
            return {one["MessageId"] for one in messages}
        return {one["itemIdentifier"] for one in answer.get("batchItemFailures", [])}

    def _say(self, what: str) -> None:
        if not self.stopping.is_set():
            print(f"{self.name}: {what}", flush=True)


def record_of(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message of a queue as Lambda hands it to a function."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {"stringValue": one.get("StringValue", ""), "dataType": one["DataType"]}
            for name, one in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:local:000000000000:local",
        "awsRegion": "local",
    }
