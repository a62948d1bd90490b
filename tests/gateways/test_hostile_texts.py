"""This file attacks every shape of SMS and of delivery reports with what is hostile."""

import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from chalicelib.capabilities.ledger_control import Control
from chalicelib.channels.delivery import Delivery
from chalicelib.storage.addressees import opening
from chalicelib.storage.memory.cells import MemoryCells
from chalicelib.telecom.callbacks import FORM_TYPE, Call
from chalicelib.telecom.messages import NUMBERS, Party
from tests.builders import NUMBER, SHORT_CODE
from tests.gateways.shapes import a_world_of_all, files, signed
from tests.world import World

__all__ = ["files"]
OTHER = "+85512000002"


@pytest.fixture
def world(files: object) -> World:
    """A world with every gateway."""
    return a_world_of_all()


def _form(fields: dict[str, str]) -> Call:
    return Call("secret", urlencode(fields).encode(), {"content-type": FORM_TYPE})


def _json(told: object) -> Call:
    return Call("secret", json.dumps(told).encode(), {"content-type": "application/json"})


# Who texts what under which id, and fields that no file asks for.
TEXTS: dict[str, Callable[..., Call]] = {
    "africastalking": lambda who, text, name, **beside: _form(
        {"from": who, "to": "38455", "text": text, "id": name, **beside}
    ),
    "twilio": lambda who, text, name, **beside: signed(
        {"From": who, "To": "38455", "Body": text, "MessageSid": name, **beside}
    ),
    "jasmin": lambda who, text, name, **beside: _form(
        {"from": who[1:], "to": "38455", "content": text, "id": name, "coding": "0", **beside}
    ),
    "ideamart": lambda who, text, name, **beside: _json(
        {"sourceAddress": f"tel:{who[1:]}", "message": text, "requestId": name, **beside}
    ),
    "mekhala": lambda who, text, name, **beside: _json(
        {
            "batch": [
                {"m": {"from": f"0{who[1:]}", "to": "38455", "body": text, "ref": name} | beside}
            ]
        }
    ),
}
REPORTS: dict[str, Callable[[str, str, str], Call]] = {
    "africastalking": lambda who, word, name: _form(
        {"id": name, "status": word, "phoneNumber": who}
    ),
    "twilio": lambda who, word, name: signed(
        {"MessageSid": name, "MessageStatus": word, "To": who},
        path="/gateways/twilio/secret/delivery-reports",
    ),
    "jasmin": lambda _, word, name: _form({"id": name, "message_status": word}),
    "ideamart": lambda who, word, name: _json(
        {"requestId": name, "deliveryStatus": word, "destinationAddress": f"tel:{who[1:]}"}
    ),
    "mekhala": lambda who, word, name: _form({"mid": name, "to": f"0{who[1:]}", "st": word}),
}
# How each says that a message is on its way, came, never will.
WORDS = {
    "africastalking": ("Sent", "Success", "Failed"),
    "twilio": ("sent", "delivered", "undelivered"),
    "jasmin": ("ACCEPTD", "DELIVRD", "UNDELIV"),
    "ideamart": ("ACCEPTED", "DELIVERED", "EXPIRED"),
    "mekhala": ("Q", "D", "U"),
}
NAMING = [one for one in REPORTS if one != "jasmin"]
DATES = ("2017-05-03T06:04:45Z", "2017-05-03 06:04:45", "1970-01-01 00:00:00", "2099-01-01", "")
each_text = pytest.mark.parametrize("gateway", TEXTS)
each_report = pytest.mark.parametrize("gateway", REPORTS)


def texted(world: World, gateway: str, *told: str, **beside: str) -> None:
    """Bring one SMS: who, what, its id."""
    assert world.edges.answer(gateway, "sms", TEXTS[gateway](*told, **beside)).status == 200


def followed(world: World, gateway: str) -> None:
    """Follow a message `m1` that went to `NUMBER` by a gateway."""
    masked = gateway == "ideamart"
    party = Party(gateway, NUMBER[1:]) if masked else Party(NUMBERS, NUMBER, NUMBER)
    world.stores.recipients.follow(gateway, {"m1": world.keys.now().person(party)})


