"""This file wires the edge of each gateway of a stage: the one that is code, and those of files."""

import secrets
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from chalicelib.channels.edge import NO_SUCH_PAGE, Answer, Edge
from chalicelib.channels.forwarding import Forwarding
from chalicelib.channels.sms import SmsChannel
from chalicelib.channels.ussd import Ussd
from chalicelib.dialog.render import Medium
from chalicelib.gateways import africastalking
from chalicelib.gateways.made import files_of
from chalicelib.storage.keys import WEBHOOKS, KeyRing, secrets_row
from chalicelib.telecom.budget import Profile
from chalicelib.telecom.callbacks import Call
from chalicelib.telecom.routes import routes_of

if TYPE_CHECKING:
    from chalicelib.gateways.mapped import MappedGateway


class Edges:
    """The callbacks of a stage, by the name of the gateway in their address."""

    def __init__(self, hops: Ussd, texts: SmsChannel, reports: Forwarding, keys: KeyRing) -> None:
        """Take where callbacks go, and the keys that know every gateway's secrets."""
        self.hops, self.texts, self.reports, self.keys = hops, texts, reports, keys
        stage = hops.settings
        self.by_name = {name: self._of_file(name) for name in files_of(stage)}
        if africastalking.NAME in routes_of(stage.gateways, stage.routes).gateways:
            admits = partial(self._admits, WEBHOOKS)
            self.by_name[africastalking.NAME] = Edge(africastalking, admits, hops, texts, reports)

    def answer(self, gateway: str, kind: str, call: Call) -> Answer:
        """Answer one callback of a gateway; 404 where the stage has none of that name."""
        edge = self.by_name.get(gateway)
        return edge.answer(kind, call) if edge is not None else NO_SUCH_PAGE

    def of(self, gateway: "MappedGateway", admits: Callable[[str, str], bool]) -> Edge:
        """Return the edge of a gateway that is a file."""
        # Most stages have no such gateway, and start without what keeps its sessions.
        from chalicelib.channels.turns import Turns  # noqa: PLC0415

        hops = self._hops(gateway.mapping.limits)
        later, kept = gateway.answers_later, gateway.keeps_transcript
        turns = Turns(hops, lambda: secrets.token_hex(8), later=later) if later or kept else None
        return Edge(gateway, admits, hops, self.texts, self.reports, turns=turns)

    def _of_file(self, name: str) -> Edge:
        # As above, without what reads one.
        from chalicelib.gateways.mapped import MappedGateway  # noqa: PLC0415
        from chalicelib.gateways.mapping_read import mapped  # noqa: PLC0415

        row, url = secrets_row(name), self.hops.settings.public_url
        gateway = MappedGateway(mapped(name), lambda: self.keys.now().settings(row), url)
        return self.of(gateway, partial(self._admits, row))

    def _admits(self, row: str, kind: str, secret: str) -> bool:
        return secret.isascii() and self.keys.admits(kind, secret, row)

    def _hops(self, limits: Any) -> Ussd:
        """Return the USSD channel for what one gateway carries."""
        hops = self.hops
        shows = limits.unicode and hops.settings.unicode
        medium = Medium(Profile(limits.septets, limits.units, shows, limits.prefix))
        whole = (hops.conversation, hops.shelf, hops.flood, hops.echo_key, hops.observe)
        return Ussd(*whole, medium=medium)
