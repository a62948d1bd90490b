"""This file gives tests of the stores an emulator, for what moto does not keep."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.privacy.killed import an_emulator


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an emulator that runs for this file."""
    with an_emulator(Path(tmp_path_factory.mktemp("emulator"))) as url:
        yield url
