"""This file tests the official SDK, in our sender, against every answer of the pretend gateway."""

import json
from collections.abc import Iterator

import pytest
from africastalking.SMS import SMSService

from chalicelib.gateways.africastalking_sender import AfricasTalking
from chalicelib.settings import Settings
from infra.local.answers import MODES
from infra.local.environment import SANDBOX_KEY
from tests.end_to_end.stack import FORM, Local, encoded

pytestmark = pytest.mark.stack
TO = "+85512000030"
PATH = "/sandbox/version1/messaging"
# mode -> what our sender makes of it, and how many messages the gateway then holds.
OUTCOMES = {
    "ok": ("accepted", "", 1),
    "charset": ("accepted", "", 1),
    "truncated": ("unknown", "unreadable", 1),
    "html": ("unknown", "unreadable", 1),
    "nothing": ("unknown", "unreadable", 1),
    "lost": ("unknown", "", 1),
    "slow_lost": ("unknown", "", 1),
    "401": ("deferred", "credentials", 0),
    "429": ("deferred", "throttled", 0),
    "500": ("unknown", "http_500", 0),
    "hang": ("unknown", "", 0),
    "drop": ("unknown", "", 0),
    "empty": ("unknown", "no_recipient", 0),
    "none_id": ("rejected", "invalid_phone_number", 0),
    "status_100": ("accepted", "", 1),
    "status_101": ("accepted", "", 1),
    "status_102": ("accepted", "", 1),
    "status_401": ("rejected", "risk_hold", 0),
    "status_402": ("rejected", "invalid_sender_id", 0),
    "status_403": ("rejected", "invalid_phone_number", 0),
    "status_404": ("rejected", "unsupported_number_type", 0),
    "status_405": ("rejected", "insufficient_balance", 0),
    "status_406": ("rejected", "user_in_blacklist", 0),
    "status_407": ("rejected", "could_not_route", 0),
    "status_409": ("rejected", "do_not_disturb_rejection", 0),
    "status_500": ("unknown", "gateway_error", 0),
    "status_501": ("unknown", "gateway_error", 0),
    "status_502": ("unknown", "gateway_error", 0),
}


@pytest.fixture(autouse=True)
def _well_again(local: Local) -> Iterator[None]:
    yield
    local.answers("ok")


@pytest.fixture
def sender(local: Local) -> AfricasTalking:
    """Our sender with the official SDK, pointed at the pretend gateway."""
    settings = Settings(gateway_url=f"{local.url}/sandbox/version1")
    return AfricasTalking(settings, SANDBOX_KEY, timeout=(1.0, 1.0))


def test_every_answer_is_told_what_it_means() -> None:
    assert set(OUTCOMES) == set(MODES)


@pytest.mark.parametrize("mode", OUTCOMES)
def test_an_answer_means(mode: str, local: Local, sender: AfricasTalking) -> None:
    outcome, reason, held = OUTCOMES[mode]
    before = len(local.messages(TO))
    local.answers(mode, reports=False)
    result = sender.send(TO, "What is asked is answered.")
    assert result.outcome == outcome
    assert result.reason.startswith(reason)
    assert len(local.messages(TO)) - before == held
    assert bool(result.message_id) == (outcome == "accepted")


def test_the_bare_sdk_is_answered_as_the_vendor_answers(local: Local) -> None:
    service = SMSService("sandbox", SANDBOX_KEY)
    service._baseUrl = f"{local.url}/sandbox/version1"
    answer = service.send("សួស្តី", ["+85512000031", "+85512000032"], sender_id="38455")
    told = answer["SMSMessageData"]
    assert told["Message"] == "Sent to 2/2 Total Cost: KES 1.6000"
    assert [one["number"] for one in told["Recipients"]] == ["+85512000031", "+85512000032"]
    assert set(told["Recipients"][0]) == {
        *("statusCode", "number", "status", "cost", "messageId", "messageParts"),
    }
    assert local.messages("+85512000031")[0]["encoding"] == "ucs2"


def test_a_wrong_key_is_refused_as_the_vendor_refuses_it(local: Local) -> None:
    body = encoded({"username": "sandbox", "to": TO, "message": "x"})
    answer = local.calls("POST", PATH, body, {"apiKey": "wrong", "Content-Type": FORM})
    assert (answer.status, answer.text) == (401, "The supplied authentication is invalid")


def test_a_form_without_a_text_is_refused(local: Local) -> None:
    body = encoded({"username": "sandbox", "to": TO})
    answer = local.calls("POST", PATH, body, {"apiKey": SANDBOX_KEY, "Content-Type": FORM})
    assert answer.status == 400
    assert "message" in answer.text


def test_an_answer_may_be_chosen_for_so_many_requests(local: Local, sender: AfricasTalking) -> None:
    local.answers("429", times=2, reports=False)
    outcomes = [sender.send(TO, "Once more.").outcome for _ in range(3)]
    assert outcomes == ["deferred", "deferred", "accepted"]


def test_an_answer_that_does_not_exist_cannot_be_chosen(local: Local) -> None:
    for wish in ('{"mode": "well"}', "[]", "{", '{"times": "many"}'):
        assert local.calls("POST", "/sandbox/mode", wish).status == 400


def test_what_was_accepted_is_in_its_log_and_nowhere_else(
    local: Local, sender: AfricasTalking
) -> None:
    sender.send("+85512000033", "One line for each message.")
    lines = (local.folder / "sandbox" / "accepted.jsonl").read_text().splitlines()
    mine = [one for one in map(json.loads, lines) if one["to"] == "+85512000033"]
    assert [one["text"] for one in mine] == ["One line for each message."]
    assert [one.name for one in (local.folder / "sandbox").iterdir()] == ["accepted.jsonl"]
