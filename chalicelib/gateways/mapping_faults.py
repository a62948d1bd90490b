"""This file names what is wrong with a mapping: each fault as `where: what, and what to do`."""

import re
from collections.abc import Iterator, Mapping

from chalicelib.errors import NotAcceptable
from chalicelib.gateways import bodies, mapping, templates
from chalicelib.gateways.mapping import GatewayMap, Inbound, Outbound, Signature, Told
from chalicelib.gateways.signatures import ALGORITHMS, ENCODINGS

NAME = re.compile(r"[a-z][a-z0-9_]*")
# kind of callback -> its fields that must be told, and those that may.
FIELDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "ussd": (frozenset({"session", "party"}), frozenset({"text", "service", "hop", "state"})),
    "ussd-events": (frozenset({"session", "party"}), frozenset({"text", "service"})),
    "sms": (frozenset({"party", "text"}), frozenset({"id", "to"})),
    "delivery-reports": (frozenset({"id", "status"}), frozenset({"party", "reason"})),
    "opt-outs": (frozenset({"party"}), frozenset()),
}
MEANINGS: Mapping[tuple[str, str], frozenset[str]] = {
    ("ussd", "state"): frozenset({"start", "continue", "end"}),
    ("delivery-reports", "status"): frozenset({"accepted", "delivered", "failed", "unknown"}),
}
OUTCOMES = frozenset({"accepted", "rejected", "deferred", "unknown"})
# What staff read of a refusal, in words that pages have.
REASONS = frozenset(
    {
        *("risk_hold", "invalid_sender_id", "invalid_phone_number", "unsupported_number_type"),
        *("insufficient_balance", "user_in_blacklist", "could_not_route"),
        *("do_not_disturb_rejection", "credentials", "throttled", "refused"),
    }
)
MADE = frozenset({"text", "text_hex", "party", "ref", "timestamp", "sender", "signature"})
OF_A_SCREEN = frozenset({"session", "service", "hop", "marker"})
OF_A_CALLBACK = frozenset({"callback_url", "body", "sorted_fields"})
# What OWL itself may take for a screen, with a network around it.
SECONDS_NEEDED, MOST_RECIPIENTS = 6, 100
# The keys that mean back, home and more on every screen.
KEYS = frozenset({"0", "00", "9"})
HOSTILE = '"},{"a":"<b x=\'1\'/>]]>&${text}\\\r\nX: y'


def faults_of(one: GatewayMap) -> list[str]:
    """Return everything that is wrong with a mapping of the right form."""
    return [
        *_of_settings(one),
        *_of_limits(one),
        *(fault for kind, table in one.inbound.items() for fault in _of_inbound(one, kind, table)),
        *_of_callback_signature(one),
        *_of_sending(one),
    ]


def _of_settings(one: GatewayMap) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9-]*", one.name):
        yield "name: use small letters, digits and hyphens"
    for name in one.settings:
        if not NAME.fullmatch(name) or name in MADE | OF_A_SCREEN | OF_A_CALLBACK:
            yield f"settings.{name}: use another name, of small letters, digits and _"
    if one.party.kind not in (mapping.NUMBER, mapping.MASKED):
        yield "party.kind: must be number or masked"
    if not one.inbound and one.send is None:
        yield "the file is empty: describe at least [ussd], [sms] or [send]"


def _of_limits(one: GatewayMap) -> Iterator[str]:
    limits = one.limits
    if limits.deadline < SECONDS_NEEDED:
        yield f"limits.deadline: OWL may need {SECONDS_NEEDED} seconds, and this network gives less"
    if not 1 <= limits.recipients <= MOST_RECIPIENTS:
        yield f"limits.recipients: must be 1 to {MOST_RECIPIENTS}"
    if limits.a_second < 1 or limits.septets < 1 or limits.units < 1:
        yield "limits: septets, units and a-second must be 1 or more"
    for key in KEYS.intersection(limits.reserved):
        yield f"limits.reserved: the network keeps {key}, which means back, home or more in OWL"


