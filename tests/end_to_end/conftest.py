"""This file starts one local run for all tests that only speak to it."""

from collections.abc import Iterator

import pytest

from tests.end_to_end.stack import Local, running


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """A local run with its demo data, in a folder of its own."""
    with running(tmp_path_factory.mktemp("owl") / "stage") as one:
        yield one
