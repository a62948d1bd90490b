"""This file is the shape of a mapping file: what a gateway that needs no code is described by.

`infra/gateways/README.md` explains each table to who writes one; `mapping_read` reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

FORM, JSON, XML, QUERY, TEXT = "form", "json", "xml", "query", "text"
WHOLE, LAST = "whole", "last"
NUMBER, MASKED = "number", "masked"
ACCEPTED, REJECTED, DEFERRED, UNKNOWN = "accepted", "rejected", "deferred", "unknown"
KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Where:
    """Where a value is: a dotted path, read only if another place holds one of some words."""

    at: str = ""
    decode: str = ""
    if_at: str = ""
    if_is: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a callback is answered with; `body` is a template that escapes by `type`."""

    status: int = 200
    type: str = "text/plain; charset=utf-8"
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inbound:
    """One kind of callback.

    `fields` are where our fields are, `constants` what they are where the gateway tells nothing,
    `values` what its words for one of them mean. `each` is the path of a list that holds several
    messages. `text`, `separator` and `markers` are for USSD: what the text of a hop is, and the
    gateway's words for a screen that goes on and one that ends.
    """

    type: str = FORM
    method: str = "POST"
    each: str = ""
    fields: Mapping[str, tuple[Where, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unknown: str = KEEP
    text: str = WHOLE
    separator: str = "*"
    markers: Mapping[str, str] = field(default_factory=dict)
    answer: Answer = field(default_factory=Answer)


@dataclass(frozen=True, slots=True)
class Signature:
    """A keyed hash: over a template, by a key that is a template of settings.

    Of a callback it must stand in `header`; of a request of ours it is `${signature}`.
    """

    over: str
    key: str
    algorithm: str = "sha256"
    encoding: str = "hex"
    header: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Basic:
    """A user name and a password, both templates of settings."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer to a request of ours says.

    `each` is the path of the list of recipients, or empty where the answer is about one. `values`
    say what the words at `status` mean, `reasons` what those at `reason` do, `http` what a status
    of HTTP means beside what every gateway means by it. `pattern` names the fields of a text.
    """

    type: str = JSON
    pattern: str = ""
    each: str = ""
    fields: Mapping[str, tuple[Where, ...]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    http: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outbound:
    """One kind of request of ours: an SMS, or the screen of a session.

    `each` renders one recipient, `join` stands between them, `${parties}` is the whole.
    `body_unicode` is the body where a letter is not in GSM-7.
    """

    url: str
    method: str = "POST"
    type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    body_unicode: str = ""
    each: str = ""
    join: str = ","
    markers: Mapping[str, str] = field(default_factory=dict)
    basic: Basic | None = None
    signature: Signature | None = None
    answer: Told = field(default_factory=Told)


@dataclass(frozen=True, slots=True)
class PartyRule:
    """How the gateway writes who is at the other end.

    A `masked` id is no number: only this gateway can reach it. Of a `number`, `prefix` stands
    before it, and `plus` says whether it begins with `+`.
    """

    kind: str = NUMBER
    prefix: str = ""
    plus: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """What the gateway carries: septets and UCS-2 units of a screen, of them `prefix` its own.

    `reserved` are keys the network keeps to itself, `deadline` the seconds it waits for a screen,
    `recipients` how many one request may be for, `a_second` how many people a second it takes.
    """

    septets: int = 160
    units: int = 70
    unicode: bool = False
    prefix: int = 0
    reserved: tuple[str, ...] = ()
    deadline: int = 10
    recipients: int = 1
    a_second: int = 20


@dataclass(frozen=True, slots=True)
class GatewayMap:
    """One gateway. `settings` names what a deployer keeps secret for it, each with its meaning."""

    name: str
    about: str
    verified: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    party: PartyRule = field(default_factory=PartyRule)
    limits: Limits = field(default_factory=Limits)
    signature: Signature | None = None
    ussd: Inbound | None = None
    ussd_events: Inbound | None = None
    sms: Inbound | None = None
    delivery_reports: Inbound | None = None
    opt_outs: Inbound | None = None
    send: Outbound | None = None
    screen: Outbound | None = None

    @property
    def inbound(self) -> Mapping[str, Inbound]:
        """The callbacks it makes, by the word at the end of their address."""
        kinds = {
            "ussd": self.ussd,
            "ussd-events": self.ussd_events,
            "sms": self.sms,
            "delivery-reports": self.delivery_reports,
            "opt-outs": self.opt_outs,
        }
        return {name: one for name, one in kinds.items() if one is not None}