def _of_inbound(one: GatewayMap, kind: str, table: Inbound) -> Iterator[str]:
    needed, may = FIELDS[kind]
    told = {*table.fields, *table.constants}
    yield from (f"{kind}.fields.{name}: is missing" for name in sorted(needed - told))
    yield from (
        f"{kind}.fields.{name}: means nothing here: choose of {', '.join(sorted(needed | may))}"
        for name in sorted(told - needed - may)
    )
    if table.type not in (*bodies.TYPES, mapping.QUERY):
        yield f"{kind}.type: must be form, json, xml or query"
    if table.method not in ("GET", "POST") or (table.method == "GET") != (table.type == "query"):
        yield f"{kind}.method: must be POST, or GET with type query"
    for name, words in table.values.items():
        meant = MEANINGS.get((kind, name))
        yield from (
            f"{kind}.values.{name}.{word}: '{ours}' means nothing: choose of "
            f"{', '.join(sorted(meant))}"
            for word, ours in words.items()
            if meant is not None and ours not in meant
        )
        yield from (
            f"{kind}.values.{name}.{word}: write it in small letters; they are compared so"
            for word in words
            if word != word.casefold()
        )
    yield from _of_places(f"{kind}.fields", table.fields)
    yield from _of_reply(one, kind, table)


def _of_reply(one: GatewayMap, kind: str, table: Inbound) -> Iterator[str]:
    known = {*table.fields, *table.constants}
    if kind == "ussd":
        known |= {"text", "marker"}
        if table.text not in (mapping.WHOLE, mapping.LAST):
            yield "ussd.text: must be whole or last"
        if one.screen is None and "text" not in templates.names_in(table.answer.body):
            yield "ussd.answer.body: has no ${text}; or a [screen] call must bring the screen"
        if one.screen is None and "marker" not in templates.names_in(table.answer.body):
            yield "ussd.answer.body: has no ${marker}, so the network cannot tell when to end"
        markers = one.screen.markers if one.screen is not None else table.markers
        if set(markers) != {"continue", "end"}:
            yield "ussd.markers: must say what `continue` and `end` are for the network"
    elif "text" in templates.names_in(table.answer.body) and "text" not in known:
        yield f"{kind}.answer.body: there is no text to answer with here"
    yield from _of_template(f"{kind}.answer.body", table.answer.body, table.answer.type, known)
    for name, header in table.answer.headers.items():
        yield from _unknown(f"{kind}.answer.headers.{name}", header, known)


def _of_callback_signature(one: GatewayMap) -> Iterator[str]:
    if one.signature is None:
        return
    yield from _of_signature("signature", one.signature, OF_A_CALLBACK, set(one.settings))
    if not one.signature.header:
        yield "signature.header: is missing: name the header it stands in"
    if "sorted_fields" in one.signature.over:
        yield from (
            f"{kind}.type: sorted_fields signs forms only"
            for kind, table in one.inbound.items()
            if table.type != mapping.FORM
        )


def _of_signature(
    where: str, rule: Signature, over: frozenset[str], keys: set[str]
) -> Iterator[str]:
    if rule.algorithm not in ALGORITHMS or rule.encoding not in ENCODINGS:
        yield f"{where}: algorithm is one of {', '.join(ALGORITHMS)}, encoding hex or base64"
    yield from _unknown(f"{where}.over", rule.over, over | keys)
    yield from _unknown(f"{where}.key", rule.key, keys)
    if not templates.names_in(rule.key):
        yield f"{where}.key: stands in the file: make it a setting, as ${{secret}}"


def _of_sending(one: GatewayMap) -> Iterator[str]:
    for where, how in (("send", one.send), ("screen", one.screen)):
        if how is not None:
            yield from _of_outbound(one, where, how)
    if one.screen is not None and one.ussd is None:
        yield "screen: there is no [ussd] whose screens it brings"
    if one.send is None or one.limits.recipients == 1:
        return
    if "parties" not in templates.names_in(one.send.body) or not one.send.each:
        yield "send: for several recipients body needs ${parties}, and each what one looks like"
    if not one.send.answer.each or "party" not in one.send.answer.fields:
        yield (
            "send.answer: an answer that does not name each recipient cannot tell who got it: "
            "set limits.recipients = 1, or tell each and fields.party"
        )


def _of_outbound(one: GatewayMap, where: str, how: Outbound) -> Iterator[str]:
    known = {*MADE, *one.settings, *(OF_A_SCREEN if where == "screen" else ())}
    if how.signature is None:
        known.discard("signature")
    else:
        yield from _of_signature(
            f"{where}.signature", how.signature, frozenset(known), set(one.settings)
        )
    if not how.url.startswith(("https://", "http://", "${")):
        yield f"{where}.url: must begin with https://, or be a setting, as ${{url}}/send"
    if how.method not in ("GET", "POST", "PUT"):
        yield f"{where}.method: must be GET, POST or PUT"
    carried = how.url + how.body + how.each
    if "${text" not in carried or ("${party}" not in carried and "${session}" not in carried):
        yield f"{where}: carries no ${{text}} or no ${{party}}"
    yield from _unknown(f"{where}.url", how.url, known)
    yield from _of_template(f"{where}.each", how.each, how.type, known, whole=False)
    for name in ("body", "body_unicode"):
        template = getattr(how, name)
        at = f"{where}.{name.replace('_', '-')}"
        yield from _of_template(at, template, how.type, known | {"parties"}, how)
    for name, header in how.headers.items():
        yield from _unknown(f"{where}.headers.{name}", header, known)
    if how.basic is not None:
        yield from _unknown(f"{where}.basic", how.basic.user + how.basic.password, known)
    yield from _of_answer(f"{where}.answer", how.answer)


