"""This file asks Africa's Talking for the balance of an account, for who looks after a stage.

Its application API answers `{"UserData": {"balance": "USD 12.3400"}}`:
https://developers.africastalking.com/docs/application
"""

import re
from decimal import Decimal

import urllib3

from chalicelib.errors import Unavailable
from chalicelib.settings import Settings

SANDBOX = "sandbox"
LIVE_URL = "https://api.africastalking.com/version1"
SANDBOX_URL = "https://api.sandbox.africastalking.com/version1"
WAIT = urllib3.Timeout(connect=5, read=15)
AMOUNT = re.compile(r"([A-Z]{3}) (-?[0-9]+(?:\.[0-9]+)?)")
FINE = 200


def balance(settings: Settings, key: str) -> tuple[str, Decimal]:
    """Return the currency and amount that the account of a stage holds.

    Raises:
        Unavailable: the gateway did not tell; nothing of its answer is in the message.
    """
    name = settings.gateway_username
    base = settings.gateway_url or (SANDBOX_URL if name == SANDBOX else LIVE_URL)
    headers = {"apiKey": key, "Accept": "application/json"}
    try:
        with urllib3.PoolManager(timeout=WAIT, retries=False) as pool:
            answer = pool.request(
                "GET", f"{base}/user", fields={"username": name}, headers=headers, redirect=False
            )
            if answer.status != FINE:
                raise Unavailable(f"the gateway tells no balance (HTTP {answer.status})")
            told = str(answer.json()["UserData"]["balance"])
    except (urllib3.exceptions.HTTPError, ValueError, KeyError, TypeError) as fault:
        raise Unavailable(f"the gateway tells no balance ({type(fault).__name__})") from None
    found = AMOUNT.fullmatch(told)
    if not found:
        raise Unavailable("the gateway tells a balance that cannot be read")
    return found[1], Decimal(found[2])
