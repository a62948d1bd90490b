"""This file makes the stage the emulator holds: tables, queues, keys, and the demo data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import botocore.session
from botocore.config import Config

from chalicelib.settings import Settings
from chalicelib.staff import Office
from chalicelib.storage.base import Database, answering
from chalicelib.storage.key_maker import ensure_keys
from infra import stack
from infra.local.state import State

# The emulator is on this machine, but a long poll keeps a call open on purpose.
CALLS = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 2})


@dataclass(frozen=True, slots=True)
class Stage:
    """The clients of the emulator, and the queues by their name in the template."""

    sqs: Any
    queues: Mapping[str, str]


def make(endpoint: str, region: str) -> Stage:
    """Make the tables and queues that are missing.

    Raises:
        Unavailable: the emulator did not answer.
    """
    session = botocore.session.get_session()
    dynamodb, sqs = (
        session.create_client(name, region_name=region, endpoint_url=endpoint, config=CALLS)
        for name in ("dynamodb", "sqs")
    )
    with answering():
        return Stage(sqs, stack.create(dynamodb, sqs, "local"))


def fill(settings: Settings, state: State, now: datetime, say: Callable[[str], None]) -> None:
    """Make the keys that are missing, and load the demo data into an empty stage."""
    from infra.local import demo  # noqa: PLC0415 - the same

    ensure_keys(Database(settings), now, state.keys)
    office = Office(settings)
    if demo.is_empty(office):
        say("loading the demo data")
        demo.load(office, now.astimezone(ZoneInfo(settings.timezone)).date(), say)