def _of_answer(where: str, told: Told) -> Iterator[str]:
    if told.type not in (*bodies.TYPES, mapping.TEXT):
        yield f"{where}.type: must be json, xml, form or text"
    if told.type == mapping.TEXT:
        yield from _of_pattern(where, told)
    strange = set(told.fields) - {"party", "id", "status", "reason", "cost"}
    yield from (f"{where}.fields.{name}: means nothing here" for name in sorted(strange))
    if not {"id", "status"} & set(told.fields):
        yield f"{where}.fields: needs id or status, or nobody can tell what was accepted"
    if "status" in told.fields and "accepted" not in told.values.values():
        yield f"{where}.values: no word at status means accepted"
    yield from _of_places(f"{where}.fields", told.fields)
    yield from _of_words(where, told)


def _of_words(where: str, told: Told) -> Iterator[str]:
    for code, word in {**told.values, **told.http}.items():
        if word not in OUTCOMES:
            yield f"{where}: '{code}' is '{word}': choose of {', '.join(sorted(OUTCOMES))}"
    for code in told.values:
        if code != code.casefold():
            yield f"{where}.values.{code}: write it in small letters; they are compared so"
    for code, word in told.reasons.items():
        if word not in REASONS:
            yield f"{where}.reasons.{code}: '{word}': choose of {', '.join(sorted(REASONS))}"
    for code, word in told.http.items():
        if not code.isdigit() or code[:1] != "4" or word == "accepted":
            yield (
                f"{where}.http.{code}: only what a status of 400 to 499 refuses may be told: "
                "others may come after the message was taken"
            )


def _of_pattern(where: str, told: Told) -> Iterator[str]:
    try:
        named = set(re.compile(told.pattern).groupindex)
    except re.error as fault:
        yield f"{where}.pattern: {fault}"
        return
    asked = {place.at for places in told.fields.values() for place in places}
    yield from (f"{where}.pattern: names no group '{one}'" for one in sorted(asked - named))


def _of_places(where: str, fields: Mapping[str, tuple[mapping.Where, ...]]) -> Iterator[str]:
    for name, places in fields.items():
        for place in places:
            if not place.at:
                yield f"{where}.{name}: has no `at`"
            if place.decode not in ("", "hex-utf-16"):
                yield f"{where}.{name}.decode: must be hex-utf-16"


def _unknown(where: str, template: str, known: set[str] | frozenset[str]) -> Iterator[str]:
    for name in sorted(set(templates.names_in(template)) - known):
        yield f"{where}: ${{{name}}} is not known here: choose of {', '.join(sorted(known))}"


def _of_template(
    where: str,
    template: str,
    content_type: str,
    known: set[str] | frozenset[str],
    how: Outbound | None = None,
    *,
    whole: bool = True,
) -> Iterator[str]:
    """Show that no value ends the place it stands in: fill it with a hostile one and read it."""
    yield from _unknown(where, template, known)
    kind = templates.kind_of(content_type)
    if (
        not whole
        or not template
        or kind == mapping.TEXT
        or set(templates.names_in(template)) - known
    ):
        return
    shapes = []
    for value in ("1", HOSTILE):
        values = dict.fromkeys(known, value)
        each = (
            templates.filled(how.each, values, kind)
            if how is not None and not (set(templates.names_in(how.each)) - known)
            else ""
        )
        try:
            filled = templates.filled(template, values, kind, {"parties": each})
            shapes.append(_shape(bodies.parsed(filled.encode(), kind)))
        except (NotAcceptable, ValueError) as fault:
            yield f"{where}: filled in it is no {kind}: {fault}; put each ${{}} into quotes"
            return
    if shapes[0] != shapes[1]:
        yield f"{where}: a text could break out of its place: put each ${{}} into quotes"


def _shape(tree: object) -> object:
    if isinstance(tree, dict):
        return {name: _shape(one) for name, one in tree.items()}
    return [_shape(one) for one in tree] if isinstance(tree, list) else ""
