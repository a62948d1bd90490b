"""This file stands before the gateways of a stage: it asks one, and another where none took it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.gateways.answers import NOT_A_NUMBER
from chalicelib.gateways.mapping import DEFERRED, UNKNOWN
from chalicelib.observe import Observer
from chalicelib.ports import SmsGateway
from chalicelib.telecom import msisdn
from chalicelib.telecom.messages import BulkResult, SendResult
from chalicelib.telecom.routes import Routes

# A function has 45 seconds, and the next post may take 23 of them.
SOON = 3.5
# The gateway knows its own limits best; what cannot go to it goes to nobody else.
NOT_ELSEWHERE = frozenset({"not_for_this_gateway"})


@dataclass(frozen=True, slots=True)
class GatewayLines:
    """See `ports.Lines`. A message goes on only where the gateway before took surely nothing."""

    gateways: Mapping[str, SmsGateway]
    routes: Routes
    seconds: Callable[[], float]
    observe: Observer

    @property
    def name(self) -> str:
        """The gateway that all else goes to."""
        return self.routes.names("")[0]

    def reply(self, address: str, text: str, via: str) -> SendResult:
        """Post an SMS once, by the gateway that its cause came through where that one sends."""
        route = self.routes.of(_network(address))
        names = self.routes.names(route)
        if via in self.gateways and ":" not in address:
            names = [via, *(one for one in names if one != via)]
        answer = self._asked(names, [address], text)
        found = answer.by_number.get(address)
        if found is not None:
            return found
        return SendResult(answer.outcome, reason=answer.reason, posted=answer.posted)

    def show(self, address: str, text: str, told: Mapping[str, str]) -> SendResult:
        """Post a screen of a session once, to the gateway that it is told of."""
        gateway = self.gateways.get(told.get("gateway", ""))
        show = getattr(gateway, "show", None)
        result: SendResult = NOT_A_NUMBER if show is None else show(address, text, told)
        return result

    def send_many(self, addresses: Sequence[str], text: str, route: str) -> BulkResult:
        """Post one text for many once along a route, and classify the answer for each."""
        return self._asked(self.routes.names(route), addresses, text)

    def _asked(self, names: Sequence[str], addresses: Sequence[str], text: str) -> BulkResult:
        began = self.seconds()
        answer = BulkResult(DEFERRED, reason="no_gateway", posted=False)
        for at, name in enumerate(names):
            if at and (self.seconds() - began > SOON or answer.reason in NOT_ELSEWHERE):
                break
            gateway = self.gateways.get(name)
            if gateway is None:
                continue
            if at:
                self.observe("failover", kind=name, outcome=answer.reason)
            answer = self._posted(gateway, addresses, text)
            if answer.outcome != DEFERRED:
                break
        return answer

    def _posted(self, gateway: SmsGateway, addresses: Sequence[str], text: str) -> BulkResult:
        """Post once. A fault of the gateway's own code may have come after the post."""
        try:
            return replace(gateway.send_many(addresses, text), gateway=gateway.name)
        except Exception as fault:  # noqa: BLE001 - after a post, every fault is doubt
            self.observe("post_failed", error=type(fault).__name__)
            return BulkResult(UNKNOWN, reason="fault", gateway=gateway.name)


def _network(address: str) -> str:
    name, is_masked, _ = address.partition(":")
    return name if is_masked else msisdn.network(address)
