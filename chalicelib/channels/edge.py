"""This file is the edge: what is asked of every callback before anyone reads it, and after.

The order is fixed: the secret, the type and size, the fields, then a channel. A USSD callback
is answered with a screen whatever fails; an SMS or a report that is hopeless is answered 200,
since the gateway repeats the rest for 12 hours, and our own failure 503, since it should.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from chalicelib.channels.forwarding import Forwarding
from chalicelib.channels.sms import SmsChannel
from chalicelib.channels.ussd import Ussd
from chalicelib.errors import NotAcceptable, Unavailable
from chalicelib.observe import Gathered
from chalicelib.settings import Settings
from chalicelib.telecom.callbacks import (
    Call,
    NotServed,
    NotSigned,
    TooLarge,
    WrongMethod,
    WrongType,
)
from chalicelib.telecom.messages import DeliveryReport, OptOut, Reply, Sms, UssdEnd, UssdHop

if TYPE_CHECKING:
    from chalicelib.channels.turns import Turns

CHANNEL = "gateway"
Fields = Mapping[str, str]
Drawn = tuple[int, str, dict[str, str]]
M = TypeVar("M")
PLAIN: Mapping[str, str] = {"Content-Type": "text/plain; charset=utf-8"}


class Gateway(Protocol):
    """How one gateway's callbacks and answers look; a module or an object of `gateways`."""

    NAME: str
    ECHO_HEADER: str

    def read(self, kind: str, call: Call) -> Sequence[Fields]:
        """Return the fields of each message in a callback."""

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

    def reply(self, screen: Reply, fields: Fields) -> Drawn:
        """Return status, body and headers of a screen that answers its hop."""

    def done(self, kind: str, fields: Fields) -> Drawn:
        """Return status, body and headers that say a callback was taken."""


class Answer(NamedTuple):
    """What HTTP takes back."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = PLAIN


NO_SUCH_PAGE, OURS = Answer(404), Answer(503)
REFUSALS: Mapping[type[NotAcceptable], Answer] = {
    WrongType: Answer(415),
    TooLarge: Answer(413),
    WrongMethod: Answer(405),
    NotServed: NO_SUCH_PAGE,
    NotSigned: Answer(403),
}


class Edge:
    """The callbacks of one gateway."""

    def __init__(
        self,
        gateway: Gateway,
        admits: Callable[[str, str], bool],
        hops: Ussd,
        texts: SmsChannel,
        reports: Forwarding,
        *,
        turns: "Turns | None" = None,
    ) -> None:
        """Take the gateway, who says whether a secret is right, and where callbacks go.

        `turns` stands before `hops` where the gateway tells less than the whole transcript, or
        takes its screens later.
        """
        self.gateway, self.admits, self.turns = gateway, admits, turns
        self.hops, self.texts, self.reports = hops, texts, reports
        self.settings, self.desk, self.observe = hops.settings, hops.desk, hops.observe
        self.well = Gathered(partial(self.observe, "webhook", route="ussd", outcome="ok"))
        self.kinds: Mapping[str, Callable[[Call], Answer]] = {
            "ussd": self.ussd,
            "ussd-events": self.ussd_events,
            "sms": self.sms,
            "delivery-reports": self.delivery_reports,
            "opt-outs": self.opt_outs,
        }

    def answer(self, kind: str, call: Call) -> Answer:
        """Answer one callback; 404 where there is none of this kind."""
        take = self.kinds.get(kind)
        return take(call) if take is not None else NO_SUCH_PAGE

    def ussd(self, call: Call) -> Answer:
        """Answer one hop: a screen, whatever happens behind it."""
        try:
            if not self.admits("ussd", call.secret):
                return self._told("ussd", "secret", NO_SUCH_PAGE)
            return self._screen(call)
        except Exception as fault:  # noqa: BLE001 - the gateway ends a session without CON or END
            self.observe("webhook", route="ussd", error=type(fault).__name__)
            if self.turns is not None and self.turns.later:
                return OURS
            return self._drawn(self.hops.refused("failed"), {})

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
        fields: dict[str, str] = {}
        try:
            fields = dict(*self.gateway.read("ussd", call)[:1])
            hop = self.gateway.parse_hop(fields, echo, self.settings)
        except NotAcceptable as fault:
            why = type(fault).__name__
            if type(fault) in REFUSALS:
                return self._told("ussd", why, REFUSALS[type(fault)])
            return self._drawn(self.hops.refused(why), fields)
        return self._answered(hop, fields)

    def _answered(self, hop: UssdHop, fields: Fields) -> Answer:
        if hop.state == "end":
            try:
                self._ended(UssdEnd(hop.party, hop.session_id, hop.service_code, hop.text))
            except Unavailable:
                return self._told("ussd", "unavailable", OURS)
            screen = None
        else:
            screen = self.turns.answer(hop) if self.turns is not None else self.hops.answer(hop)
        drawn = self._done("ussd", fields) if screen is None else self._drawn(screen, fields)
        self.well.one_more()
        return drawn

    def _drawn(self, screen: Reply, fields: Fields) -> Answer:
        return Answer(*self.gateway.reply(screen, fields))

    def _taken(
        self,
        kind: str,
        call: Call,
        parse: Callable[[Fields, Settings], M],
        take: Callable[[M], None],
    ) -> Answer:
        fields: Fields = {}
        try:
            if not self.admits(kind, call.secret):
                return self._told(kind, "secret", NO_SUCH_PAGE)
            try:
                every = self.gateway.read(kind, call)
            except NotAcceptable as fault:
                done = REFUSALS.get(type(fault)) or self._done(kind, fields)
                return self._told(kind, type(fault).__name__, done)
            for fields in every:
                try:
                    message = parse(fields, self.settings)
                except NotAcceptable as fault:
                    self._told(kind, type(fault).__name__, self._done(kind, fields))
                    continue
                take(message)
        except Exception as fault:  # noqa: BLE001 - whatever it is, the gateway should repeat it
            self.observe("webhook", route=kind, error=type(fault).__name__)
            return OURS
        self.observe("webhook", route=kind, outcome="ok", n=1)
        return self._done(kind, fields)

    def _done(self, kind: str, fields: Fields) -> Answer:
        return Answer(*self.gateway.done(kind, fields))

    def _told(self, kind: str, why: str, answer: Answer) -> Answer:
        self.observe("webhook", route=kind, outcome=why, status=answer.status)
        return answer

    def _ended(self, end: UssdEnd) -> None:
        if end.service_code in self.settings.service_codes:
            self.hops.ended(self.turns.whole(end) if self.turns is not None else end)
        else:
            self.observe("webhook", route="ussd-events", outcome="not_our_code")

    def _opted_out(self, opt_out: OptOut) -> None:
        self.desk.commit([self.desk.opting(opt_out.party, out=True, channel=CHANNEL)])
