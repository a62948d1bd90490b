"""This file is the edge: what is asked of every callback before anyone reads it, and after.

The order is fixed: the secret, the type and size, the fields, then a channel. A USSD callback
is answered with a screen whatever fails; an SMS or a report that is hopeless is answered 200,
since the gateway repeats the rest for 12 hours, and our own failure 503, since it should.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from chalicelib.channels.delivery import Forwarding
from chalicelib.channels.forms import TooLarge, WrongType, fields
from chalicelib.channels.sms import SmsChannel
from chalicelib.channels.ussd import Ussd
from chalicelib.errors import NotAcceptable
from chalicelib.settings import Settings
from chalicelib.telecom.messages import DeliveryReport, OptOut, Reply, Sms, UssdEnd, UssdHop

CHANNEL = "gateway"
Fields = Mapping[str, str]
M = TypeVar("M")
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


class Gateway(Protocol):
    """How one gateway's fields and answers look; a module of `gateways`."""

    ECHO_HEADER: str
    FIELDS: frozenset[str]

    def parse_hop(self, fields: Fields, echo: str, settings: Settings) -> UssdHop:
        """Return one hop."""

    def parse_end(self, fields: Fields, settings: Settings) -> UssdEnd:
        """Return the end of a session."""

    def parse_sms(self, fields: Fields, settings: Settings) -> Sms:
        """Return one SMS."""

    def parse_report(self, fields: Fields, settings: Settings) -> DeliveryReport:
        """Return one delivery report."""

    def parse_opt_out(self, fields: Fields, settings: Settings) -> OptOut:
        """Return who opted out."""

    def reply(self, screen: Reply) -> tuple[str, dict[str, str]]:
        """Return the body and headers of a screen."""


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """One callback as HTTP brought it. Header names are asked for in lower case."""

    secret: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What HTTP takes back."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=PLAIN.copy)


DONE, NO_SUCH_PAGE, OURS = Answer(200), Answer(404), Answer(503)
REFUSALS: Mapping[type[NotAcceptable], Answer] = {WrongType: Answer(415), TooLarge: Answer(413)}


class Edge:
    """The callbacks of one gateway."""

    def __init__(
        self,
        gateway: Gateway,
        admits: Callable[[str, str], bool],
        hops: Ussd,
        texts: SmsChannel,
        reports: Forwarding,
    ) -> None:
        """Take the gateway, who says whether a secret is right, and where callbacks go."""
        self.gateway, self.admits = gateway, admits
        self.hops, self.texts, self.reports = hops, texts, reports
        self.settings, self.desk, self.observe = hops.settings, hops.desk, hops.observe

    def ussd(self, call: Call) -> Answer:
        """Answer one hop: a screen, whatever happens behind it."""
        try:
            if not self.admits("ussd", call.secret):
                return self._told("ussd", "secret", NO_SUCH_PAGE)
            return self._screen(call)
        except Exception as fault:  # noqa: BLE001 - the gateway ends a session without CON or END
            self.observe("webhook", route="ussd", error=type(fault).__name__)
            return self._drawn(self.hops.refused("failed"))

    def ussd_events(self, call: Call) -> Answer:
        """Count a session that is over."""
        return self._taken("ussd-events", call, self.gateway.parse_end, self._ended)

    def sms(self, call: Call) -> Answer:
        """Answer one SMS; the reply is another message, sent later."""
        return self._taken("sms", call, self.gateway.parse_sms, self.texts.receive)

    def delivery_reports(self, call: Call) -> Answer:
        """Pass on what became of a message."""
        parse, forward = self.gateway.parse_report, self.reports.forward
        return self._taken("delivery-reports", call, parse, forward)

    def opt_outs(self, call: Call) -> Answer:
        """Store that the operator was told STOP."""
        return self._taken("opt-outs", call, self.gateway.parse_opt_out, self._opted_out)

    def _screen(self, call: Call) -> Answer:
        echo = call.headers.get(self.gateway.ECHO_HEADER, "")
        try:
            hop = self.gateway.parse_hop(self._fields(call), echo, self.settings)
        except NotAcceptable as fault:
            why = type(fault).__name__
            if type(fault) in REFUSALS:
                return self._told("ussd", why, REFUSALS[type(fault)])
            return self._drawn(self.hops.refused(why))
        return self._answered(hop)

    def _answered(self, hop: UssdHop) -> Answer:
        drawn = self._drawn(self.hops.answer(hop))
        self.observe("webhook", route="ussd", outcome="ok")
        return drawn

    def _drawn(self, screen: Reply) -> Answer:
        body, headers = self.gateway.reply(screen)
        return Answer(200, body, headers)

    def _taken(
        self,
        kind: str,
        call: Call,
        parse: Callable[[Fields, Settings], M],
        take: Callable[[M], None],
    ) -> Answer:
        try:
            if not self.admits(kind, call.secret):
                return self._told(kind, "secret", NO_SUCH_PAGE)
            try:
                message = parse(self._fields(call), self.settings)
            except NotAcceptable as fault:
                return self._told(kind, type(fault).__name__, REFUSALS.get(type(fault), DONE))
            take(message)
        except Exception as fault:  # noqa: BLE001 - whatever it is, the gateway should repeat it
            self.observe("webhook", route=kind, error=type(fault).__name__)
            return OURS
        self.observe("webhook", route=kind, outcome="ok")
        return DONE

    def _told(self, kind: str, why: str, answer: Answer) -> Answer:
        self.observe("webhook", route=kind, outcome=why, status=answer.status)
        return answer

    def _fields(self, call: Call) -> Fields:
        return fields(call.body, call.headers, self.gateway.FIELDS)

    def _ended(self, end: UssdEnd) -> None:
        if end.service_code in self.settings.service_codes:
            self.hops.ended(end)
        else:
            self.observe("webhook", route="ussd-events", outcome="not_our_code")

    def _opted_out(self, opt_out: OptOut) -> None:
        self.desk.commit([self.desk.opting(opt_out.party, out=True, channel=CHANNEL)])
