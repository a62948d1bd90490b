"""This file takes a few permissions away from the played stage: `make least-privilege`, short."""

from datetime import timedelta

from tests.deployed import least
from tests.deployed.scene import Scene
from tests.gateways.callbacks import TICK

FIRST_DAYS = 2


def a_permission_of_each_function_is_needed(scene: Scene) -> None:
    """Take one permission of each function away, always the same: something must fail then."""
    stage = scene.stage
    # A month begins, since the probes let days pass and the keys of a month last no longer.
    month_on = stage.clock.now().replace(day=28) + timedelta(days=4)
    at = month_on.replace(day=FIRST_DAYS)
    stage.clock.forward((at - stage.clock.now()).total_seconds())
    stage.invoke("tally", TICK)
    assert least.table(scene, few=True) == []
