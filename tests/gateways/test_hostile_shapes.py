"""This file attacks every USSD shape with the hostile inputs of the fault matrix."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.channels.edge import Answer
from chalicelib.storage.memory.base import FINE
from chalicelib.telecom.callbacks import MOST_BYTES, Call
from tests.builders import KAMRIENG, NUMBER
from tests.gateways.shapes import (
    CODE,
    SHAPES,
    Phones,
    Press,
    Shape,
    a_world_of_all,
    files,
    masked,
    resigned,
)
from tests.world import World

__all__ = ["files"]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=[one.name for one in SHAPES])
SYNCHRONOUS = [one for one in SHAPES if one.read is not None]
LATER = [one for one in SHAPES if one.read is None]
HOSTILE = (
    "😀",
    "1\x00",
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
    numbers = ("anonymous", "+", "+254 7", "+" + "8" * 40, "+33612345678", "+855900")
    for number in (*numbers, "012000001", "+٨٥٥١٢٠٠٠٠٠١", f"{NUMBER}\x00", "38455"):
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
    played = [
        one for one in ("\x00", "\x1b", "\u202e", "script", "cmd", "password") if one in screen
    ]
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


@each_shape
def test_U7_a_session_of_somebody_else_is_another_session(shape: Shape, world: World) -> None:
    phones, stranger = Phones(world, shape), "+85512000099"
    walk = ("8", "2", KAMRIENG, "1")
    assert "SMS soon" in pressed(phones, *walk)
    phones.sessions[stranger] = replace(phones.sessions[NUMBER], number=stranger, n=-1, whole="")
    theirs = [phones.hop(stranger, "*".join(walk[:n])) for n in range(len(walk) + 1)]
    assert theirs[0] == phones.dial(phones.fresh(), "")
    assert "SMS soon" in theirs[-1]
    world.deliver()
    told = [to for to, _ in world.gateway.sent]
    assert told == [shape.party(one).address for one in (NUMBER, stranger)]


@each_shape
def test_U7_a_press_alone_in_a_session_of_somebody_else_begins_anew(
    shape: Shape, world: World
) -> None:
    phones, stranger = Phones(world, shape), "+85512000099"
    undisturbed = pressed(phones, "8", "1", "1")
    before = pressed(phones, "8", "1")
    theirs = Press(phones.sessions[NUMBER].session, stranger, "2", "2", 3)
    assert phones.show(theirs) not in {before, undisturbed}
    assert phones.hop(NUMBER, "8*1*1") == undisturbed


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
    "gzip": lambda call: call._replace(headers={**call.headers, "content-encoding": "gzip"}),
    "multipart": lambda call: call._replace(headers={"content-type": "multipart/form-data"}),
    "large": lambda call: call._replace(body=call.body + b" " * MOST_BYTES),
    "method": lambda call: call._replace(method="PUT"),
}


@each_shape
@pytest.mark.parametrize("way", BODIES)
def test_U9_what_the_gateway_never_sends_is_refused_at_the_edge(
    way: str, shape: Shape, world: World
) -> None:
    call = shape.ask(Press("7001", NUMBER, "", "", 0))
    if call.method == "GET" and way != "method":
        call = call._replace(method="POST")
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
    call = shape.ask(Press("7001", NUMBER, "", "", 0))._replace(secret="wrong")
    assert (asked(world, shape, call).status, asked(world, shape, call).body) == (404, "")
    for kind in ("voice", "", "ussd/x"):
        assert world.edges.answer(shape.name, kind, call).status == 404
    assert world.edges.answer("nobody", "ussd", call).status == 404
