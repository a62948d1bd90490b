"""This file tries a mapping file: a request in, what is understood, answered and called out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chalicelib import shipped
from chalicelib.channels.flood import Flood
from chalicelib.channels.forwarding import Forwarding
from chalicelib.channels.shelf import Shelf
from chalicelib.channels.sms import SmsChannel
from chalicelib.channels.understanding import Understanding
from chalicelib.channels.ussd import Ussd
from chalicelib.clock import SystemClock
from chalicelib.conversation import Conversation
from chalicelib.edges import Edges
from chalicelib.errors import NotAcceptable
from chalicelib.gateways.mapped import MappedGateway
from chalicelib.gateways.mapped_sender import MappedSender, beside, rendered, understood
from chalicelib.gateways.mapping import GatewayMap, Outbound
from chalicelib.settings import Settings
from chalicelib.storage.key_maker import make_keys
from chalicelib.storage.keys import ECHO, WEBHOOK_KEYS
from chalicelib.storage.memory.base import MemoryDatabase
from chalicelib.storage.memory.desk import MemoryDesk
from chalicelib.storage.memory.keys import MemoryKeyMaker, MemoryKeyRing
from chalicelib.telecom import msisdn
from chalicelib.telecom.callbacks import Call
from chalicelib.telecom.messages import Party

EXAMPLE = {"number": "+85512345678", "masked": "masked-id"}


def tried(made: GatewayMap, sample: bytes, values: Mapping[str, str], url: str) -> Iterator[str]:
    """Give lines on what a file makes of a sample: a request of the gateway's, or an answer."""
    head, _, body = sample.replace(b"\r\n", b"\n").partition(b"\n\n")
    first, *lines = head.decode("utf-8", "replace").split("\n")
    headers = {name.strip().casefold(): value.strip() for name, _, value in map(_pair, lines)}
    if first.startswith("HTTP/"):
        yield from _answered(made, first, body.rstrip(b"\n"))
        return
    method, _, target = first.partition(" ")
    parts = urlsplit(target.split(" ")[0])
    kind = parts.path.rstrip("/").rpartition("/")[2]
    if kind not in made.inbound:
        raise NotAcceptable(
            f"the sample calls '{kind}': end its address with one of {', '.join(made.inbound)}"
        )
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    address = urlsplit(url)
    call = Call("", body.rstrip(b"\n"), headers, method, address.path, query)
    is_signed = made.signature is not None and values
    told = made if is_signed else replace(made, signature=None)
    if made.signature is not None and not is_signed:
        yield "its signature is not checked: give --setting and --url for that"
    origin = f"{address.scheme}://{address.netloc}" if url else ""
    yield from _called(MappedGateway(told, lambda: values, origin), kind, call)


def _pair(line: str) -> tuple[str, str, str]:
    return line.partition(":")


def _called(gateway: MappedGateway, kind: str, call: Call) -> Iterator[str]:
    stage, events = Settings(), list[str]()
    parse: Mapping[str, Any] = {
        "ussd": lambda fields: gateway.parse_hop(fields, "", stage),
        "ussd-events": lambda fields: gateway.parse_end(fields, stage),
        "sms": lambda fields: gateway.parse_sms(fields, stage),
        "delivery-reports": lambda fields: gateway.parse_report(fields, stage),
        "opt-outs": lambda fields: gateway.parse_opt_out(fields, stage),
    }
    try:
        for fields in gateway.read(kind, call):
            yield f"{kind} is understood as"
            yield from _shown(parse[kind](fields))
    except NotAcceptable as fault:
        yield f"{kind} is refused: {type(fault).__name__}: {fault}"
    edge, waiting = _edge(gateway, stage, events)
    answer = edge.answer(kind, call)
    yield f"OWL answers {answer.status} {answer.headers['Content-Type']}"
    yield from _indented(answer.body)
    yield from (f"note: {one}" for one in events)
    for one in waiting():
        how = gateway.mapping.screen if one.message_class == "screen" else gateway.mapping.send
        if how is not None:
            yield f"then OWL calls, for a {one.message_class}"
            yield from _request(gateway.mapping, how, one.number, {**one.told, "text": one.text})


def _shown(message: Any) -> Iterator[str]:
    for name in message.__match_args__:
        value = getattr(message, name)
        if isinstance(value, Party):
            value = msisdn.masked(value.id) if value.msisdn else f"{value.id[:8]}… (masked id)"
        if value not in ("", None):
            yield f"    {name:<13} {value}"


def _edge(gateway: MappedGateway, stage: Settings, events: list[str]) -> Any:
    """Return an edge whose stores are in memory, and what gives the messages that wait after."""
    clock, database = SystemClock(stage), MemoryDatabase(stage)
    keys = MemoryKeyRing(database, clock, WEBHOOK_KEYS)
    make_keys(MemoryKeyMaker(database), clock.now())
    desk = MemoryDesk(database, keys, clock)

    def observe(event: str, **fields: Any) -> None:
        events.append(f"{event} {fields.get('outcome', fields.get('error', ''))}")

    conversation = Conversation(shipped.book(), desk, stage, clock)
    shelf, flood = Shelf(desk.catalogue), Flood(100, 100, lambda: 0.0)
    hops = Ussd(conversation, shelf, flood, lambda: keys.now().values[ECHO], observe)
    words = Understanding(shipped.keywords(), shipped.paths(), stage.default_language)
    texts = SmsChannel(conversation, shelf, flood, words, observe)
    edges = Edges(hops, texts, Forwarding(_Nowhere(), lambda _: "mark"), keys)
    edge = edges.of(gateway, lambda _kind, _secret: True)
    return edge, lambda: [row["waiting"] for row in database.tables["outbox"].values()]


class _Nowhere:
    """A queue that keeps nothing."""

    def send(self, message: dict[str, str], delay: int = 0) -> None:
        """Drop a message."""


def _request(
    made: GatewayMap, how: Outbound, address: str, values: Mapping[str, str]
) -> Iterator[str]:
    """Give a request as it would go out, a setting as its name in angle brackets."""
    sender = MappedSender(made, {name: f"<{name}>" for name in made.settings}, "OWL")
    party = sender.written(address)
    told = {**sender.settings, **beside({**values, "party": party, "marker": ""})}
    told["marker"] = how.markers.get("end" if values.get("end") else "continue", "")
    url, headers, body = rendered(how, told, {address: party})
    yield f"    {how.method} {url}"
    yield from (f"    {name}: {value}" for name, value in headers.items())
    yield from _indented(body.decode())


def _answered(made: GatewayMap, first: str, body: bytes) -> Iterator[str]:
    status = first.split(" ")[1:2]
    if made.send is None or not status or not status[0].isdigit():
        raise NotAcceptable("an answer begins as HTTP/1.1 200, and only [send] is answered")
    number = EXAMPLE[made.party.kind]
    address = number if made.party.kind == "number" else f"{made.name}:{number}"
    sender = MappedSender(made, dict.fromkeys(made.settings, "x"), "OWL")
    found = understood(made.send.answer, int(status[0]), body, {address: sender.written(address)})
    yield f"of a post to {number} the answer says: {found.outcome} {found.reason}".rstrip()
    for one in found.by_number.values():
        told: Sequence[str] = [one.outcome, one.message_id, one.reason, one.cost]
        yield f"    {' '.join(filter(None, told))}"
    if found.extra:
        yield f"    and names {found.extra} that were not asked for"


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.split("\n")] if text else []
