"""This file makes the gateways of a stage by name: one that is code, and those that are files."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.errors import NotAcceptable
from chalicelib.gateways.africastalking import NAME as CODE
from chalicelib.observe import Observer
from chalicelib.ports import Lines, SmsGateway
from chalicelib.settings import Settings
from chalicelib.telecom.routes import Routes, routes_of

Secrets = Mapping[str, Any]


def files_of(stage: Settings) -> list[str]:
    """Return the gateways of a stage that are files."""
    return sorted(routes_of(stage.gateways, stage.routes).gateways - {CODE})


def carried(stage: Settings) -> tuple[int, int]:
    """Return how many people one post may be for, and how many a second, on every route."""
    people, a_second = stage.chunk, stage.sms_a_second
    if files_of(stage):
        # Most stages have none, and their functions need not know how a file is read.
        from chalicelib.capabilities.ledger_preview import WORKERS  # noqa: PLC0415
        from chalicelib.gateways.mapping_read import mapped  # noqa: PLC0415

        for name in routes_of(stage.gateways, stage.routes).used:
            if name != CODE:
                limits = mapped(name).limits
                people = min(people, limits.recipients)
                # A post takes up to a second, and each worker has one under way.
                a_second = min(a_second, limits.a_second, WORKERS * limits.recipients)
    return people, a_second


def lines_of(
    stage: Settings, secret: Callable[[], str], seconds: Callable[[], float], observe: Observer
) -> Lines:
    """Return who sends to whom in a stage; `secret` reads the keys of its gateways.

    Raises:
        NotAcceptable: a route names a gateway that does not send, or a key is missing.
    """
    from chalicelib.gateways.lines import GatewayLines  # noqa: PLC0415 - for who sends

    routes = routes_of(stage.gateways, stage.routes)
    keys = secrets_of(secret())
    made = {name: _sender(name, stage, keys) for name in sorted(routes.gateways)}
    senders = {name: one for name, one in made.items() if one is not None}
    _complete(routes, senders)
    return GatewayLines(senders, routes, seconds, observe)


def secrets_of(raw: str) -> Secrets:
    """Return the keys by gateway, as JSON tells them, or the one key of Africa's Talking.

    Raises:
        NotAcceptable: it begins as JSON and is none.
    """
    if not raw.lstrip().startswith("{"):
        return {CODE: raw}
    try:
        told: Secrets = json.loads(raw)
    except ValueError:
        # The fault of the reader would show the secret.
        raise NotAcceptable(
            'the secret of the gateways is no JSON: write {"NAME": {"setting": "value"}}'
        ) from None
    return told


def _sender(name: str, stage: Settings, keys: Secrets) -> SmsGateway | None:
    if name == CODE:
        # The SDK costs every start of a function 150 ms, so only a sender that uses it pays.
        from chalicelib.gateways.africastalking_sender import AfricasTalking  # noqa: PLC0415

        return AfricasTalking(stage, str(keys.get(CODE, "")))
    from chalicelib.gateways.mapped_sender import MappedSender  # noqa: PLC0415 - it posts
    from chalicelib.gateways.mapping_read import mapped  # noqa: PLC0415 - as above

    mapping = mapped(name)
    if mapping.send is None and mapping.screen is None:
        return None
    told = keys.get(name, {})
    return MappedSender(mapping, told if isinstance(told, dict) else {}, stage.sender_id)


def _complete(routes: Routes, senders: Mapping[str, SmsGateway]) -> None:
    lacking = [name for name in routes.used if name not in senders]
    if lacking:
        raise NotAcceptable(
            f"OWL_ROUTES sends by {', '.join(lacking)}, which takes no SMS: name another gateway"
        )
