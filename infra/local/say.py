"""This file is what the local run says in the terminal."""

import contextlib
from datetime import UTC, datetime

from chalicelib.settings import Settings
from infra.local.environment import SANDBOX_PATH
from infra.local.staff import lines

HOOKS = "/gateways/africastalking/local-secret"
KINDS = ("ussd", "ussd-events", "sms", "delivery-reports", "opt-outs")


def say(sentence: str) -> None:
    """Print a line at once. A terminal that is gone is no reason to stop saving."""
    with contextlib.suppress(OSError):
        print(sentence, flush=True)


def ready(url: str, settings: Settings) -> str:
    """Return what a newcomer needs once it runs: addresses, and what to try."""
    code, short = settings.service_code.split(",")[0], settings.short_code.split(",")[0]
    hooks = "\n".join(f"           POST {url}{HOOKS}/{kind}" for kind in KINDS)
    staff = "\n".join(f"           {line}" for line in lines())
    return f"""
ready {url}

  phone    {url}/phone   dial {code}, or text HELP to {short}
  console  {url}/console/   for staff; sign in as one of
{staff}
  webhooks, as Africa's Talking calls them:
{hooks}
  sent SMS GET  {url}/sandbox/messages?to=+85512000001
           (outgoing SMS stay here: {SANDBOX_PATH} plays Africa's Talking)

  try      {_curl(url, "ussd", _hop(code))}
           {_curl(url, "sms", _sms(short))}

Ctrl-C stops and saves. A kill -9 or a power cut loses what came since the start.
"""


def _curl(url: str, kind: str, body: str) -> str:
    return f"curl -d '{body}' {url}{HOOKS}/{kind}"


def _hop(code: str) -> str:
    code = code.replace("*", "%2A").replace("#", "%23")
    return (
        f"phoneNumber=%2B85512000001&serviceCode={code}&text=&sessionId=ATUid_1&networkCode=99999"
    )


def _sms(short: str) -> str:
    # An id of its own each time it is pasted, for a repeated one is the same message.
    at = f"{datetime.now(UTC):%Y-%m-%d+%H:%M:%S}"
    words = f"from=%2B85512000001&to={short}&text=TICKET+02122600428"
    return f"{words}&id='$(date +%s)'&date={at}"
