"""This file reads the gateway's API key where AWS keeps secrets; only the sender may."""

from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import Unavailable
from chalicelib.storage.base import Database

SECONDS, ATTEMPTS = 3.0, 3


def api_key(database: Database, name: str) -> str:
    """Return a secret by its name or ARN.

    Raises:
        Unavailable: it could not be read, or nobody has put it in yet.
    """
    retries: Any = {"total_max_attempts": ATTEMPTS, "mode": "standard"}
    waits = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries=retries)
    client = database.client_of("secretsmanager", config=waits)
    try:
        value: str = client.get_secret_value(SecretId=name)["SecretString"]
    except (BotoCoreError, ClientError, KeyError) as fault:
        raise Unavailable(f"no API key of the gateway: {type(fault).__name__}") from None
    return value.strip()
