"""This file changes a stage to this package while the last other one sends to many (F20)."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.deployed.scene import Scene
from tests.deployed.stage import Deployed
from tests.end_to_end.stack import until
from tests.faults.judge import Judgement, judged
from tests.faults.town import Town

ORDER, A_SECOND = "b1", "100"
SECONDS, LINES, HOUR = 240, 4, 3600.0
# What may be in doubt: two workers at once, a chunk each, that the change may have cut off.
DOUBT = 100


def changed_in_the_middle(
    stage: Deployed, templates: list[str], people: int
) -> Callable[..., None]:
    """Return the act: deploy the older template, send to so many people, change to the newer."""

    def the_stage_changes_in_the_middle_of_a_broadcast(scene: Scene) -> None:
        older, newer = templates
        stage.deploy(older, SmsASecond=A_SECOND)
        stage.begin()
        town = _town(stage, people)
        town.plan(town.order(ORDER, kind="forum"))
        stage.tick()
        assert town.head(ORDER).state == "PLANNED", town.head(ORDER)
        town.approve(ORDER)
        stage.tick()
        until(lambda: _accepted(stage), lambda count: count >= people // 4, SECONDS)
        begun = time.monotonic()
        at = _accepted(stage)
        stage.deploy(newer, SmsASecond=A_SECOND)
        took, then = time.monotonic() - begun, _accepted(stage)
        assert then < people, "everything was sent before the change was done"
        _finished(stage, town)
        found = _reported(stage, town)
        scene.note(
            f"changed from {at} to {then} of {people:,} sent, in {took:.1f} s; "
            f"copies {found.copies}, lost {found.lost}, in doubt {found.unknown}, "
            f"delivered {found.states.get('DELIVERED', 0):,}"
        )
        assert (found.copies, found.lost, found.faults) == (0, 0, []), found
        assert found.unknown <= DOUBT, found
        assert found.accepted + found.unknown >= people, found

    return the_stage_changes_in_the_middle_of_a_broadcast


def _town(stage: Deployed, people: int) -> Town:
    """Return the people of a commune, put into the deployed tables."""
    folder = Path(stage.clock.file).parent / "town"
    town = Town(stage.name, stage.cloud.url, folder, stage.clock, {"OWL_SMS_A_SECOND": A_SECOND})
    town.people(people)
    return town


def _accepted(stage: Deployed) -> int:
    return sum(len(post["ids"]) for post in stage.gateway.log_lines())


def _finished(stage: Deployed, town: Town) -> None:
    """Let the message end; whoever looks at a pause lets it go on."""

    def ended() -> bool:
        head = town.head(ORDER)
        if head.state == "PAUSED":
            town.resume(ORDER)
        return bool(head.ended_at)

    last = time.monotonic() + SECONDS
    while not ended():
        assert time.monotonic() < last, town.head(ORDER)
        time.sleep(0.5)
        # Time passes as it does at a stage: what is not done after minutes is repaired.
        stage.clock.forward(15)
        stage.tick()


def _reported(stage: Deployed, town: Town) -> Judgement:
    """Report every message as delivered through the API gateway, and judge."""
    pairs = [pair for post in stage.gateway.log_lines() for pair in post["ids"].items()]
    with ThreadPoolExecutor(LINES) as pool:
        list(pool.map(lambda pair: stage.reports(*pair), pairs))
    return until(
        lambda: judged(town, stage.gateway.log_lines(), ORDER),
        lambda found: found.states.get("DELIVERED", 0) >= found.accepted - DOUBT,
        SECONDS,
    )
