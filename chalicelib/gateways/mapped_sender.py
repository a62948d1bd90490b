"""This file posts SMS and screens as a mapping file says, and understands what is answered.

Imported by the sender function alone. Each request is posted once, on the transport of every
gateway; what its answer does not clearly tell is in doubt, never tried again.
"""

import re
import secrets
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.errors import NotAcceptable
from chalicelib.gateways import bodies
from chalicelib.gateways.africastalking import MESSAGE_ID
from chalicelib.gateways.answers import (
    ANSWERED_EACH,
    NOT_A_NUMBER,
    of_their_own,
    outcome_of,
    outweighing,
    retry_after,
)
from chalicelib.gateways.mapping import (
    ACCEPTED,
    DEFERRED,
    MASKED,
    REJECTED,
    TEXT,
    UNKNOWN,
    GatewayMap,
    Outbound,
    Told,
)
from chalicelib.gateways.one_post import Lost, posted
from chalicelib.gateways.signatures import signature
from chalicelib.gateways.templates import HEADER, URL, filled, kind_of, names_in
from chalicelib.telecom import gsm7, msisdn
from chalicelib.telecom.messages import BulkResult, SendResult

TIMEOUT = (3.0, 20.0)
NOT_DIGITS = re.compile(r"[^0-9]")
MOST_ANSWER = 256 * 1024
CONTINUES, ENDS = "continue", "end"