def settled(world: World, gateway: str, call: Call) -> str:
    """Bring one report, and settle it until it waits no more; return what came of it."""
    assert world.edges.answer(gateway, "delivery-reports", call).status == 200
    control = Control(MemoryCells(world.database), world.clock, 10)
    delivery = Delivery(world.stores.recipients, control, world, world.observe)
    outcome = ""
    while world.reported:
        outcome = delivery.settle(world.reported.pop()[0])
    return outcome


@each_text
def test_S1_the_same_text_ten_times_is_answered_once(gateway: str, world: World) -> None:
    for _ in range(10):
        call = TEXTS[gateway](NUMBER, "HELP", "m1")
        assert world.edges.answer(gateway, "sms", call).status == 200
    world.deliver()
    assert len(world.gateway.sent) == 1


@each_text
def test_S3_stop_is_taken_from_every_gateway(gateway: str, world: World) -> None:
    world.edges.answer(gateway, "sms", TEXTS[gateway](NUMBER, "S T O P please", "m1"))
    (person,) = world.database.tables["people"].values()
    assert person["opted_out"]


@each_text
def test_S3_stop_within_a_sentence_stops_nobody(gateway: str, world: World) -> None:
    for text in ("don't stop the project", "bus stop far"):
        texted(world, gateway, NUMBER, text, text)
    assert not any(one.get("opted_out") for one in world.database.tables["people"].values())


@each_text
def test_S5_what_our_own_code_says_is_never_answered(gateway: str, world: World) -> None:
    texted(world, gateway, NUMBER, "HELP", "m1")
    world.deliver()
    ((_, ours),) = world.gateway.sent
    for n, text in enumerate((ours, "HELP", "STOP")):
        texted(world, gateway, f"+{SHORT_CODE}", text, f"loop-{n}")
    assert world.deliver() == []


@each_text
def test_S6_a_sender_nobody_can_answer_is_taken_and_left(gateway: str, world: World) -> None:
    numbers = ("+MTN", "+33612345678", "+855900", "+012000001", "+٨٥٥١٢٠٠٠٠٠١")
    # A masked id may be any word; these are none.
    nobody = ("+", "+two words", "+\x00", "+ស", f"+{'8' * 201}")
    for sender in (*nobody, *(() if gateway == "ideamart" else numbers)):
        texted(world, gateway, sender, "HELP", "m1")
    assert world.deliver() == []
    assert world.database.tables["people"] == {}


@pytest.mark.parametrize("gateway", [one for one in TEXTS if one != "ideamart"])
def test_a_text_to_no_code_of_ours_is_taken_and_left(gateway: str, world: World) -> None:
    for code in ("", "38456", "MTN"):
        texted(world, gateway, NUMBER, "HELP", f"m{code}", to=code, To=code)
    assert world.deliver() == []


def test_who_stops_by_one_gateway_is_stopped_for_all(world: World) -> None:
    world.edges.answer("jasmin", "sms", TEXTS["jasmin"](NUMBER, "STOP", "m1"))
    world.edges.answer("twilio", "sms", TEXTS["twilio"](NUMBER, "START", "m1"))
    (person,) = world.database.tables["people"].values()
    assert not person["opted_out"]


def test_several_texts_in_one_request_are_each_answered(world: World) -> None:
    batch = [
        {"m": {"from": f"0{number}", "to": "38455", "body": "HELP", "ref": n}}
        for n, number in enumerate(("85512000001", "MTN", "85512000002"))
    ]
    answer = world.edges.answer("mekhala", "sms", _json({"batch": batch}))
    assert (answer.status, answer.body) == (200, '{"ok":true}')
    world.deliver()
    assert {to for to, _ in world.gateway.sent} == {"+85512000001", "+85512000002"}


@each_text
def test_S2_without_an_id_an_equal_text_within_a_minute_is_the_same(
    gateway: str, world: World
) -> None:
    for seconds, answers in ((0, 1), (30, 1), (61, 2)):
        world.clock.forward(seconds=seconds)
        world.edges.answer(gateway, "sms", TEXTS[gateway](NUMBER, "HELP", ""))
        world.deliver()
        assert len(world.gateway.sent) == answers, seconds


@each_text
def test_S4_an_unknown_word_is_answered_once_a_day(gateway: str, world: World) -> None:
    for n in range(3):
        world.edges.answer(gateway, "sms", TEXTS[gateway](NUMBER, f"xyzzy{n}", f"m{n}"))
        world.clock.forward(minutes=5)
    world.deliver()
    assert len(world.gateway.sent) == 1


