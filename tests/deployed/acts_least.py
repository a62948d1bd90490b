"""This file takes a few permissions away from the played stage: `make least-privilege`, short."""

from tests.deployed import least
from tests.deployed.scene import Scene


def a_permission_of_each_function_is_needed(scene: Scene) -> None:
    """Take one permission of each function away, always the same: something must fail then."""
    assert least.table(scene, few=True) == []
