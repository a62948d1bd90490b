"""This file plays what cannot be done, and what is done with it: dead letters and their return."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.deployed.scene import Scene
from tests.end_to_end.stack import until

DONE, PATIENCE = "delivered", 90
# The template's minutes would be waited five times: here a message is seen again after a second.
VISIBLE_AGAIN = {"VisibilityTimeout": "1"}
POISON = "this is no report"


def a_poison_message_goes_aside(scene: Scene) -> None:
    """Put nonsense among good reports: it ends in the dead-letter queue, and they are applied."""
    stage = scene.stage
    stage.cloud.client("sqs").set_queue_attributes(
        QueueUrl=stage.queue("reports"), Attributes=VISIBLE_AGAIN
    )
    message, to = scene.unreported.pop()
    _send(scene, "reports", POISON)
    stage.reports(message, to)
    until(lambda: _status(scene, message), lambda said: said == DONE, PATIENCE)
    until(lambda: stage.waiting("reports-dead"), lambda count: count == 1, PATIENCE)
    (dead,) = _taken(scene, "reports-dead")
    assert dead == POISON


def a_dead_report_is_redriven(scene: Scene) -> None:
    """Let a report die of a missing right; mended and redriven twice, it is applied once."""
    stage = scene.stage
    message, to = scene.unreported.pop()
    with _without(scene, "Delivery", "Settle"):
        stage.reports(message, to)
        until(lambda: stage.waiting("reports-dead"), lambda count: count == 1, PATIENCE)
        assert _status(scene, message) != DONE
    (dead,) = _taken(scene, "reports-dead")
    for _ in range(2):
        _send(scene, "reports", dead)
    until(lambda: _status(scene, message), lambda said: said == DONE, PATIENCE)
    until(lambda: _left(scene), lambda count: count == 0, PATIENCE)
    scene.note("redriven by hand: the emulator knows no StartMessageMoveTask")


@contextmanager
def _without(scene: Scene, function: str, sid: str) -> Iterator[None]:
    """Take one statement from a function's role, and give it back."""
    iam = scene.stage.cloud.client("iam")
    resources = scene.stage.cloud.resources(scene.stage.stack)
    role = resources[f"{function}Role"]["PhysicalResourceId"]
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    whole: dict[str, Any] = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    less = {**whole, "Statement": [one for one in whole["Statement"] if one["Sid"] != sid]}
    assert len(less["Statement"]) == len(whole["Statement"]) - 1
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(less))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(whole))


def _status(scene: Scene, message: str) -> str:
    """Return what is known of a message, as its row says."""
    rows = scene.stage.cloud.client("dynamodb").scan(TableName=f"{scene.stage.stack}-recipients")
    found = [row for row in rows["Items"] if row["id"]["S"].endswith(message)]
    return str(found[0].get("status", {}).get("S", "")) if found else ""


def _send(scene: Scene, queue: str, body: str) -> None:
    scene.stage.cloud.client("sqs").send_message(
        QueueUrl=scene.stage.queue(queue), MessageBody=body
    )


def _taken(scene: Scene, queue: str) -> list[str]:
    """Take what waits in a queue."""
    sqs, url = scene.stage.cloud.client("sqs"), scene.stage.queue(queue)
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for one in got:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    return [one["Body"] for one in got]


def _left(scene: Scene) -> int:
    return scene.stage.waiting("reports") + scene.stage.waiting("reports-dead")