@each_text
def test_S8_the_date_of_a_text_changes_nothing(gateway: str, world: World) -> None:
    for n, date in enumerate(DATES):
        told = dict.fromkeys(("date", "timestamp", "DateSent"), date)
        texted(world, gateway, NUMBER, "HELP", f"m{n}", **told)
        texted(world, gateway, NUMBER, "HELP", f"m{n}", **dict.fromkeys(told, "2001-01-01"))
        world.deliver()
        assert len(world.gateway.sent) == n + 1, date
    assert len(set(world.gateway.sent)) == 1


@each_text
def test_S7_a_long_text_in_khmer_is_read_whole(gateway: str, world: World) -> None:
    text = "ជួយ " + "ស្ត្រី" * 100
    if gateway == "jasmin":
        told = {"from": NUMBER[1:], "to": "38455", "coding": "8", "id": "m1"}
        call = _form({**told, "binary": text.encode("utf-16-be").hex(), "content": "??"})
    else:
        call = TEXTS[gateway](NUMBER, text, "m1")
    (fields,) = world.edges.by_name[gateway].gateway.read("sms", call)
    assert fields["text"] == text
    assert world.edges.answer(gateway, "sms", call).status == 200


@each_report
def test_S9_a_word_of_a_report_that_no_file_knows_is_kept_as_unknown(
    gateway: str, world: World
) -> None:
    call = REPORTS[gateway](NUMBER, "BEAMED", "m1")
    assert world.edges.answer(gateway, "delivery-reports", call).status == 200
    ((message, _),) = world.reported
    assert (message["status"], message["gateway"]) == ("unknown", gateway)
    assert "12000001" not in json.dumps(message)


@each_report
def test_S10_a_report_of_an_unknown_message_is_counted_and_dropped(
    gateway: str, world: World
) -> None:
    followed(world, gateway)
    for other, report in REPORTS.items():
        _, came, _ = WORDS[other]
        name = "m2" if other == gateway else "m1"
        outcome = settled(world, other, report(NUMBER, came, name))
        told = [fields for event, fields in world.events if event == "delivery_report"]
        assert (outcome, told[-1]["outcome"]) == ("unknown_id", "unknown_id"), other
    assert world.stores.recipients.status(gateway, "m1") == "sent"
    assert len(world.database.tables["recipients"]) == 1


@each_report
def test_S11_a_status_never_goes_back(gateway: str, world: World) -> None:
    followed(world, gateway)
    waits, came, lost = WORDS[gateway]
    outcomes = [
        settled(world, gateway, REPORTS[gateway](NUMBER, word, "m1"))
        for word in (waits, came, came, waits, lost, "BEAMED")
    ]
    assert outcomes == ["settled"] * 2 + ["unchanged"] * 3 + ["unknown_status"]
    assert world.stores.recipients.status(gateway, "m1") == "delivered"


@pytest.mark.parametrize("gateway", NAMING)
def test_S12_a_report_of_another_number_changes_nothing(gateway: str, world: World) -> None:
    followed(world, gateway)
    _, came, _ = WORDS[gateway]
    for who in (OTHER, "+MTN", "+", ""):
        outcome = settled(world, gateway, REPORTS[gateway](who, came, "m1"))
        assert outcome == "other_number", who
        assert world.stores.recipients.status(gateway, "m1") == "sent"
    assert settled(world, gateway, REPORTS[gateway](NUMBER, came, "m1")) == "settled"


def test_a_masked_person_joins_a_commune_and_is_sealed_for_their_gateway_alone(
    world: World,
) -> None:
    def says(text: str, name: str) -> None:
        told = {"sourceAddress": "tel:AZ1", "message": text, "requestId": name}
        assert world.edges.answer("ideamart", "sms", _json(told)).status == 200

    says("JOIN 021201", "m1")
    world.deliver()
    assert [to for to, _ in world.gateway.sent] == ["ideamart:AZ1"]
    key = world.keys.now().person(Party("ideamart", "AZ1"))
    person = world.database.tables["people"][key]
    assert (person["commune"], person["network"]) == ("021201", "ideamart")
    assert opening(world.stores.purse.keys)(person["number"]) == "ideamart:AZ1"
