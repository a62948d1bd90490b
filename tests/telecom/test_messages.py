"""This file tests that no neutral message shows a number or a text where it is printed."""

import pytest

from chalicelib.telecom.messages import DeliveryReport, OptOut, Party, Sms, UssdEnd, UssdHop

NUMBER, TEXT = "+85512000001", "a private text"
PARTY = Party("africastalking", NUMBER, NUMBER)
MESSAGES = [
    PARTY,
    UssdHop(PARTY, "session", "*384*55#", TEXT, echo=TEXT),
    UssdEnd(PARTY, "session", "*384*55#", TEXT),
    Sms(PARTY, "id", "38455", TEXT),
    DeliveryReport("africastalking", "id", "delivered", TEXT, PARTY),
    OptOut(PARTY),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_hides_its_number_and_text_where_it_is_printed(message: object) -> None:
    printed = f"{message} {message!r} {[message]}"
    assert NUMBER not in printed
    assert "12000" not in printed
    assert TEXT not in printed


def test_parties_are_told_apart_by_gateway_and_id() -> None:
    assert Party("one", "id") == Party("one", "id")
    assert Party("one", "id") != Party("two", "id")
