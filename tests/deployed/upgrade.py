"""This file changes a stage to this package while the last other one sends to many (F20)."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from chalicelib.capabilities.ledger_rules import CANARY, CANARY_SECONDS
from tests.deployed import grounds, packages
from tests.deployed.play import played
from tests.deployed.scene import Scene
from tests.deployed.stage import Deployed
from tests.end_to_end.stack import until
from tests.faults.judge import Judgement, judged
from tests.faults.town import Town

PEOPLE, ORDER, A_SECOND = 1_000, "b1", "100"
SECONDS, LOOK_SECONDS = 240, 0.5
# So much of a stage's time passes at a look that nothing came of: what broke off is repaired soon.
STEP = 15
# The share of people whose message is reported on, and over how many lines at once.
REPORTED, LINES = 5, 2
# What may be in doubt: two workers at once, a chunk each, that the change may have cut off.
DOUBT = 100


def changed(python: Path, new: Path) -> list[str]:
    """Change a stage from an older package to the new one while it sends; return what failed."""
    older, what = packages.older(new, grounds.FOLDER / "older")
    grounds.say(f"{'':10} F20 changes from {what}")
    with grounds.stage(python, "upgrade") as one:
        templates = [one.cloud.put(package) for package in (older, new)]
        return played(Scene(one), [changed_in_the_middle(one, templates, PEOPLE)], grounds.say)


def changed_in_the_middle(
    stage: Deployed, templates: list[str], people: int
) -> Callable[..., None]:
    """Return the act: deploy the older template, send to so many people, change to the newer."""

    def the_stage_changes_in_the_middle_of_a_broadcast(scene: Scene) -> None:
        older, newer = templates
        stage.deploy(older, SmsASecond=A_SECOND)
        stage.begin()
        town, codes = _town(stage, people), stage.codes()
        _let_go(stage, town)
        until(lambda: _accepted(stage), lambda count: count >= people // 4, SECONDS)
        begun, at = time.monotonic(), _accepted(stage)
        stage.deploy(newer, SmsASecond=A_SECOND)
        took, then = time.monotonic() - begun, _accepted(stage)
        assert then < people, "everything was sent before the change was done"
        assert not codes & stage.codes(), "a function kept its code"
        _finished(stage, town)
        found, reported = _reported(stage, town)
        scene.note(
            f"changed from {at} to {then} of {people:,} sent, in {took:.1f} s; "
            f"copies {found.copies}, lost {found.lost}, in doubt {found.unknown}, "
            f"{reported} reported on, delivered {found.states.get('DELIVERED', 0):,}"
        )
        assert (found.copies, found.lost, found.faults) == (0, 0, []), found
        assert found.unknown <= DOUBT, found
        assert found.accepted + found.unknown >= people, found

    return the_stage_changes_in_the_middle_of_a_broadcast


def _let_go(stage: Deployed, town: Town) -> None:
    """Plan a message, agree to it, and let everybody get it once the first people have."""
    town.plan(town.order(ORDER, kind="forum"))
    stage.tick()
    assert town.head(ORDER).state == "PLANNED", town.head(ORDER)
    town.approve(ORDER)
    stage.tick()
    until(lambda: _accepted(stage), lambda count: count >= CANARY, SECONDS)
    until(lambda: town.head(ORDER).gate, lambda gate: _passed(stage, town, gate), SECONDS)


def _passed(stage: Deployed, town: Town, gate: int) -> bool:
    """Whether all chunks may go; if not, let the minute pass in which the first are waited for."""
    if gate < town.head(ORDER).chunks:
        stage.clock.forward(CANARY_SECONDS)
        stage.tick()
    return gate == town.head(ORDER).chunks


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
    last, sent = time.monotonic() + SECONDS, 0
    while not (head := town.head(ORDER)).ended_at:
        if head.state == "PAUSED":
            town.resume(ORDER)
        assert time.monotonic() < last, head
        time.sleep(LOOK_SECONDS)
        # A worker that is only slow must not be given up: time passes where nothing moves.
        before, sent = sent, _accepted(stage)
        stage.clock.forward(STEP * (before == sent))
        stage.tick()


def _reported(stage: Deployed, town: Town) -> tuple[Judgement, int]:
    """Report messages as delivered through the API gateway; judge, and say how many there were."""
    pairs = [pair for post in stage.gateway.log_lines() for pair in post["ids"].items()]
    chosen = pairs[::REPORTED]
    with ThreadPoolExecutor(LINES) as pool:
        list(pool.map(lambda pair: stage.reports(*pair), chosen))
    found = until(
        lambda: judged(town, stage.gateway.log_lines(), ORDER),
        lambda found: found.states.get("DELIVERED", 0) >= len(chosen) - found.unknown,
        SECONDS,
    )
    return found, len(chosen)
