"""This file holds the neutral messages that every gateway is translated to and from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.telecom.msisdn import network

# Whose ids are phone numbers. Every key of a person is made with this word, which was the first
# gateway's name: another would make strangers of all.
NUMBERS = "africastalking"


@dataclass(frozen=True, slots=True)
class Party:
    """Who is at the other end: an id opaque to us, and the E.164 number where the gateway tells it.

    Some gateways mask numbers, so nothing may key on `msisdn` alone. `gateway` is whose the id is:
    `NUMBERS`, or the one gateway that can reach a masked id. `via` is the one that spoke of it.
    """

    gateway: str
    id: str
    msisdn: str | None = None
    via: str = field(default="", compare=False)

    @property
    def address(self) -> str:
        """What the sender is given: a number in E.164, or a masked id behind its gateway's name."""
        if self.msisdn is not None or self.gateway == NUMBERS:
            return self.msisdn or self.id
        return f"{self.gateway}:{self.id}"

    @property
    def network(self) -> str:
        """The network by prefix; of a masked id its gateway's name, which is all that is known."""
        address = self.address
        return network(address) if ":" not in address else self.gateway

    def __repr__(self) -> str:
        """Never show the number: reprs end up in logs and tracebacks."""
        return f"Party({self.gateway}, masked)"


class UssdHop(NamedTuple):
    """One request of a USSD session. `text` is everything typed so far, joined by `*`.

    Where the gateway tells the last input only, `text` is that, until the transcript is put in its
    place. `turn` is the gateway's id of the request, `state` its word on where the session is:
    `start`, `continue`, `end`, or nothing.
    """

    party: Party
    session_id: str
    service_code: str
    text: str
    echo: str = ""
    turn: str = ""
    state: str = ""

    def __repr__(self) -> str:
        """Never show what was typed."""
        return "<UssdHop>"


@dataclass(frozen=True, slots=True, repr=False)
class UssdEnd:
    """The gateway's word that a session is over."""

    party: Party
    session_id: str
    service_code: str
    text: str


class Reply(NamedTuple):
    """One USSD screen. `end` closes the session; `echo` comes back with the next hop."""

    text: str
    end: bool
    echo: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Sms:
    """One SMS from a phone. `id` is the gateway's, or empty where it sends none."""

    party: Party
    id: str
    short_code: str
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class DeliveryReport:
    """What became of one message: `status` is a word of `capabilities.delivery`.

    `party` is the number it names, or None where the report carries none we accept. `unnamed` says
    that the gateway never names one.
    """

    gateway: str
    message_id: str
    status: str
    reason: str
    party: Party | None
    unnamed: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class OptOut:
    """The operator says that this party wants no more messages."""

    party: Party


@dataclass(frozen=True, slots=True)
class SendResult:
    """What one POST to a gateway came to, for one recipient.

    `outcome` is `accepted`, `rejected`, `deferred` (surely not accepted, may be tried again)
    or `unknown` (accepted or not: nobody can say). `cost` is the gateway's own string. `posted`
    is False where no connection ever stood, so that nothing can have been sent.
    """

    outcome: str
    message_id: str = ""
    reason: str = ""
    cost: str = ""
    posted: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class BulkResult:
    """What one POST to a gateway came to, for the many it was for.

    `outcome` is `answered`, where `by_number` says what became of each number it names, or as in
    `SendResult` for all of them: `rejected`, `deferred`, `unknown`. `extra` counts numbers that
    were named and not asked for. `gateway` is who answered, where several stand in line.
    """

    outcome: str
    by_number: Mapping[str, SendResult] = field(default_factory=dict)
    reason: str = ""
    posted: bool = True
    retry_after: float = 0.0
    extra: int = 0
    gateway: str = ""