class MappedSender:
    """See `ports.SmsGateway`; it also shows screens that are no answer to their hop."""

    def __init__(
        self,
        mapping: GatewayMap,
        keys: Mapping[str, str],
        sender_id: str,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        """Take the file, the values of its settings, and the sender name of the stage.

        Raises:
            NotAcceptable: a setting has no value.
        """
        missing = sorted(name for name in mapping.settings if not keys.get(name))
        if missing:
            raise NotAcceptable(
                f"the gateway {mapping.name} needs {', '.join(missing)}: put them into the secret"
            )
        self.mapping, self.name, self.timeout = mapping, mapping.name, timeout
        self.settings = {**keys, "sender": sender_id}

    def send(self, address: str, text: str) -> SendResult:
        """Post one SMS once and classify the answer."""
        return _of_one(self.send_many([address], text), address)

    def send_many(self, addresses: Sequence[str], text: str) -> BulkResult:
        """Post one text for many, once, and classify the answer for each."""
        how = self.mapping.send
        parties = {one: self.written(one) for one in addresses}
        good = {one: party for one, party in parties.items() if party}
        bad = dict.fromkeys([one for one in addresses if one not in good], NOT_A_NUMBER)
        if how is None or len(good) > self.mapping.limits.recipients:
            # Not one of them may be left out unseen; the chunk waits for who mends its route.
            return BulkResult(DEFERRED, reason="not_for_this_gateway", posted=False)
        if not good:
            return BulkResult(ANSWERED_EACH, bad)
        values = {"text": text, "party": next(iter(good.values()))}
        found = self._posted(how, values, good)
        return replace(found, by_number={**found.by_number, **bad})

    def show(self, address: str, text: str, told: Mapping[str, str]) -> SendResult:
        """Post one screen of a session once."""
        how, party = self.mapping.screen, self.written(address)
        if how is None or not party:
            return NOT_A_NUMBER
        marker = how.markers.get(ENDS if told.get("end") else CONTINUES, "")
        values = {**told, "text": text, "party": party, "marker": marker}
        return _of_one(self._posted(how, values, {address: party}), address)

    def written(self, address: str) -> str:
        """Return an address as the gateway writes it; empty where it cannot know it."""
        rule, ours = self.mapping.party, f"{self.name}:"
        if rule.kind == MASKED:
            return rule.prefix + address[len(ours) :] if address.startswith(ours) else ""
        if not msisdn.E164.fullmatch(address):
            return ""
        return rule.prefix + (address if rule.plus else address[1:])

    def _posted(
        self, how: Outbound, values: Mapping[str, str], parties: Mapping[str, str]
    ) -> BulkResult:
        url, headers, body = rendered(how, {**self.settings, **beside(values)}, parties)
        try:
            answer = posted(how.method, url, headers, body, self.timeout)
        except Lost as lost:
            outcome = UNKNOWN if lost.connected else DEFERRED
            return BulkResult(outcome, reason=lost.why, posted=lost.connected)
        found = understood(how.answer, answer.status_code, answer.content, parties)
        return replace(found, retry_after=retry_after(answer.headers))


def rendered(
    how: Outbound, values: Mapping[str, str], parties: Mapping[str, str]
) -> tuple[str, dict[str, str], bytes]:
    """Return the address, headers and body of a request."""
    if how.signature is not None:
        values = {**values, "signature": signature(how.signature, values, values)}
    kind = kind_of(how.type)
    each = [filled(how.each, {**values, "party": one}, kind) for one in parties.values()]
    unicode = how.body_unicode and gsm7.septets(values.get("text", "")) is None
    template = how.body_unicode if unicode else how.body
    body = filled(template, values, kind, {"parties": how.join.join(each)})
    headers = {name: filled(one, values, HEADER) for name, one in how.headers.items()}
    if how.basic is not None:
        pair = ":".join(filled(one, values, TEXT) for one in (how.basic.user, how.basic.password))
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    if template:
        headers["Content-Type"] = how.type
    return _address(how.url, values), headers, body.encode()


def _address(url: str, values: Mapping[str, str]) -> str:
    """Fill an address; a setting at its very beginning is an address itself."""
    first = names_in(url)[0] if url.startswith("${") else ""
    if not first:
        return filled(url, values, URL)
    rest = url[len(first) + 3 :]
    return values[first].rstrip("/") + filled(rest, values, URL)


def beside(values: Mapping[str, str]) -> dict[str, str]:
    """Return values with what may be made of them: hexadecimal UTF-16, the time, a fresh id."""
    hexed = values["text"].encode("utf-16-be", "replace").hex()
    fresh = {"ref": secrets.token_hex(16), "timestamp": str(int(time.time()))}
    return {**fresh, **values, "text_hex": hexed}


def understood(told: Told, status: int, raw: bytes, parties: Mapping[str, str]) -> BulkResult:
    """Return what an answer says of each address; `parties` are they as the gateway writes them."""
    http = {int(code): word for code, word in told.http.items()}
    outcome, reason = outcome_of(status, http)
    tree = _tree(told, raw)
    if outcome:
        said = told.reasons.get(bodies.found(tree, told.fields.get("reason", ())), "")
        if said and outcome == REJECTED and len(parties) == 1:
            refusal = SendResult(REJECTED, reason=said)
            return BulkResult(ANSWERED_EACH, dict.fromkeys(parties, refusal))
        return BulkResult(outcome, reason=said or reason)
    if tree is None:
        return BulkResult(UNKNOWN, reason="unreadable")
    found = _sorted(told, tree, parties)
    outcomes = {one.outcome for one in found.by_number.values()}
    if outcomes == {DEFERRED}:
        why = next(iter(found.by_number.values())).reason
        return BulkResult(DEFERRED, reason=why)
    return found


def _tree(told: Told, raw: bytes) -> Any:
    """Return what an answer holds; None where it cannot be read."""
    if len(raw) > MOST_ANSWER:
        return None
    try:
        if told.type != TEXT:
            return bodies.parsed(raw, told.type)
        match = re.fullmatch(told.pattern, raw.decode().strip())
    except (NotAcceptable, ValueError):
        return None
    return {name: value or "" for name, value in match.groupdict().items()} if match else None


def _sorted(told: Told, tree: Any, parties: Mapping[str, str]) -> BulkResult:
    """Sort the entries by the addresses asked for, however they are written and in any order."""
    try:
        entries = bodies.listed(tree, told.each)
    except NotAcceptable:
        return BulkResult(UNKNOWN, reason="unreadable")
    bare = str if any(":" in address for address in parties) else _digits
    ours = {bare(party): address for address, party in parties.items()}
    named: dict[str, list[SendResult]] = {address: [] for address in parties}
    only, extra = next(iter(parties)), 0
    for one in entries:
        written = bodies.found(one, told.fields.get("party", ()))
        address = ours.get(bare(written)) if told.fields.get("party") else only
        if address is None:
            extra += 1
        else:
            named[address].append(_entry(told, one))
    found = {address: outweighing(said) for address, said in named.items()}
    if len({one.outcome for one in found.values()}) > 1:
        # Some were taken, so the request is over for all: who was surely not is told as refused.
        found = {
            address: replace(one, outcome=REJECTED) if one.outcome == DEFERRED else one
            for address, one in found.items()
        }
    return BulkResult(ANSWERED_EACH, of_their_own(found), extra=extra)


def _digits(party: str) -> str:
    """Return how two spellings of one number are alike; a masked id has only one."""
    return NOT_DIGITS.sub("", party)


def _entry(told: Told, entry: Any) -> SendResult:
    def value(name: str) -> str:
        return bodies.found(entry, told.fields.get(name, ()))

    status, message_id = value("status"), value("id")
    outcome = told.values.get(status.casefold(), UNKNOWN)
    if not told.fields.get("status"):
        outcome = ACCEPTED if message_id else UNKNOWN
    if not MESSAGE_ID.fullmatch(message_id) or outcome != ACCEPTED:
        message_id = ""
    reason = told.reasons.get(value("reason"), "") or (
        "gateway_error" if outcome == UNKNOWN else ""
    )
    if outcome == REJECTED and not reason:
        reason = "refused"
    return SendResult(outcome, message_id, "" if outcome == ACCEPTED else reason, value("cost"))


def _of_one(answer: BulkResult, address: str) -> SendResult:
    if answer.outcome == ANSWERED_EACH:
        return answer.by_number[address]
    return SendResult(answer.outcome, reason=answer.reason, posted=answer.posted)
