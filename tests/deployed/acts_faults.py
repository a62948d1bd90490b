"""This file plays what phones get while AWS fails beneath the webhooks function."""

from collections.abc import Mapping
from pathlib import Path

from tests.deployed.scene import Scene, number
from tests.deployed.stage import Deployed
from tests.end_to_end.stack import until
from tests.faults.callers import TROUBLE, Callers
from tests.faults.rows_database import burst, faults_of

# Numbers that nobody else of the play has.
FIRST_DIAL, FIRST_TEXT = 2_000, 3_000
DIALS, TEXTS = 8, 8


def aws_fails_beneath_the_webhooks(scene: Scene) -> None:
    """Let every call of the webhooks go through `microburst`: answered in time, counted once."""
    stage, before = scene.stage, _counted(scene.stage)

    def post(kind: str, fields: Mapping[str, str]) -> tuple[int, str]:
        answer = stage.posts(kind, fields)
        return answer.status, answer.text

    callers = Callers(post, number)
    folder = Path(stage.clock.file).parent
    with (
        burst(stage.cloud.url, folder, TROUBLE) as proxy,
        stage.told("webhooks", AWS_ENDPOINT_URL=proxy),
    ):
        # Its start is AWS's to make quick; here it may take seconds.
        stage.calls("GET", "/health")
        for n in range(DIALS):
            callers.dials(FIRST_DIAL + n)
        for n in range(TEXTS):
            callers.texts(FIRST_TEXT + n)
        fired = faults_of(proxy)
    for n in range(TEXTS):
        stage.receives(number(FIRST_TEXT + n), 1)
    # A second wake for a reply would be on the queue still.
    until(lambda: stage.waiting("outbox"), lambda count: count == 0)
    got = [len(stage.received(number(FIRST_TEXT + n))) for n in range(TEXTS)]
    assert got == [1] * TEXTS, got
    counted = _counted(stage) - before
    assert counted == callers.going + TEXTS, (counted, callers.going)
    assert callers.going > DIALS // 2, callers.busy
    assert sum(fired.values()) > DIALS, fired
    scene.note(
        f"slowest {callers.slowest:.1f} s, {callers.busy} of {DIALS} dials told to try later, "
        f"{callers.repeated} callbacks repeated, {sum(fired.values())} faults"
    )


def _counted(stage: Deployed) -> int:
    """Add up all that is counted of sessions and texts."""
    pages = stage.cloud.client("dynamodb").get_paginator("scan")
    found = pages.paginate(TableName=f"{stage.stack}-counters", ConsistentRead=True)
    return sum(int(row["n"]["N"]) for page in found for row in page["Items"])
