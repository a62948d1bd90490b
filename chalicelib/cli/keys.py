"""This file is `owl keys`: the addresses that the gateway calls, and keys made anew."""

import click

from chalicelib.capabilities.audit import Deed
from chalicelib.cli import stage
from chalicelib.cli.cloud import Cloud
from chalicelib.cli.contacts import contacts
from chalicelib.cli.options import as_option, json_option, printed
from chalicelib.errors import NotAcceptable
from chalicelib.gateways import africastalking
from chalicelib.gateways.mapping_read import mapped
from chalicelib.gateways.templates import names_in
from chalicelib.settings import LOCAL
from chalicelib.staff import Office
from chalicelib.storage.keys import WEBHOOKS, secrets_row
from chalicelib.storage.webhook_secrets import WebhookSecrets
from chalicelib.telecom.routes import routes_of

# Where the gateway's dashboard wants each.
PLACES = {
    "ussd": "USSD, service codes, callback",
    "ussd-events": "USSD, service codes, events",
    "sms": "SMS, callback URLs, incoming messages",
    "delivery-reports": "SMS, callback URLs, delivery reports",
    "opt-outs": "SMS, callback URLs, bulk opt-out",
}
gateway_option = click.option(
    "--gateway", default=africastalking.NAME, help="Whose callbacks; Africa's Talking's if none."
)


@click.group()
def keys() -> None:
    """Callbacks: the addresses for the gateway's dashboard, and new secrets; the contacts key."""


keys.add_command(contacts)


@keys.command()
@gateway_option
@json_option
def callbacks(gateway: str, *, as_json: bool) -> None:
    """Print the address of each callback, newest secret, as the gateway's dashboard wants it.

    Whoever has one can speak as the gateway: send it to nobody, and clear the screen.
    """
    side = stage.staff_side()
    newest = dict(_secrets(side, gateway).valid())
    base = _base(side)
    rows = [
        {"kind": kind, "place": place, "url": _address(base, gateway, kind, newest)}
        for kind, place in _places(gateway).items()
    ]
    lines = [f"{row['place']}:\n  {row['url']}" for row in rows]
    printed(lines, rows, as_json=as_json)


@keys.command()
@gateway_option
@as_option
def renew(gateway: str, as_: str | None) -> None:
    """Make a second secret for every callback; the first stays valid until `retire`."""
    side = stage.staff_side()
    who = stage.who(side, as_)
    new = _secrets(side, gateway).begin()
    side.audit.note(Deed(who, "renew callbacks", {"secrets": len(new)}))
    click.echo("Both secrets of each callback are valid. Put the new addresses into the dashboard")
    click.echo("(`owl keys callbacks`), see callbacks come, then `owl keys retire`.")


@keys.command()
@gateway_option
@as_option
def retire(gateway: str, as_: str | None) -> None:
    """Let only the newest secret of each callback be valid, within ten minutes."""
    side = stage.staff_side()
    who = stage.who(side, as_)
    count = _secrets(side, gateway).retire()
    side.audit.note(Deed(who, "retire callbacks", {"secrets": count}))
    click.echo(f"{count} older secrets are not valid any more; functions know within ten minutes.")


@keys.command()
@click.argument("name")
@gateway_option
@as_option
def sign(name: str, gateway: str, as_: str | None) -> None:
    """Keep NAME, with which a gateway signs its callbacks, as auth_token of Twilio; it is asked.

    Until it is there, every callback that should be signed is refused.
    """
    side = stage.staff_side()
    who = stage.who(side, as_)
    secrets = _secrets(side, gateway)
    rule = None if gateway == africastalking.NAME else mapped(gateway).signature
    names = names_in(rule.key) if rule is not None else []
    if name not in names:
        raise NotAcceptable(f"{gateway} signs with {', '.join(names) or 'nothing'}, not '{name}'")
    value = click.prompt(name, hide_input=True)
    if not value.isprintable() or not value.strip():
        raise NotAcceptable(f"{name} must be one line of text")
    secrets.keep(name, value.strip())
    side.audit.note(Deed(who, "keep a signing key", {"secrets": 1}))
    click.echo(f"{name} is kept; functions know within ten minutes.")


def _secrets(side: Office, gateway: str) -> WebhookSecrets:
    """Return the secrets of a gateway of the stage.

    Raises:
        NotAcceptable: the stage has no such gateway.
    """
    known = routes_of(side.settings.gateways, side.settings.routes).gateways
    if gateway not in known:
        raise NotAcceptable(f"no gateway '{gateway}' here: OWL_GATEWAYS is {', '.join(known)}")
    is_code = gateway == africastalking.NAME
    return WebhookSecrets(side.database, WEBHOOKS if is_code else secrets_row(gateway))


def _places(gateway: str) -> dict[str, str]:
    """Return the callbacks that a gateway makes, with where its dashboard wants each."""
    if gateway == africastalking.NAME:
        return PLACES
    return {kind: f"{gateway}, {kind}" for kind in mapped(gateway).inbound}


def _address(base: str, gateway: str, kind: str, newest: dict[str, str]) -> str:
    secret = newest.get(kind) or newest["*"]
    return f"{base}/gateways/{gateway}/{secret}/{kind}"


def _base(side: Office) -> str:
    if side.settings.stage == LOCAL:
        return stage.url()
    return Cloud(side.settings.stage).outputs()["EndpointURL"].rstrip("/")
