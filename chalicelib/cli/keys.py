"""This file is `owl keys`: the addresses that the gateway calls, and their secrets made anew."""

import click

from chalicelib.capabilities.audit import Deed
from chalicelib.cli import stage
from chalicelib.cli.cloud import Cloud
from chalicelib.cli.options import as_option, json_option, printed
from chalicelib.gateways import africastalking
from chalicelib.settings import LOCAL
from chalicelib.staff import Office
from chalicelib.storage.key_maker import WEBHOOK_KINDS
from chalicelib.storage.webhook_secrets import WebhookSecrets

# Where the gateway's dashboard wants each.
PLACES = {
    "ussd": "USSD, service codes, callback",
    "ussd-events": "USSD, service codes, events",
    "sms": "SMS, callback URLs, incoming messages",
    "delivery-reports": "SMS, callback URLs, delivery reports",
    "opt-outs": "SMS, callback URLs, bulk opt-out",
}


@click.group()
def keys() -> None:
    """Callbacks: the addresses for the gateway's dashboard, and new secrets for them."""


@keys.command()
@json_option
def callbacks(*, as_json: bool) -> None:
    """Print the address of each callback, newest secret, as the gateway's dashboard wants it.

    Whoever has one can speak as the gateway: send it to nobody, and clear the screen.
    """
    side = stage.staff_side()
    newest = dict(WebhookSecrets(side.database).valid())
    base = _base(side)
    rows = [
        {"kind": kind, "place": PLACES[kind], "url": _address(base, kind, newest)}
        for kind in WEBHOOK_KINDS
    ]
    lines = [f"{row['place']}:\n  {row['url']}" for row in rows]
    printed(lines, rows, as_json=as_json)


@keys.command()
@as_option
def renew(as_: str | None) -> None:
    """Make a second secret for every callback; the first stays valid until `retire`."""
    side = stage.staff_side()
    who = stage.who(side, as_)
    new = WebhookSecrets(side.database).begin()
    side.audit.note(Deed(who, "renew callbacks", {"secrets": len(new)}))
    click.echo("Both secrets of each callback are valid. Put the new addresses into the dashboard")
    click.echo("(`owl keys callbacks`), see callbacks come, then `owl keys retire`.")


@keys.command()
@as_option
def retire(as_: str | None) -> None:
    """Let only the newest secret of each callback be valid, within ten minutes."""
    side = stage.staff_side()
    who = stage.who(side, as_)
    count = WebhookSecrets(side.database).retire()
    side.audit.note(Deed(who, "retire callbacks", {"secrets": count}))
    click.echo(f"{count} older secrets are not valid any more; functions know within ten minutes.")


def _address(base: str, kind: str, newest: dict[str, str]) -> str:
    secret = newest.get(kind) or newest["*"]
    return f"{base}/gateways/{africastalking.NAME}/{secret}/{kind}"


def _base(side: Office) -> str:
    if side.settings.stage == LOCAL:
        return stage.url()
    return Cloud(side.settings.stage).outputs()["EndpointURL"].rstrip("/")
