"""This file attacks every USSD and SMS shape with the hostile inputs of the fault matrix."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.channels.edge import Answer
from chalicelib.storage.addressees import opened
from chalicelib.storage.memory.base import FINE
from chalicelib.telecom.callbacks import FORM_TYPE, MOST_BYTES, Call
from chalicelib.telecom.messages import Party
from tests.builders import NUMBER
from tests.gateways.shapes import (
    CODE,
    SHAPES,
    SIGNING,
    Phones,
    Press,
    Shape,
    a_world_of_all,
    files,
    masked,
    resigned,
    signed,
)
from tests.world import World

__all__ = ["files"]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=[one.name for one in SHAPES])
SYNCHRONOUS = [one for one in SHAPES if one.read is not None]
# Whose transcript OWL keeps; where a gateway tells it whole, it is its word.
KEPT = [one for one in SHAPES if one.name in {"xml-ussd", "ideamart", "naga"}]
LATER = [one for one in SHAPES if one.read is None]
HOSTILE = (
    "😀",
    "\u202e102",
    "1\u200b*\u200d2",
    "e" + "\u0301" * 200,
    "\x1b[2J",
    "100%",
    "]]>&amp;<text>",
    '"},{"a":"',
    "=cmd|' /C calc'!A0",
    "${text}${password}",
    "<script>",
    "\r\nSet-Cookie: a",
    "a" * 2_000,
)


@pytest.fixture
def world(files: object) -> World:
    """A world with every gateway."""
    return a_world_of_all()


def pressed(phones: Phones, *typed: str) -> str:
    """Dial, then type one input after the other; return the last screen."""
    screen = phones.dial(NUMBER, "")
    whole = ""
    for one in typed:
        whole = f"{whole}*{one}" if whole else one
        screen = phones.hop(NUMBER, whole)
    return screen


def asked(world: World, shape: Shape, call: Call) -> Answer:
    """Bring one callback of USSD."""
    return world.edges.answer(shape.name, "ussd", call)


def silent(world: World, shape: Shape, answer: Answer) -> bool:
    """Whether nobody was shown a menu: a session was ended, or no screen went out."""
    world.deliver()
    if shape.read is None:
        return world.gateway.shown == []
    return shape.read(answer).startswith("END ")


@each_shape
def test_U1_a_hop_that_lacks_a_field_shows_no_menu(shape: Shape, world: World) -> None:
    for lack in ("session", "number"):
        press = replace(Press("7001", NUMBER, "", "", 0), **{lack: ""})
        if lack == "number" and shape.is_masked:
            continue
        assert silent(world, shape, asked(world, shape, shape.ask(press)))
    assert not world.database.tables["talk"]


@pytest.mark.parametrize("shape", SYNCHRONOUS, ids=[one.name for one in SYNCHRONOUS])
def test_U2_a_caller_that_is_no_number_of_ours_is_shown_nothing(shape: Shape, world: World) -> None:
    for number in ("anonymous", "+", "+254 7", "+" + "8" * 40, "+33612345678", "+855900"):
        answer = asked(world, shape, shape.ask(Press("7001", number, "", "", 0)))
        assert silent(world, shape, answer), number


@pytest.mark.parametrize("shape", LATER, ids=[one.name for one in LATER])
def test_U2_a_masked_id_is_letters_and_marks_or_nothing(shape: Shape, world: World) -> None:
    press = Press("7001", NUMBER, "", "", 0)
    good = shape.ask(press)
    for odd in ("", "two words", "ស", "a" * 201, "\\u0000x"):
        bad = resigned(good, masked(NUMBER), odd)
        assert silent(world, shape, asked(world, shape, bad)), odd


@each_shape
@pytest.mark.parametrize("typed", HOSTILE)
def test_U9_hostile_typing_gets_a_screen_that_plays_nothing_back(
    typed: str, shape: Shape, world: World
) -> None:
    screen = pressed(Phones(world, shape), "2", typed)
    assert screen[:4] in {"CON ", "END "}
    played = [one for one in ("\x1b", "\u202e", "script", "cmd", "password") if one in screen]
    assert played == []
    assert sum(map(len, world.gateway.sent)) == 0


@each_shape
def test_U3_no_session_is_so_long_that_it_is_not_answered(shape: Shape, world: World) -> None:
    phones = Phones(world, shape)
    screen = pressed(phones, *["00"] * 70)
    assert screen[:4] in {"CON ", "END "}


@each_shape
def test_U6_a_hop_ten_times_over_is_shown_once_and_means_once(shape: Shape, world: World) -> None:
    phones = Phones(world, shape)
    first = pressed(phones, "1", "102")
    press, shown = phones.sessions[NUMBER], len(world.gateway.shown)
    world.clock.forward(seconds=1)
    for _ in range(10):
        assert phones.show(press) == first
    assert len(world.gateway.shown) == shown


@pytest.mark.parametrize("shape", KEPT, ids=[one.name for one in KEPT])
def test_U7_a_session_of_somebody_else_is_another_session(shape: Shape, world: World) -> None:
    phones = Phones(world, shape)
    before = pressed(phones, "1")
    stranger = "+85512000099"
    theirs = replace(phones.sessions[NUMBER], number=stranger, last="102", whole="1*102", n=2)
    answer = asked(world, shape, shape.ask(theirs))
    world.deliver()
    screen = shape.read(answer) if shape.read else f"CON {world.gateway.shown[-1][1]}"
    assert screen != before
    assert phones.hop(NUMBER, "1*102") != screen


@pytest.mark.parametrize("shape", SYNCHRONOUS, ids=[one.name for one in SYNCHRONOUS])
def test_U8_another_service_code_shows_no_menu(shape: Shape, world: World) -> None:
    call = shape.ask(Press("7001", NUMBER, "", "", 0))
    other = Call(
        call.secret,
        call.body.replace(CODE.encode(), b"*384*56#").replace(b"%2A384%2A55%23", b"*384*56#"),
        call.headers,
        call.method,
        call.path,
        tuple((name, value.replace("384/55", "384/56")) for name, value in call.query),
    )
    assert silent(world, shape, asked(world, shape, other))


BODIES: dict[str, Callable[[Call], Call]] = {
    "gzip": lambda call: replace(call, headers={**call.headers, "content-encoding": "gzip"}),
    "multipart": lambda call: replace(call, headers={"content-type": "multipart/form-data"}),
    "large": lambda call: replace(call, body=call.body + b" " * MOST_BYTES),
    "method": lambda call: replace(call, method="PUT"),
}


@each_shape
@pytest.mark.parametrize("way", BODIES)
def test_U9_what_the_gateway_never_sends_is_refused_at_the_edge(
    way: str, shape: Shape, world: World
) -> None:
    call = shape.ask(Press("7001", NUMBER, "", "", 0))
    if call.method == "GET" and way != "method":
        call = replace(call, method="POST")
    assert 400 <= asked(world, shape, BODIES[way](call)).status < 500
    world.deliver()
    assert world.gateway.shown == []


@each_shape
def test_U11_a_flood_of_one_number_costs_no_calls(shape: Shape, world: World) -> None:
    phones = Phones(world, shape)
    press = Press("7001", NUMBER, "", "", 0)
    world.ussd.flood.clock = lambda: 0.0
    for _ in range(world.settings.hops_a_number + 1):
        answer = asked(world, shape, shape.ask(press))
    world.deliver()
    shown, calls = len(world.gateway.shown), list[str]()
    world.database.outage = lambda what: calls.append(what) or FINE
    for _ in range(10):
        answer = asked(world, shape, shape.ask(press))
        assert shape.read is None or shape.read(answer).startswith("END ")
    assert (calls, len(world.gateway.shown)) == ([], shown)
    assert phones.sessions == {}


@each_shape
def test_U12_a_wrong_secret_finds_nothing(shape: Shape, world: World) -> None:
    call = replace(shape.ask(Press("7001", NUMBER, "", "", 0)), secret="wrong")
    assert (asked(world, shape, call).status, asked(world, shape, call).body) == (404, "")
    for kind in ("voice", "", "ussd/x"):
        assert world.edges.answer(shape.name, kind, call).status == 404
    assert world.edges.answer("nobody", "ussd", call).status == 404


TEXTS: dict[str, Callable[[str, str, str], Call]] = {
    "twilio": lambda who, text, name: _signed(
        {"From": who, "To": "38455", "Body": text, "MessageSid": name}
    ),
    "jasmin": lambda who, text, name: _form(
        {"from": who[1:], "to": "38455", "content": text, "id": name, "coding": "0"}
    ),
    "ideamart": lambda who, text, name: _json(
        {"sourceAddress": f"tel:{who[1:]}", "message": text, "requestId": name}
    ),
    "mekhala": lambda who, text, name: _json(
        {"batch": [{"m": {"from": f"0{who[1:]}", "to": "38455", "body": text, "ref": name}}]}
    ),
}
each_text = pytest.mark.parametrize("gateway", TEXTS)


def _form(fields: dict[str, str]) -> Call:
    return Call("secret", urlencode(fields).encode(), {"content-type": FORM_TYPE})


def _json(told: object) -> Call:
    return Call("secret", json.dumps(told).encode(), {"content-type": "application/json"})


def _signed(fields: dict[str, str]) -> Call:
    return signed(fields, token=SIGNING)


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


@pytest.mark.parametrize("gateway", [one for one in TEXTS if one != "ideamart"])
def test_S6_a_sender_nobody_can_answer_is_taken_and_left(gateway: str, world: World) -> None:
    for sender in ("+MTN", "+", "+33612345678", "+855900"):
        answer = world.edges.answer(gateway, "sms", TEXTS[gateway](sender, "HELP", "m1"))
        assert answer.status == 200
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


@pytest.mark.parametrize("shape", KEPT, ids=[one.name for one in KEPT])
def test_keys_of_another_book_are_never_played_on_this_one(
    shape: Shape, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones = Phones(world, shape)
    home = phones.dial(NUMBER, "")
    assert phones.hop(NUMBER, "1") != home
    book = replace(world.conversation.book, version="another")
    monkeypatch.setattr(world.conversation, "book", book)
    assert phones.hop(NUMBER, "1*1") == home
    assert phones.hop(NUMBER, "1*1*1") != home


@pytest.mark.parametrize("shape", KEPT, ids=[one.name for one in KEPT])
def test_of_two_presses_at_once_one_is_played(shape: Shape, world: World) -> None:
    """The second finds that the first wrote what was typed, and is played behind it."""
    phones = Phones(world, shape)
    phones.dial(NUMBER, "")
    edge = world.edges.by_name[shape.name]
    assert edge.turns is not None
    first = phones.sessions[NUMBER]
    press = replace(first, whole="1", last="1", n=1)
    other = replace(first, whole="1*2", last="2", n=2)
    look, looks = edge.turns.desk.look_session, list[object]()

    def slow(*told: Any) -> Any:
        found = look(*told)
        if not looks:
            looks.append(found)
            world.clock.forward(seconds=1)
            asked(world, shape, shape.ask(press))
        return found

    world.desk.look_session = slow
    asked(world, shape, shape.ask(other))
    world.desk.look_session = look
    world.deliver()
    found = look(shape.party(NUMBER), f"{shape.name}/{first.session}")
    assert found.typed[3:] == ("1", "2")


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


@pytest.mark.parametrize("gateway", ["twilio", "jasmin", "ideamart", "mekhala"])
def test_S9_a_word_of_a_report_that_no_file_knows_is_kept_as_unknown(
    gateway: str, world: World
) -> None:
    bodies = {
        "twilio": _signed_at("delivery-reports", {"MessageSid": "m1", "MessageStatus": "beamed"}),
        "jasmin": _form({"id": "m1", "message_status": "BEAMED"}),
        "ideamart": _json({"requestId": "m1", "deliveryStatus": "BEAMED"}),
        "mekhala": _form({"mid": "m1", "st": "Z"}),
    }
    assert world.edges.answer(gateway, "delivery-reports", bodies[gateway]).status == 200
    ((message, _),) = world.reported
    assert (message["status"], message["gateway"]) == ("unknown", gateway)
    assert "12000001" not in json.dumps(message)


def _signed_at(kind: str, fields: dict[str, str]) -> Call:
    return signed(fields, path=f"/gateways/twilio/secret/{kind}")


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
    assert opened(world.stores.purse.keys, person["number"]) == "ideamart:AZ1"
