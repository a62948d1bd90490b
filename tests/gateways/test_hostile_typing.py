"""This file types what is hostile into every USSD shape, as the fault matrix has it."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.telecom.callbacks import MOST_BYTES, Call
from tests.builders import NUMBER
from tests.channels.test_complaining import told
from tests.gateways.shapes import SHAPES, Phones, Press, Shape, a_world_of_all, files, resigned
from tests.world import World

__all__ = ["files"]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=[one.name for one in SHAPES])
SESSION = "7001"
# Where each that tells its service code tells it.
SERVICED = ("africastalking", "mekhala", "xml-ussd")
# In English, about money, an office, this week; then what happened, which takes all the rest.
COMPLAINT = "8*4*2*0212*1"


@pytest.fixture
def world(files: object) -> World:
    """A world with every gateway."""
    return a_world_of_all()


def press(number: str = NUMBER, session: str = SESSION) -> Press:
    """Return a dial."""
    return Press(session, number, "", "", 0)


def complained(phones: Phones, words: str) -> str:
    """Complain in so many words; return the last screen."""
    phones.dial(NUMBER, "")
    typed = COMPLAINT.split("*")
    for n in range(len(typed)):
        phones.hop(NUMBER, "*".join(typed[: n + 1]))
    phones.world.clock.forward(seconds=30)
    return phones.hop(NUMBER, f"{COMPLAINT}*{words}")


def joined_by(shape: Shape) -> str:
    """Return what joins inputs: where it is no star, a text that holds it is told with stars."""
    return ";" if shape.name == "mekhala" else "*"


def faults(world: World) -> list[object]:
    """Return the classes of faults that a callback fell over."""
    return [fields["error"] for _, fields in world.events if "error" in fields]


@pytest.mark.parametrize("shape", [one for one in SHAPES if one.name in SERVICED], ids=SERVICED)
def test_U1_a_hop_without_a_service_code_shows_no_menu(shape: Shape, world: World) -> None:
    call = shape.ask(press())
    bare = call._replace(
        body=re.sub(rb"%2A384%2A55%23|(?<=<code>)[^<]*", b"", call.body),
        query=tuple((name, "" if name == "sc" else value) for name, value in call.query),
    )
    assert bare != call
    lacking = bare._replace(
        body=re.sub(rb"serviceCode=&|<code */>|<code></code>", b"", bare.body),
        query=tuple(pair for pair in bare.query if pair[0] != "sc"),
    )
    assert lacking != bare
    for one in (bare, lacking):
        answer = world.edges.answer(shape.name, "ussd", one)
        assert shape.read is not None
        assert shape.read(answer).startswith("END ")
    assert not world.database.tables["talk"]


TWICE: dict[str, Callable[[Call], Call]] = {
    "africastalking": lambda call: call._replace(body=call.body + b"&sessionId=7002"),
    "mekhala": lambda call: call._replace(query=(*call.query, ("tid", "7002"))),
    "xml-ussd": lambda call: call._replace(
        body=call.body.replace(b"</ussd>", b"<session>7002</session></ussd>")
    ),
    "ideamart": lambda call: resigned(call, '"sessionId"', '"sessionId": "7002", "sessionId"'),
    "naga": lambda call: resigned(call, '"no"', '"no": "7002", "no"'),
}


@each_shape
def test_U1_a_hop_that_repeats_a_field_shows_no_menu(shape: Shape, world: World) -> None:
    answer = world.edges.answer(shape.name, "ussd", TWICE[shape.name](shape.ask(press())))
    world.deliver()
    assert world.gateway.shown == []
    assert shape.read is None or shape.read(answer).startswith("END ")
    assert not world.database.tables["talk"]


@each_shape
@pytest.mark.parametrize(
    "typed",
    ["*", "**", "1**2", "1*", "1*" * 500, "x" * 183, "x" * 10_000],
    ids=["star", "stars", "gap", "last", "500-steps", "long", "10000"],
)
def test_U3_odd_transcripts_are_answered_by_a_screen(
    typed: str, shape: Shape, world: World
) -> None:
    phones = Phones(world, shape)
    phones.dial(NUMBER, "")
    call = shape.ask(replace(phones.sessions[NUMBER], whole=typed, last=typed, n=1))
    shown = len(world.gateway.shown)
    answer = world.edges.answer(shape.name, "ussd", call)
    world.deliver()
    if len(typed) > MOST_BYTES:
        assert answer.status == 413
    elif shape.read is None:
        assert (answer.status // 100, len(world.gateway.shown)) == (2, shown + 1)
    else:
        assert shape.read(answer)[:4] in {"CON ", "END "}
    assert faults(world) == []


@each_shape
@pytest.mark.parametrize(
    "words",
    ["my text*5", "they said 00*00*1", "a 0*0*8", "tickets # 1#*#", "end*", "1*2*my text*5"],
)
def test_U4_a_separator_in_free_text_belongs_to_the_text(
    words: str, shape: Shape, world: World
) -> None:
    assert "Received. Code" in complained(Phones(world, shape), words)
    assert told(world) == [words]


@each_shape
@pytest.mark.parametrize("words", ["0", "00"])
def test_U4_a_key_instead_of_free_text_is_a_key(words: str, shape: Shape, world: World) -> None:
    assert complained(Phones(world, shape), words).startswith("CON ")
    assert not world.database.tables["complaints"]


@each_shape
def test_U5_a_choice_is_folded_to_a_key_or_is_wrong(shape: Shape, world: World) -> None:
    phones = Phones(world, shape)

    def shown(typed: str) -> str:
        phones.dial(NUMBER, "")
        return phones.hop(NUMBER, typed)

    services, wrong = shown("1"), shown("77")
    assert services != wrong
    for typed in (" 1 ", "１", "១", "1.", "1#", "1)"):
        assert shown(typed) == services, typed
    for typed in ("01", "١", "-1", "1e0", "None", "0x1", "+1"):
        assert shown(typed) == wrong, typed


INJECTIONS = (
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+1",
    "-1",
    "＝1",
    "<script>alert()</script>",
    "${jndi:ldap://x}${text}${password}",
    "{{7*7}}{words}",
    "'; DROP TABLE people",
    "attribute_exists(id) AND size",
    "]]>&amp;<text>",
    '"},{"a":"',
)


@each_shape
@pytest.mark.parametrize("words", INJECTIONS)
def test_U10_what_a_program_would_run_is_kept_as_text(
    words: str, shape: Shape, world: World
) -> None:
    screen = complained(Phones(world, shape), words)
    assert "Received. Code" in screen
    assert words not in screen
    assert told(world) == [words.replace(joined_by(shape), "*")]


@each_shape
@pytest.mark.parametrize("first", ["\t", "\r", "\n", "\r\n"])
def test_U10_a_text_begins_with_no_character_of_control(
    first: str, shape: Shape, world: World
) -> None:
    complained(Phones(world, shape), f"{first}=1+1")
    assert told(world) == ["=1+1"]


@each_shape
def test_U10_a_session_of_markup_ends_no_place_in_the_answer(shape: Shape, world: World) -> None:
    home = Phones(world, shape).dial(NUMBER, "")
    for session in ("7</session><type>x</type>", '7","a":"', "${text}", "7&amp;", "size(id)"):
        answer = world.edges.answer(shape.name, "ussd", shape.ask(press(session=session)))
        world.deliver()
        if shape.read is None:
            _, text, beside = world.gateway.shown[-1]
            assert (f"CON {text}", beside["session"]) == (home, session)
        else:
            assert shape.read(answer) == home, session


@pytest.mark.parametrize(
    "shape", [one for one in SHAPES if one.name != "mekhala"], ids=lambda one: one.name
)
@pytest.mark.parametrize("junk", [b"\xff", b"caf\xe9", b"\xed\xa0\x80", b"\x1f\x8b\x08"])
def test_U9_bytes_that_are_no_utf_8_show_no_menu(junk: bytes, shape: Shape, world: World) -> None:
    call = shape.ask(press())
    bad = call._replace(body=call.body.replace(SESSION.encode(), SESSION.encode() + junk))
    answer = world.edges.answer(shape.name, "ussd", bad)
    world.deliver()
    assert world.gateway.shown == []
    assert shape.read is None or shape.read(answer).startswith("END ")
    assert faults(world) == []


# The forms of the others cannot say half a character.
@pytest.mark.parametrize(
    "shape",
    [one for one in SHAPES if one.name in {"mekhala", "ideamart", "naga"}],
    ids=lambda one: one.name,
)
def test_U9_half_a_character_is_replaced(shape: Shape, world: World) -> None:
    assert "Received. Code" in complained(Phones(world, shape), "one\ud800two")
    assert told(world) == ["one\ufffdtwo"]
    assert faults(world) == []
