"""This file holds the fixtures: a whole phone side in memory or on moto, with a stopped clock."""

import os
from collections.abc import Iterator

import pytest

from tests.statements import teach
from tests.world import StoppedClock, World, a_memory_world, on_moto

# Nothing here may ever reach an account of a person who runs the tests.
os.environ.update(
    AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="ap-southeast-1"
)

teach()


@pytest.fixture
def clock() -> StoppedClock:
    """A clock that stands on a Monday morning until a test moves it."""
    return StoppedClock()


@pytest.fixture
def world(clock: StoppedClock) -> World:
    """The whole phone side in memory."""
    return a_memory_world(clock)


@pytest.fixture
def dynamo(clock: StoppedClock) -> Iterator[World]:
    """The whole phone side on tables and queues under moto."""
    with on_moto(clock) as world:
        yield world


@pytest.fixture(params=["memory", "moto"])
def both(request: pytest.FixtureRequest, clock: StoppedClock) -> Iterator[World]:
    """The phone side on either twin, for what both must keep."""
    if request.param == "memory":
        yield a_memory_world(clock)
        return
    with on_moto(clock) as world:
        yield world


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that skipped anything where everything is installed (`.ci/run`)."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("OWL_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
