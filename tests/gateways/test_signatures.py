"""This file tests signed callbacks; the oracle for Twilio's is Twilio's own library."""

from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from chalicelib.gateways.mapped import MappedGateway
from chalicelib.gateways.mapping_read import mapped
from chalicelib.telecom.callbacks import FORM_TYPE, Call, NotSigned
from tests.gateways.shapes import BASE, SIGNING, TWILIO_PATH, a_world_of_all, files, signed

__all__ = ["files"]
TOKEN = SIGNING
PATH = TWILIO_PATH
TEXT = {
    "From": "+85512000001",
    "To": "38455",
    "Body": "HELP",
    "MessageSid": "SM1",
    "AccountSid": "AC1",
}


def a_gateway(token: str = TOKEN, base: str = BASE) -> MappedGateway:
    """Return Twilio with a token."""
    return MappedGateway(mapped("twilio"), lambda: {"auth_token": token} if token else {}, base)


ANY_FIELDS = st.dictionaries(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=12),
    st.text(st.characters(codec="utf-8"), max_size=40),
    max_size=12,
)


@pytest.mark.law
@settings(max_examples=500, deadline=None)
@given(fields=ANY_FIELDS)
def test_whatever_twilio_signs_is_taken_and_with_any_change_it_is_not(
    fields: dict[str, str],
) -> None:
    fields = TEXT | fields
    call = signed(fields)
    assert a_gateway().read("sms", call)
    changed = urlencode(fields | {"Body": fields["Body"] + "!"}).encode()
    forged = Call("secret", changed, call.headers, path=PATH)
    with pytest.raises(NotSigned):
        a_gateway().read("sms", forged)


@pytest.mark.parametrize(
    "call",
    [
        signed(TEXT, token="f" * 32),
        signed(TEXT, path="/gateways/twilio/other/sms"),
        Call("secret", urlencode(TEXT).encode(), {"content-type": FORM_TYPE}, path=PATH),
        Call(
            "secret",
            urlencode(TEXT).encode(),
            {"content-type": FORM_TYPE, "x-twilio-signature": "ñ"},
            path=PATH,
        ),
    ],
    ids=["another token", "another address", "no signature", "no ASCII"],
)
def test_a_forged_signature_is_refused(call: Call) -> None:
    call = Call(call.secret, call.body, call.headers, path=PATH)
    with pytest.raises(NotSigned):
        a_gateway().read("sms", call)


def test_without_a_token_or_an_address_nobody_is_believed() -> None:
    empty = RequestValidator("").compute_signature(f"{BASE}{PATH}", TEXT)
    headers = {"content-type": FORM_TYPE, "x-twilio-signature": empty}
    call = Call("secret", urlencode(TEXT).encode(), headers, path=PATH)
    for gateway in (a_gateway(token=""), a_gateway(base="")):
        with pytest.raises(NotSigned):
            gateway.read("sms", call)


def test_a_forged_text_is_answered_403_and_does_nothing(files: object) -> None:
    world = a_world_of_all()
    good = signed(TEXT)
    forged = Call("secret", good.body.replace(b"HELP", b"STOP"), good.headers, path=PATH)
    assert world.edges.answer("twilio", "sms", forged).status == 403
    assert world.deliver() == []
    answer = world.edges.answer("twilio", "sms", good)
    assert (answer.status, answer.body) == (200, "<Response/>")
    assert world.deliver() == ["accepted"]
