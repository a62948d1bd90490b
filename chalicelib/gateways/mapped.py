"""This file translates the callbacks of a gateway that a mapping file describes."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.errors import NotAcceptable
from chalicelib.gateways import bodies, templates
from chalicelib.gateways.africastalking import MESSAGE_ID, UNKNOWN, FieldMissing, NotAMessageId
from chalicelib.gateways.mapping import FORM, LAST, MASKED, Answer, GatewayMap, Inbound
from chalicelib.gateways.signatures import is_signed, sorted_fields
from chalicelib.settings import Settings
from chalicelib.telecom import msisdn
from chalicelib.telecom.callbacks import Call, NotServed, NotSigned, WrongMethod
from chalicelib.telecom.messages import (
    NUMBERS,
    DeliveryReport,
    OptOut,
    Party,
    Reply,
    Sms,
    UssdEnd,
    UssdHop,
)

Fields = Mapping[str, str]
# What a masked id may be made of; it is opaque to us, and goes back as it came.
MASKED_ID = re.compile(r"[!-~]{1,200}")
STATES = frozenset({"start", "continue", "end"})
STATUSES = frozenset({"accepted", "delivered", "failed"})
CONTINUES, ENDS = "continue", "end"


class NotAnId(NotAcceptable):
    """A masked id is none that its gateway could have made."""


class MappedGateway:
    """See `channels.edge.Gateway`."""

    ECHO_HEADER = ""

    def __init__(
        self, mapping: GatewayMap, keys: Callable[[], Mapping[str, str]], public_url: str
    ) -> None:
        """Take the file, what its signatures are made with, and the address the world knows."""
        self.mapping, self.keys, self.public_url = mapping, keys, public_url
        self.NAME = mapping.name
        self.answers_later = mapping.screen is not None
        self.keeps_transcript = mapping.ussd is not None and mapping.ussd.text == LAST

    def read(self, kind: str, call: Call) -> Sequence[Fields]:
        """Return the fields of each message in a callback.

        Raises:
            NotAcceptable: it is none that this gateway makes.
        """
        inbound = self.mapping.inbound.get(kind)
        if inbound is None:
            raise NotServed(f"{self.NAME} makes no callback of the kind {kind}")
        if call.method != inbound.method:
            raise WrongMethod(f"this gateway asks with {inbound.method}")
        tree = bodies.read(call, inbound.type)
        self._signed(call, tree if inbound.type == FORM else {})
        return [_fields(inbound, one) for one in bodies.listed(tree, inbound.each)]

    def parse_hop(self, fields: Fields, echo: str, settings: Settings) -> UssdHop:
        """Return one hop; `text` is the last input where the gateway tells no more."""
        state = fields.get("state", "")
        text = fields.get("text", "")
        ussd = self.mapping.ussd
        if ussd is not None and not self.keeps_transcript and ussd.separator != "*":
            text = text.replace(ussd.separator, "*")
        return UssdHop(
            party=self._party(_needed(fields, "party"), settings),
            session_id=f"{self.NAME}/{_needed(fields, 'session')}",
            service_code=fields.get("service", settings.service_code.split(",")[0]),
            text=text,
            echo=echo,
            turn=fields.get("hop", ""),
            state=state if state in STATES else "",
        )

    def parse_end(self, fields: Fields, settings: Settings) -> UssdEnd:
        """Return the word that a session is over."""
        hop = self.parse_hop(fields, "", settings)
        return UssdEnd(hop.party, hop.session_id, hop.service_code, hop.text)

    def parse_sms(self, fields: Fields, settings: Settings) -> Sms:
        """Return one SMS. Ids of two gateways may be alike, so the gateway's name is in it."""
        message_id = fields.get("id", "")
        return Sms(
            party=self._party(fields.get("party", ""), settings),
            id=f"{self.NAME}/{message_id}" if message_id else "",
            short_code=fields.get("to", settings.short_code.split(",")[0]),
            text=fields.get("text", ""),
        )

    def parse_report(self, fields: Fields, settings: Settings) -> DeliveryReport:
        """Return what became of a message; words that the file does not know are `unknown`."""
        message_id = fields.get("id", "")
        if not MESSAGE_ID.fullmatch(message_id):
            raise NotAMessageId("a delivery report without the id of a message")
        status, reason = fields.get("status", ""), fields.get("reason", "")
        reports = self.mapping.delivery_reports
        known = reports.values.get("reason", {}).values() if reports is not None else ()
        return DeliveryReport(
            gateway=self.NAME,
            message_id=message_id,
            status=status if status in STATUSES else UNKNOWN,
            reason=reason if reason in known or not reason else UNKNOWN,
            party=self._party_or_none(fields.get("party", ""), settings),
            unnamed="party" not in fields,
        )

    def parse_opt_out(self, fields: Fields, settings: Settings) -> OptOut:
        """Return who wants no more messages."""
        return OptOut(self._party(fields.get("party", ""), settings))

    def reply(self, screen: Reply, fields: Fields) -> tuple[int, str, dict[str, str]]:
        """Return status, body and headers of a screen that is the answer to its hop."""
        ussd = self.mapping.ussd or Inbound()
        marker = ussd.markers.get(ENDS if screen.end else CONTINUES, "")
        return _rendered(ussd.answer, {**fields, "text": screen.text, "marker": marker})

    def done(self, kind: str, fields: Fields) -> tuple[int, str, dict[str, str]]:
        """Return what tells the gateway that a callback was taken."""
        inbound = self.mapping.inbound.get(kind) or Inbound()
        return _rendered(inbound.answer, fields)

    def _signed(self, call: Call, form: Mapping[str, str]) -> None:
        rule = self.mapping.signature
        if rule is None:
            return
        values = {
            "callback_url": self.public_url.rstrip("/") + call.path,
            "sorted_fields": sorted_fields(form),
            "body": call.body.decode("utf-8", "replace"),
        }
        keys = self.keys()
        given = call.headers.get(rule.header.casefold(), "")
        # A key that nobody has put in yet is empty, and anybody could sign with it.
        has_keys = all(keys.get(one) for one in templates.names_in(rule.key))
        if not has_keys or not self.public_url or not is_signed(rule, given, values, keys):
            raise NotSigned("the signature is not this gateway's")

    def _party(self, told: str, settings: Settings) -> Party:
        rule = self.mapping.party
        told = told.removeprefix(rule.prefix)
        if rule.kind == MASKED:
            if not MASKED_ID.fullmatch(told):
                raise NotAnId("no masked id")
            return Party(self.NAME, told, via=self.NAME)
        countries = msisdn.codes_of(settings.countries)
        number = msisdn.parse(told if rule.plus else f"+{told.removeprefix('+')}", countries)
        return Party(NUMBERS, number, number, via=self.NAME)

    def _party_or_none(self, told: str, settings: Settings) -> Party | None:
        try:
            return self._party(told, settings)
        except NotAcceptable:
            return None


def _fields(inbound: Inbound, tree: Any) -> dict[str, str]:
    found = {name: bodies.found(tree, places) for name, places in inbound.fields.items()}
    told = {**found, **inbound.constants}
    for name, words in inbound.values.items():
        value = told.get(name, "")
        kept = value if inbound.unknown == "keep" else inbound.unknown
        told[name] = words.get(value.casefold(), kept) if value else value
    return told


def _needed(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    if not value.strip():
        raise FieldMissing(f"the field {name} is missing or empty")
    return value


def _rendered(answer: Answer, told: Fields) -> tuple[int, str, dict[str, str]]:
    values = {**dict.fromkeys(templates.names_in(answer.body), ""), **told}
    body = templates.filled(answer.body, values, templates.kind_of(answer.type))
    headers = {
        name: templates.filled(
            one, {**dict.fromkeys(templates.names_in(one), ""), **told}, "header"
        )
        for name, one in answer.headers.items()
    }
    return answer.status, body, {"Content-Type": answer.type, **headers}
