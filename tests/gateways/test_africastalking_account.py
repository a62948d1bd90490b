"""This file tests how the balance of an account is asked for and read."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from chalicelib.errors import Unavailable
from chalicelib.gateways.africastalking_account import balance
from chalicelib.settings import Settings
from tests.gateways.stub import Canned, serving

KEY = "atsk_not-a-key"


@pytest.fixture
def stub() -> Iterator[Canned]:
    """A gateway that tells a balance."""
    with serving() as canned:
        canned.status, canned.body = 200, b'{"UserData": {"balance": "USD 12.3400"}}'
        yield canned


def asked(stub: Canned) -> tuple[str, Decimal]:
    """Ask it."""
    return balance(Settings(gateway_url=stub.url, gateway_username="owl"), KEY)


def test_the_balance_is_asked_with_the_key_and_read_exactly(stub: Canned) -> None:
    assert asked(stub) == ("USD", Decimal("12.3400"))
    (request,) = stub.asked
    assert request["path"] == "/version1/user?username=owl"
    assert request["apikey"] == KEY


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (401, b"The supplied authentication is invalid", r"HTTP 401"),
        (200, b"{", "JSONDecodeError"),
        (200, b'{"UserData": null}', "TypeError"),
        (200, b'{"UserData": {"balance": "much"}}', "cannot be read"),
    ],
)
def test_what_is_no_balance_is_told_without_key_or_answer(
    stub: Canned, status: int, body: bytes, why: str
) -> None:
    stub.status, stub.body = status, body
    with pytest.raises(Unavailable, match=why) as fault:
        asked(stub)
    assert KEY not in str(fault.value)
    assert "much" not in str(fault.value)


def test_a_gateway_that_is_away_is_told(stub: Canned) -> None:
    settings = Settings(gateway_url="http://127.0.0.1:9/version1")
    with pytest.raises(Unavailable, match="tells no balance"):
        balance(settings, KEY)
