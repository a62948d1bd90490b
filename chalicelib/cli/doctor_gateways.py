"""This file looks at the gateways of a stage: their files, and whether each can be reached."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.cli.doctor_findings import WRONG, Finding, Stage
from chalicelib.gateways.health import healths
from chalicelib.settings import Settings

DO = "from here; look at its dashboard, then at the log of the sender for `failover`"


def gateways(there: Stage, _now: datetime) -> Iterator[Finding]:
    """Can each gateway be reached? Nothing is posted, and no key is read."""
    for name, state, said in healths(Settings.of(there.cloud.variables("sender"))):
        yield Finding(f"gateway {name}", state, said, DO if state == WRONG else "")


CHECKS = {"gateways": gateways}
