"""This file makes the environment of a local run: the user's settings, and nothing that leaves."""

import os
from collections.abc import Mapping, MutableMapping

from infra.local.state import State

SANDBOX_KEY = "sandbox-key"
SANDBOX_PATH = "/sandbox/version1"
OURS_ONLY = "127.0.0.1,localhost"
# Stands in place of everything the user's environment says of an AWS account.
AWS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
# One person at a keyboard, or a script, types faster than any phone.
HOPS_A_NUMBER = "1000"
TOLD = (*AWS, "AWS_DEFAULT_REGION", "NO_PROXY", "no_proxy")


def local(environ: Mapping[str, str], state: State, url: str) -> dict[str, str]:
    """Return the environment of a local run that serves at `url`.

    Every `OWL_` setting of the user counts, but those that say where things are: a local run
    speaks to its own emulator and its own pretend gateway.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith("AWS_")}
    region = environ.get("OWL_REGION", "ap-southeast-1")
    proxies = ",".join(filter(None, [environ.get("NO_PROXY"), OURS_ONLY]))
    return {
        "OWL_CLOCK_FILE": str(state.clock),
        "OWL_HOPS_A_NUMBER": HOPS_A_NUMBER,
        # The people of the demo have no phone to take codes from.
        "OWL_SECOND_FACTOR": "off",
        **kept,
        **AWS,
        "AWS_DEFAULT_REGION": region,
        "NO_PROXY": proxies,
        "no_proxy": proxies,
        "OWL_STAGE": "local",
        "OWL_GATEWAY_URL": url + SANDBOX_PATH,
        "OWL_GATEWAY_KEY": SANDBOX_KEY,
        "OWL_GATEWAY_KEY_SECRET": "",
    }


def replace(environ: MutableMapping[str, str], wanted: Mapping[str, str]) -> None:
    """Make an environment what is wanted; the user's AWS account goes."""
    for name in [name for name in environ if name not in wanted]:
        del environ[name]
    environ.update(wanted)


def stack(endpoint: str, queues: Mapping[str, str], staff: tuple[str, str]) -> dict[str, str]:
    """Return what is known once the emulator runs: where the tables, queues and staff are."""
    return {
        "OWL_ENDPOINT": endpoint,
        "OWL_QUEUE_OUTBOX": queues["OutboxQueue"],
        "OWL_QUEUE_CHUNKS": queues["ChunksQueue"],
        "OWL_QUEUE_REPORTS": queues["ReportsQueue"],
        "OWL_USER_POOL": staff[0],
        "OWL_USER_POOL_CLIENT": staff[1],
    }


def told(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the part of the environment that `owl` needs, for `run.json`."""
    return {
        name: value
        for name, value in sorted(environ.items())
        if name in TOLD or name.startswith("OWL_")
    }
